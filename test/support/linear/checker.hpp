// SPDX-License-Identifier: BSL-1.0
#pragma once

// Decides whether a history of a map is linearizable: whether its operations can be put in an
// order in which each has the result it had, and in which what returned before something else was
// invoked comes before it.
//
// It is if the history of each key is (Herlihy, Wing 1990: linearizability is local). For one key
// the search is that of Wing and Gong (1993) with Lowe's (2017) changes: operations are taken from
// a list in the order of invocation, as late as their return allows; an operation can be the next
// if nothing else that is left returned before it was invoked; configurations that led nowhere are
// remembered. In addition
//
//   - an operation that only looks, and whose result fits, is next without an alternative: in an
//     order that has it later it can be moved here, since it changes nothing for those it passes
//     (one that never returned need not be in the order, and is left out);
//   - of several that could be next, first comes one that lets the most urgent operation (the one
//     that returned first) fit: alternatives are tried all, but a right history rarely needs them.
//
// The answer is exact. Time is exponential in the number of operations that overlap, in the worst
// case; for a few operations it is that of sorting them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "support/linear/configurations.hpp"
#include "support/linear/history.hpp"

namespace ferry::test::linear {

// Keeps its memory from one history to the next. Not for several threads at once.
class checker {
public:
    // Nothing if the history is linearizable, else why it is not, in words. `initial` is indexed
    // by key; keys beyond its end are absent at first. What the keys were at the end is checked if
    // the history ends with a get of each, after all else.
    std::string check(std::span<const event> history, std::span<const state> initial = {});

    // Configurations of the last history from which the search had to turn back: what it cost
    // beyond one look at each operation.
    std::size_t dead() const { return dead_; }

private:
    struct reference {
        key_type key;
        stamp invoked;
        const event *what;
    };

    // An operation in the list of those that are left, which is sorted by invocation. The list's
    // head is entry 0.
    struct entry {
        const event *what;
        std::uint32_t previous;
        std::uint32_t next;
        std::uint32_t number; // in done_
    };

    struct choice {
        std::uint32_t entry;
        bool lets_urgent_fit;
        stamp returned;
    };

    // A configuration on the way: its choices are those in choices_ from first_choice on, up to
    // the next level's.
    struct level {
        state at;
        std::size_t first_choice;
        std::size_t next_choice;
        std::size_t way_before; // length of way_ without what led here from the level below
    };

    enum class arrival { complete, dead, open };

    bool search(std::span<const reference> of_one_key, const state &initial);
    void list(std::span<const reference> of_one_key);
    arrival enter(const state &at, std::size_t way_before);
    void rank_choices(const state &at, std::size_t first, const event *urgent);
    void take(std::uint32_t which);
    void go_back_to(std::size_t way_length);
    std::string explain(std::span<const reference> of_one_key, const state &initial) const;

    std::vector<reference> sorted_;
    std::vector<entry> entries_;
    std::vector<std::uint32_t> way_;     // the order so far
    std::vector<std::uint32_t> longest_; // the first that led nowhere with the fewest left
    std::vector<choice> choices_;
    std::vector<level> levels_;
    operation_set done_;
    dead_ends dead_ends_;
    std::size_t to_do_ = 0; // of those that returned
    std::size_t fewest_left_ = 0;
    std::size_t dead_ = 0;
};

} // namespace ferry::test::linear
