// SPDX-License-Identifier: BSL-1.0
#pragma once

// The server: threads that each have an io_context of their own, and where clients come in.
//
//   TCP          each thread has an acceptor of its own, all at one port (SO_REUSEPORT): the system
//                chooses the thread
//   Unix socket  one acceptor, which hands clients to the threads in turn

#include "session/facts.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ferry::service {

struct endpoints {
    std::string address = "127.0.0.1";
    std::optional<unsigned> port{}; // 0: any that is free
    std::string socket;             // a path; empty: none
};

class server {
public:
    // Listens from here on. Throws std::exception if it cannot. It sets the port in `about`.
    server(facts &about, const endpoints &at);
    ~server();

    // Serves until SIGTERM or SIGINT, and then until all replies that are due are sent, or a second
    // has passed.
    void run();

private:
    class parts;
    std::unique_ptr<parts> parts_;
};

} // namespace ferry::service
