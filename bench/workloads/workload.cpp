// SPDX-License-Identifier: BSL-1.0
#include "workloads/workload.hpp"

#include <array>
#include <cstddef>

namespace ferry::bench {

namespace {

struct traits {
    workload what;
    std::string_view name;
    std::string_view description;
    map_use use;
};

constexpr std::array table{
    traits{workload::find_hit, "find-hit", "find keys that are present", map_use::only_reads},
    traits{workload::find_miss, "find-miss", "find keys that are absent", map_use::only_reads},
    traits{workload::find_99_assign_1, "find-99-assign-1",
           "99 % find, 1 % replace the value by a new one; keys that are present",
           map_use::replaces_values},
    traits{workload::find_assign, "find-assign",
           "50 % find, 50 % replace the value by a new one; keys that are present",
           map_use::replaces_values},
    traits{workload::find_store, "find-store",
           "50 % find, 50 % store into the value in place; keys that are present",
           map_use::stores_in_place},
    traits{workload::mix_90_5_5, "mix-90-5-5",
           "90 % find, 5 % insert, 5 % erase; N of 2N keys present", map_use::churns_keys},
    traits{workload::mix_50_25_25, "mix-50-25-25",
           "50 % find, 25 % insert, 25 % erase; N of 2N keys present", map_use::churns_keys},
    traits{workload::exchange, "exchange",
           "10 % find, 40 % insert, 40 % erase, 10 % insert or replace; N of 9N/5 keys present",
           map_use::churns_and_replaces},
    traits{workload::contention, "contention",
           "50 % find, 25 % insert, 25 % erase; everybody on the same 8 keys of a map of N",
           map_use::churns_keys},
    traits{workload::growth, "growth", "insert N distinct keys into an empty map, to completion",
           map_use::own_maps},
};

constexpr std::array workloads = [] {
    std::array<workload, table.size()> all{};
    for (std::size_t i = 0; i < table.size(); ++i)
        all[i] = table[i].what;
    return all;
}();

const traits &traits_of(workload w) { return table[static_cast<std::size_t>(w)]; }

} // namespace

std::span<const workload> all_workloads() { return workloads; }

std::string_view name_of(workload w) { return traits_of(w).name; }

std::string_view name_of(element e) {
    switch (e) {
    case element::u64:
        return "u64";
    case element::string:
        return "string";
    case element::string_64:
        break;
    }
    return "string-64";
}

std::string_view name_of(distribution d) { return d == distribution::uniform ? "uniform" : "zipf"; }

std::string name_of(const scenario &s) {
    std::string name{name_of(s.what)};
    name += '/';
    name += name_of(s.of);
    name += "/n:" + std::to_string(s.n) + '/';
    name += name_of(s.choice);
    return name;
}

std::string threads_in_words(unsigned threads) {
    return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

std::string_view describe(workload w) { return traits_of(w).description; }

map_use use_of(workload w) { return traits_of(w).use; }

bool erases(map_use use) {
    return use == map_use::churns_keys || use == map_use::churns_and_replaces;
}

std::uint32_t universe_of(workload w, std::uint32_t n) {
    constexpr std::uint32_t contended = 8;
    switch (w) {
    case workload::mix_90_5_5:
    case workload::mix_50_25_25:
        return 2 * n;
    case workload::exchange:
        // Of these, 50 put in for every 40 that take out leave N.
        return static_cast<std::uint32_t>(std::uint64_t{n} * 9 / 5);
    case workload::contention:
        return contended;
    default:
        return n;
    }
}

} // namespace ferry::bench
