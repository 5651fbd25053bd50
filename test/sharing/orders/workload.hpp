// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the cores do with a map.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ferry::sharing {

enum class workload {
    find_hit,   // a present key
    find_miss,  // an absent key
    update_own, // replaces the value of a key that no other core names
    update,     // of any key
    update_one, // of one key that all cores name
    insert,     // new keys into an empty map, which grows
    churn,      // inserts or erases, half of the keys are present
    mix         // 90 % find, 5 % insert, 5 % erase, likewise
};
inline constexpr std::array all_workloads{
    workload::find_hit,   workload::find_miss, workload::update_own, workload::update,
    workload::update_one, workload::insert,    workload::churn,      workload::mix};

std::string_view name_of(workload);
std::string_view describe(workload);
std::optional<workload> workload_named(std::string_view);

constexpr bool updates(workload what) {
    return what == workload::update_own || what == workload::update || what == workload::update_one;
}
constexpr bool erases(workload what) { return what == workload::churn || what == workload::mix; }

// A run: one map, one workload, one number of cores.
struct order {
    workload what = workload::find_hit;
    unsigned cores = 1;
    std::uint32_t keys = 8000;       // that the map holds; with insert: at the end
    std::uint32_t operations = 8000; // of all cores together; half as many come before, uncounted
    std::uint64_t seed = 1;
};

} // namespace ferry::sharing
