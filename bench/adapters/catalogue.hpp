// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps that can be measured. Each adapter is compiled on its own and is known here only by the
// function that describes it.

#include "runner/subject.hpp"
#include "workloads/key_space.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ferry::bench {

template <class Key>
using subject_factory = std::unique_ptr<subject> (*)(const key_space<Key> &);

struct map_entry {
    std::string name;
    std::string family; // whose it is: "ferry", "libcds", "std"
    std::string note;   // what the reader of its numbers should know
    subject_factory<std::uint64_t> integers;
    subject_factory<std::string> paths; // null: the map cannot hold strings

    bool holds(key_kind keys) const {
        return keys == key_kind::u64 ? integers != nullptr : paths != nullptr;
    }
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
