// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map that can be measured, whatever its types.

#include "maps/family.hpp"
#include "replay/player.hpp"
#include "runner/subject.hpp"
#include "wordcount/counter.hpp"
#include "workloads/key_space.hpp"
#include "workloads/workload.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ferry::bench {

template <class Key>
using subject_factory = std::unique_ptr<subject> (*)(const key_space<Key> &);

// One type of map, for all kinds of elements. Null: it cannot hold such.
struct form {
    subject_factory<std::uint64_t> u64 = nullptr;
    subject_factory<std::string> string = nullptr;
    subject_factory<std::string> string_64 = nullptr;
    bool erases = false;

    bool holds(element) const;
};

// A map may need another form of itself for each way to change a value.
struct map_entry {
    std::string name;
    std::string family; // of maps/family.hpp
    std::string note;   // what the reader of its numbers should know
    form plain{};       // nothing is assigned
    form replacing{};   // assign replaces the value by a new object; readers keep the old one
    form storing{};     // assign stores into the value, in place and atomically
    counter_factory counting = nullptr; // null: it cannot
    player_factory replaying = nullptr; // null: it cannot
    bool on_request = false;            // measured only when it is named

    const form &form_for(map_use) const;
    bool takes_part(const scenario &) const;
};

} // namespace ferry::bench
