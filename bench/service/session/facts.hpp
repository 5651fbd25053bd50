// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is the same for all sessions of a server.

#include "store/store.hpp"

#include <ferry/version.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace ferry::service {

struct facts {
    service::store &store;
    std::string map{}; // its name
    unsigned threads = 1;
    unsigned most_connections = 1024;
    unsigned port = 0; // 0: none

    // relaxed wherever they are used: numbers for `stats`, and a limit
    std::atomic<unsigned> connections{0};
    std::atomic<std::uint64_t> total_connections{0};
    std::atomic<std::uint64_t> rejected_connections{0};
};

// Clients look at the number in front: the memcached whose protocol this is.
inline constexpr const char *version_text = "1.6.18-ferry-" FERRY_VERSION_STRING;

} // namespace ferry::service
