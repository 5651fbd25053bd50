// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map, what is done to it by one thread, and what by several at once then.

#include "script.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ferry::model {

// What the keys and values are made of.
enum class element_kind : std::uint8_t {
    numbers, // integers: values are copied like memory, into the places a node has
    objects, // classes whose every use is an access the machine checks; hashes are kept
    members, // the elements of a set: there are no values
    flat,    // integers, in a flat map
    cells,   // no map at all: reclamation by itself (cells.hpp)
};

// Which hashes the keys have.
enum class hash_kind : std::uint8_t {
    spread,    // all homes in turn
    one_home,  // the first home, with different tags
    last_home, // the last one: the path runs into the tail
    equal,     // one for all
};

struct setting {
    element_kind elements = element_kind::numbers;
    hash_kind hashes = hash_kind::spread;
    std::size_t capacity = 0; // elements
    bool drop_on_erase = false;
    bool symmetric = false; // barriers
};

struct scenario {
    std::string name;
    setting set;
    calls before;
    std::vector<calls> threads;
    // How many times the usual effort goes into the turns, and into all schedules with few
    // preemptions: for those whose threads do one thing each, so that a bug shows once they come in
    // one certain order.
    unsigned orders = 1;
    // The order in which a bug that was thought of would show (in_turns of sched/strategy.hpp), or
    // nothing.
    std::string turns{};
};

const char *in_words(element_kind) noexcept;
const char *in_words(hash_kind) noexcept;

} // namespace ferry::model
