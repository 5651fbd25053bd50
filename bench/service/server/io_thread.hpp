// SPDX-License-Identifier: BSL-1.0
#pragma once

// A thread of the server: an io_context, the connections that it was given, and a worker of the
// store. Only this thread calls its functions, except those marked "for any thread".

#include "server/connection.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace ferry::service {

class io_thread {
public:
    explicit io_thread(facts &server);

    boost::asio::io_context &context() noexcept { return context_; }

    // For any thread: a client that was accepted into this thread's context.
    void take(connection::socket from);
    // For any thread: ends the connections when they have sent what they have, or are too slow.
    void finish();

    // Until all connections have ended, after finish().
    void run();

private:
    void admit(connection::socket from);
    void forget_ended();
    void wait_for_the_last(int tries);

    facts &server_;
    worker &worker_;
    boost::asio::io_context context_;
    // Until finish(): the thread waits for clients that another one accepts.
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays_;
    boost::asio::steady_timer patience_;
    std::vector<std::weak_ptr<connection>> connections_;
    std::size_t forget_at_ = 64; // when so many are noted
    bool finishes_ = false;
};

} // namespace ferry::service
