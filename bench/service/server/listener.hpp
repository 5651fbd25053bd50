// SPDX-License-Identifier: BSL-1.0
#pragma once

// A place where clients come in. Each goes to the next of some threads in turn.

#include "server/io_thread.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <vector>

namespace ferry::service {

// `Protocol`: boost::asio::ip::tcp or boost::asio::local::stream_protocol.
template <class Protocol>
class listener {
public:
    using acceptor = typename Protocol::acceptor;

    // Its own work is done by the first of the threads.
    listener(acceptor at, std::vector<io_thread *> threads);

    void start();
    // For any thread.
    void finish();

private:
    void accept();
    void accept_later();

    acceptor acceptor_;
    std::vector<io_thread *> threads_;
    std::size_t turn_ = 0;
    boost::asio::steady_timer pause_;
};

} // namespace ferry::service
