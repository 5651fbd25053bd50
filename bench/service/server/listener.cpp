// SPDX-License-Identifier: BSL-1.0
#include "server/listener.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

namespace ferry::service {

namespace asio = boost::asio;
using boost::system::error_code;

template <class Protocol>
listener<Protocol>::listener(acceptor at, std::vector<io_thread *> threads)
    : acceptor_(std::move(at)), threads_(std::move(threads)), pause_(threads_.front()->context()) {}

template <class Protocol>
void listener<Protocol>::start() {
    accept();
}

template <class Protocol>
void listener<Protocol>::finish() {
    asio::post(acceptor_.get_executor(), [this] {
        error_code ignored; // it is given up either way
        acceptor_.close(ignored);
        pause_.cancel();
    });
}

template <class Protocol>
void listener<Protocol>::accept() {
    io_thread &to = *threads_[turn_++ % threads_.size()];
    acceptor_.async_accept(to.context(),
                           [this, &to](error_code error, typename Protocol::socket client) {
                               if (!acceptor_.is_open())
                                   return;
                               if (error)
                                   return accept_later();
                               if constexpr (std::is_same_v<Protocol, asio::ip::tcp>) {
                                   error_code ignored; // slower replies are replies, too
                                   client.set_option(asio::ip::tcp::no_delay(true), ignored);
                               }
                               to.take(std::move(client));
                               accept();
                           });
}

// The system has no more descriptors or memory for now: asking on and on would take all its time.
template <class Protocol>
void listener<Protocol>::accept_later() {
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([this](error_code) {
        if (acceptor_.is_open())
            accept();
    });
}

template class listener<asio::ip::tcp>;
template class listener<asio::local::stream_protocol>;

} // namespace ferry::service
