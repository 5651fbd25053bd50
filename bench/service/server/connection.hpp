// SPDX-License-Identifier: BSL-1.0
#pragma once

// One client: reads what it sends into its session, and sends the session's replies.
//
// It reads while replies are on their way, until the session's output is full: then it waits for
// the client to take what it has asked for. It lives as long as one of the two goes on.

#include "session/session.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace ferry::service {

class connection : public std::enable_shared_from_this<connection> {
public:
    using socket = boost::asio::generic::stream_protocol::socket;

    connection(socket from, facts &server, worker &by);
    ~connection();
    connection(const connection &) = delete;
    connection &operator=(const connection &) = delete;

    void start();
    // Reads nothing more, and ends when all is sent.
    void finish();

private:
    template <class Work>
    void carry_out(Work &&work);
    void proceed();
    void read();
    void write();
    void wait_for_turn();
    void close();

    socket socket_;
    facts &server_;
    worker &by_;
    session session_;
    std::string sending_;
    bool reads_ = false;
    bool writes_ = false;
    bool waits_for_turn_ = false;
    bool finishes_ = false; // the client sends nothing more, or is not listened to
};

} // namespace ferry::service
