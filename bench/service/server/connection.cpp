// SPDX-License-Identifier: BSL-1.0
#include "server/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <new>
#include <utility>

namespace ferry::service {

namespace asio = boost::asio;
using boost::system::error_code;

connection::connection(socket from, facts &server, worker &by)
    : socket_(std::move(from)), server_(server), by_(by), session_(server, by) {
    server_.connections.fetch_add(1, std::memory_order_relaxed);
    server_.total_connections.fetch_add(1, std::memory_order_relaxed);
}

connection::~connection() { server_.connections.fetch_sub(1, std::memory_order_relaxed); }

void connection::start() { proceed(); }

void connection::finish() {
    finishes_ = true;
    error_code ignored; // the client may be gone
    socket_.shutdown(socket::shutdown_receive, ignored);
}

// A client for whose requests there is no memory is hung up on; the others are served.
template <class Work>
void connection::carry_out(Work &&work) {
    try {
        work();
    } catch (const std::bad_alloc &) {
        session_.end();
    }
    proceed();
}

// Starts what can be done next; the connection ends when that is nothing.
void connection::proceed() {
    if (!writes_ && session_.output().size() != 0)
        write();
    if (!writes_ && !waits_for_turn_ && !session_.ended() && !session_.wants_input())
        wait_for_turn();
    if (!reads_ && !finishes_ && !session_.ended() && session_.wants_input())
        read();
}

void connection::read() {
    reads_ = true;
    const auto room = session_.room();
    const std::array<asio::mutable_buffer, 2> to{asio::buffer(room[0].data(), room[0].size()),
                                                 asio::buffer(room[1].data(), room[1].size())};
    socket_.async_read_some(to, [self = shared_from_this()](error_code error, std::size_t bytes) {
        self->reads_ = false;
        if (error) {
            // The end of what it sends: replies may still be on their way.
            self->finishes_ = true;
            if (error != asio::error::eof)
                self->close();
            return self->proceed();
        }
        self->by_.counts.add(counted::bytes_read, bytes);
        self->carry_out([&] { self->session_.received(bytes); });
    });
}

void connection::write() {
    writes_ = true;
    session_.output().exchange(sending_);
    asio::async_write(socket_, asio::buffer(sending_),
                      [self = shared_from_this()](error_code error, std::size_t bytes) {
                          self->writes_ = false;
                          output::clear_sent(self->sending_);
                          if (error)
                              return self->close();
                          self->by_.counts.add(counted::bytes_written, bytes);
                          self->carry_out([&] {
                              if (!self->session_.wants_input())
                                  self->session_.go_on();
                          });
                      });
}

// The thread's other clients come first.
void connection::wait_for_turn() {
    waits_for_turn_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->waits_for_turn_ = false;
        self->carry_out([&] { self->session_.go_on(); });
    });
}

void connection::close() {
    finishes_ = true;
    error_code ignored; // it is given up either way
    socket_.close(ignored);
}

} // namespace ferry::service
