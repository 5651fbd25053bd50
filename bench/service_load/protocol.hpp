// SPDX-License-Identifier: BSL-1.0
#pragma once

// Requests and replies in memcached's text protocol.
//
// A value says whose it is:
//
//     | key | version | time of its end | filler, which depends on key and version |
//       8     8         8                 to the length, which depends on them too
//
// The numbers are hexadecimal digits, the time is in milliseconds since the beginning, 0 for none.
// So a value of another key, an old one, one that is half overwritten and one that should have
// expired are all noticed.

#include "service_load/plan.hpp"
#include "service_load/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ferry::bench {

void append_request(std::string &to, const load_request &, value_sizes);

enum class outcome_of_reply : std::uint8_t {
    incomplete, // more bytes must come
    hit,        // a value
    miss,       // none, which is right
    done,       // stored, deleted
    refused,    // no memory for it, where the scenario allows that
    wrong
};

struct reply {
    outcome_of_reply outcome;
    std::size_t bytes; // how long it is
    std::string fault; // of a wrong one, a sentence
};

// The reply at the beginning of a text to this request.
reply read_reply(std::string_view text, const load_request &, value_sizes);

} // namespace ferry::bench
