// SPDX-License-Identifier: BSL-1.0
#pragma once

// What can be done to an item, and how it ends. Times are seconds of the store's clock, as
// coarse_clock::end_of gives them.

#include "maps/item.hpp"

#include <cstdint>
#include <optional>

namespace ferry::service {

enum class outcome : std::uint8_t {
    done,
    not_stored, // the condition of an add, a replace or an append did not hold
    exists,     // the item's cas number is another
    not_found,
    not_a_number,
    no_memory,
};

enum class writing_mode : std::uint8_t { set, add, replace, append, prepend, cas };

// set, add, replace, append, prepend, cas, and ms.
struct writing {
    writing_mode mode = writing_mode::set;
    bool accepts_stale = false; // cas: an older number than the item's stores too, as stale
    bool binary_key = false;
    std::uint64_t expected_cas = 0; // cas needs it; append and prepend look at it unless it is 0
    std::uint32_t flags = 0;
    std::uint32_t expires = 0;
    shared_bytes bytes{};
};

struct written {
    outcome what = outcome::not_stored;
    std::uint64_t cas = 0; // of what was stored
};

// incr, decr, and ma.
struct counting {
    bool up = true;
    std::uint64_t by = 1;
    std::uint64_t expected_cas = 0;         // 0: any
    std::optional<std::uint32_t> expires{}; // a new end
    std::optional<std::uint32_t>
        vivify_expires{};      // the end of an item that is made if there is none
    std::uint64_t initial = 0; // its value
    bool binary_key = false;
};

struct counted_to {
    outcome what = outcome::not_found;
    bool made = false; // it was not there
    std::uint64_t value = 0;
    std::uint64_t cas = 0;
    std::uint32_t ended = 0; // when it was to end before
};

// delete, and md.
struct erasing {
    std::optional<std::uint64_t> expected_cas{};
    bool only_invalidates = false;          // leaves it there, as stale
    std::optional<std::uint32_t> expires{}; // with that, a new end
};

// mg.
struct fetching {
    std::optional<std::uint32_t> expires{}; // a new end
    std::optional<std::uint32_t>
        vivify_expires{};                   // the end of an item that is made if there is none
    std::optional<std::uint32_t> recache{}; // the caller may renew an item that ends earlier
    bool recache_sees_new_end = false;      // of `expires`
    bool bumps = true;
    bool binary_key = false;
};

struct fetched {
    bool found = false;
    bool made = false;          // it was not there
    bool won = false;           // the caller is the one to renew it
    bool was_won = false;       // another caller is
    bool was_fetched = false;   // ever before
    std::uint32_t idle_for = 0; // ticks since the last access
    std::uint32_t ended = 0;    // when it was to end before
};

} // namespace ferry::service
