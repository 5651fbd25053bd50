// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps that can be measured. Each adapter is compiled on its own and is known here only by the
// function that describes it.

#include "runner/subject.hpp"
#include "workloads/key_space.hpp"
#include "workloads/workload.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ferry::bench {

template <class Key>
using subject_factory = std::unique_ptr<subject> (*)(const key_space<Key> &);

// One type of map, for both kinds of keys. Null: it cannot hold such keys.
struct form {
    subject_factory<std::uint64_t> integers = nullptr;
    subject_factory<std::string> paths = nullptr;

    bool holds(key_kind keys) const {
        return keys == key_kind::u64 ? integers != nullptr : paths != nullptr;
    }
};

// A map may need another form of itself for each way to change a value.
struct map_entry {
    std::string name;
    std::string family; // whose it is: "ferry", "libcds", "std"
    std::string note;   // what the reader of its numbers should know
    form plain;         // nothing is assigned
    form replacing;     // assign replaces the value by a new object; readers keep the old one
    form storing;       // assign stores into the value, in place and atomically

    const form &form_for(map_use use) const {
        switch (use) {
        case map_use::replaces_values:
            return replacing;
        case map_use::stores_in_place:
            return storing;
        default:
            return plain;
        }
    }

    bool takes_part(const scenario &s) const { return form_for(use_of(s.what)).holds(s.keys); }
};

map_entry ferry_entry();
map_entry mutex_entry();
map_entry michael_hp_entry();
map_entry michael_rcu_entry();
map_entry split_list_hp_entry();
map_entry split_list_rcu_entry();
map_entry feldman_hp_entry();
map_entry feldman_rcu_entry();

// Those this program was built with, ferry first.
const std::vector<map_entry> &catalogue();

} // namespace ferry::bench
