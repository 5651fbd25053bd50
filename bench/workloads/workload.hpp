// SPDX-License-Identifier: BSL-1.0
#pragma once

// The vocabulary of a measurement: what is done (workload), with which keys and values (element),
// how many (n), chosen how (distribution), by how many threads. A cell is one combination of these;
// every map that can is measured in every cell.

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ferry::bench {

enum class workload {
    find_hit,
    find_miss,
    find_99_assign_1,
    find_assign,
    find_store,
    mix_90_5_5,
    mix_50_25_25,
    exchange,
    contention,
    growth
};
enum class element {
    u64,      // 64-bit keys and values
    string,   // strings, 8-byte values
    string_64 // strings, 64-byte values
};
inline constexpr std::array all_elements{element::u64, element::string, element::string_64};
enum class distribution { uniform, zipf };

struct scenario {
    workload what;
    element of;
    std::uint32_t n;
    distribution choice;

    friend auto operator<=>(const scenario &, const scenario &) = default;
};

std::span<const workload> all_workloads();

std::string_view name_of(workload);
std::string_view name_of(element);
std::string_view name_of(distribution);

// "find-hit/u64/n:1000000/uniform": what --filter is matched against.
std::string name_of(const scenario &);

// "1 thread", "2 threads".
std::string threads_in_words(unsigned threads);

// One line for people: what the workload does.
std::string_view describe(workload);

// What a workload needs of the map it runs on, and does to it.
enum class map_use {
    only_reads,      // N keys before and after
    replaces_values, // the same; values are replaced by new ones
    stores_in_place, // the same; values are stored into
    churns_keys,     // some N keys, in expectation, before and after
    churns_and_replaces,
    own_maps // makes and fills maps itself
};
inline constexpr std::array all_map_uses{map_use::only_reads,          map_use::replaces_values,
                                         map_use::stores_in_place,     map_use::churns_keys,
                                         map_use::churns_and_replaces, map_use::own_maps};
map_use use_of(workload);
bool erases(map_use);

// How many of the 2N keys of a key space a workload works on, from the first one on.
std::uint32_t universe_of(workload, std::uint32_t n);

} // namespace ferry::bench
