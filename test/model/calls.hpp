// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the calls of a script on maps (map_calls.hpp) and on sets (set_calls.hpp) have in common.
// Callbacks pause, so that others run while one is in the middle of a callback, and what they were
// given must not change meanwhile.

#include "elements.hpp"
#include "record.hpp"

#include <ferry/guard.hpp>

#include <cstddef>
#include <optional>

namespace ferry::model {

namespace did = linear::did;
namespace would = linear::would;

// The value, looked at twice.
template <class T>
unsigned steady(const T &value) {
    plain_read(&value, sizeof value);
    const unsigned first = number_of(value);
    pause();
    plain_read(&value, sizeof value);
    if (number_of(value) != first)
        fault("a value changed under the eyes of a reader");
    return first;
}

// The value that a callback was given.
template <class T>
unsigned given(const T &value) {
    fault_point();
    return steady(value);
}

template <class Map>
using handle_of = typename Map::handle;

// What a thread holds between calls.
template <class Map>
struct belongings {
    std::optional<guard> pinned;
    handle_of<Map> held;
    unsigned seen = 0; // its value when it was found
};

// erase_if of the whole map with a predicate that agrees to everything. Each key that it is called
// with has that value then, and is absent at some time after the last call; what an earlier call
// agreed to was erased or replaced.
class whole_map_erasure {
public:
    whole_map_erasure(unsigned thread, record &notes)
        : thread_(thread), notes_(notes), began_(now()), first_(notes.begin_all(thread)) {}

    void asked(unsigned key, unsigned value) {
        if (last_[key])
            notes_.add_pending(thread_, key, began_, would::compare_erase(last_[key].value));
        last_[key] = linear::state(value);
        notes_.add(thread_, key, began_, did::get(last_[key]));
    }

    void returned() {
        using transition = linear::transition;
        for (unsigned k = 0; k != most_keys; ++k) {
            transition result{.operation = "erase_if of all",
                              .nothing = transition::of_absent::stays,
                              .something = transition::of_present::stays};
            if (last_[k]) {
                result.something = transition::of_present::goes;
                result.which = transition::values::expected;
                result.expected = last_[k].value;
            }
            notes_.end(first_ + k, result);
        }
    }

private:
    unsigned thread_;
    record &notes_;
    linear::stamp began_;
    std::size_t first_;
    linear::state last_[most_keys];
};

} // namespace ferry::model
