// SPDX-License-Identifier: BSL-1.0
#pragma once

// Takes the place of bench/adapters/map_entry.hpp, so that the benchmark's adapters can be compiled
// for this machine as they are. Only maps of 64-bit keys and values are put on it.

#include "maps/family.hpp"
#include "orders/workload.hpp"
#include "subjects/subject.hpp"
#include "workloads/key_space.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace ferry::bench {

using sharing::subject;

struct wide_value;
struct counter {};
struct player {};

template <class Key>
using subject_factory = std::unique_ptr<subject> (*)(const key_space<Key> &);
using counter_factory = std::unique_ptr<counter> (*)(std::size_t);
using player_factory = std::unique_ptr<player> (*)(std::size_t);

struct form {
    subject_factory<std::uint64_t> u64 = nullptr;
    subject_factory<std::string> string = nullptr;
    subject_factory<std::string> string_64 = nullptr;
    bool erases = false;
};

struct map_entry {
    std::string name;
    std::string family;
    std::string note;
    form plain{};
    form replacing{};
    form storing{};
    counter_factory counting = nullptr;
    player_factory replaying = nullptr;
    bool on_request = false;
    sharing::part_finder parts = nullptr;

    // Values are replaced where the map can do that, and stored into where it cannot.
    const form &form_for(sharing::workload what) const {
        if (!sharing::updates(what))
            return plain;
        return replacing.u64 != nullptr ? replacing : storing;
    }
    bool takes_part(sharing::workload what) const {
        const form &chosen = form_for(what);
        return chosen.u64 != nullptr && (chosen.erases || !sharing::erases(what));
    }
};

} // namespace ferry::bench
