// SPDX-License-Identifier: BSL-1.0
#pragma once

// A request, and what its reply must be.

#include "service_load/plan.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace ferry::bench {

enum class verb : std::uint8_t { get, set, erase };

inline constexpr std::array verbs{verb::get, verb::set, verb::erase};

constexpr std::string_view name_of(verb v) {
    return v == verb::get ? "get" : v == verb::set ? "set" : "delete";
}

enum class reply_wanted : std::uint8_t {
    value,
    nothing,
    either, // the value or nothing
    stored,
    deleted,
    anything // of a server without a map: whatever is a reply to such a request
};

struct load_request {
    verb what;
    reply_wanted wanted;
    std::uint32_t key;
    // Of SET: the one it stores. Of GET: the last that was acknowledged for the key before the
    // request was made; an older one is a wrong reply.
    std::uint32_t version = 0;
    std::uint32_t seconds_to_live = 0; // of SET; 0: forever
    std::chrono::nanoseconds due{};    // since the beginning
    // Of GET: a value whose time to live ended before this, since the beginning, is a wrong reply.
    std::chrono::nanoseconds alive_after{};
};

} // namespace ferry::bench
