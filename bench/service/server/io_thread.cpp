// SPDX-License-Identifier: BSL-1.0
#include "server/io_thread.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <new>
#include <string_view>
#include <utility>

namespace ferry::service {

namespace asio = boost::asio;
using boost::system::error_code;

io_thread::io_thread(facts &server)
    : server_(server), worker_(server.store.add_worker()), context_(1),
      stays_(boost::asio::make_work_guard(context_)), patience_(context_) {}

void io_thread::take(connection::socket from) {
    asio::dispatch(context_,
                   [this, moved = std::move(from)]() mutable { admit(std::move(moved)); });
}

void io_thread::admit(connection::socket from) {
    if (finishes_)
        return;
    error_code ignored; // a client that is gone shows soon enough
    if (server_.connections.load(std::memory_order_relaxed) >= server_.most_connections) {
        server_.rejected_connections.fetch_add(1, std::memory_order_relaxed);
        constexpr std::string_view line = "ERROR Too many open connections\r\n";
        from.non_blocking(true, ignored);
        from.write_some(asio::buffer(line), ignored);
        return;
    }
    if (connections_.size() == forget_at_)
        forget_ended();
    const auto made = std::make_shared<connection>(std::move(from), server_, worker_);
    connections_.push_back(made);
    made->start();
}

void io_thread::forget_ended() {
    std::erase_if(connections_, [](const auto &each) { return each.expired(); });
    forget_at_ = 2 * connections_.size() + 64;
}

void io_thread::finish() {
    asio::post(context_, [this] {
        finishes_ = true;
        stays_.reset();
        for (const auto &each : connections_)
            if (const auto alive = each.lock())
                alive->finish();
        wait_for_the_last(100);
    });
}

// Ends the thread's work when no connection is left, or after some tries.
void io_thread::wait_for_the_last(int tries) {
    forget_ended();
    if (tries == 0)
        return context_.stop();
    if (connections_.empty())
        return;
    patience_.expires_after(std::chrono::milliseconds(10));
    patience_.async_wait([this, tries](error_code) { wait_for_the_last(tries - 1); });
}

void io_thread::run() {
    // A client for whom there is no memory is hung up on, as nothing keeps its connection.
    for (bool ended = false; !ended;)
        try {
            context_.run();
            ended = true;
        } catch (const std::bad_alloc &) {
        }
}

} // namespace ferry::service
