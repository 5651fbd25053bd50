// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a scenario's threads do, as text: calls of the interface by their names there, one after
// the other, such as "insert 1 10; erase 2; compare_exchange 1 10 11".

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::model {

enum class verb : std::uint8_t {
    // a key
    get,
    contains,
    visit,
    find,
    find_guarded, // under a guard of its own
    erase,
    extract,
    keep, // compute that leaves the key as it is
    // a key and a value
    insert,
    try_emplace,
    insert_or_assign,
    exchange,
    get_or_emplace,
    get_or_emplace_with,
    update,        // adds the value
    upsert,        // puts the value, or adds it
    put,           // compute that gives the value
    flip,          // compute that puts the value or erases
    compare_erase, // only this value
    erase_if,      // only this value
    // a key and two values
    compare_exchange,
    // what stays: one handle of a thread
    hold,   // a key's element
    look,   // at it: still the same
    stare,  // look that many times
    let_go, // of it
    // an owned pin that any thread may take
    pass_pin, // with a key's element, found under it; ends the one that was there
    take_pin, // look at its element, and end it
    // the whole map
    clear,
    erase_all, // erase_if of everything
    for_each,
    for_each_part, // the first half of the hashes, then the second
    items,
    visit_many, // keys up to this one
    size,
    stats,
    // upkeep
    reserve, // elements
    shrink_to_fit,
    migrate, // buckets
    reclaim,
    advance, // the epoch, once
    drain,   // a few that are expired
    // the thread
    pin, // a guard of its own until unpin
    refresh,
    unpin,
    leave,     // its records, as a thread that ends; then it is a new one
    told,      // of its end, for the first time: what it holds stays
    desert,    // as leave, with pins that are kept to the last
    end_late,  // what it held when it deserted
    elsewhere, // pins in a domain of its own
    finish,    // uses nothing any more: the last of so many threads ends the cells and their domain
    turn,      // to advance
    turn_elsewhere, // in a domain of its own, until its epoch moves on
    count,          // so many times, in the thread's stripe
};

inline constexpr unsigned most_keys = 16; // 0 … 15

struct call {
    verb what = verb::get;
    unsigned a = 0; // the key, or a number
    unsigned b = 0; // the value, or the one expected
    unsigned c = 0; // the value instead of it
};

using calls = std::vector<call>;

// Throws std::invalid_argument, with a sentence.
calls parse(std::string_view text);

std::string in_words(const call &);
std::string in_words(const calls &);

// Whether a first number is a key.
bool has_key(verb) noexcept;

} // namespace ferry::model
