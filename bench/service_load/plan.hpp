// SPDX-License-Identifier: BSL-1.0
#pragma once

// What is asked of a server, as data: a scenario is a number of keys that are stored before the
// clock starts, and phases, each of so many requests in fixed shares.
//
// Keys are numbers. Those below `stored_first` are there at the beginning, new ones follow in
// order.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ferry::bench {

enum class service_scenario { growth, steady, churn, sweep };

std::span<const service_scenario> all_service_scenarios();
std::string_view name_of(service_scenario);
std::string_view describe(service_scenario);

enum class action : std::uint8_t {
    get_present,  // a key whose storing has been acknowledged
    get_kept,     // a key that the sweep leaves
    get_deleted,  // a key whose deletion has been acknowledged
    get_any,      // a key that may have been evicted or have expired
    set_new,      // the next key
    set_again,    // another value for a present key
    set_kept,     // the same for a key that the sweep leaves
    set_expiring, // any key, with a time to live
    delete_next   // the next key that the sweep deletes
};

// Out of a hundred requests so many.
struct portion {
    action what;
    unsigned percent;
};

struct load_phase {
    std::vector<portion> mix;
    std::uint64_t requests;
};

// Bytes of a value: from the least to the most, by key and version.
struct value_sizes {
    std::uint32_t least;
    std::uint32_t most;

    double mean() const { return (static_cast<double>(least) + static_cast<double>(most)) / 2; }
};

enum class key_choice { uniform, zipf };

struct load_plan {
    service_scenario of;
    std::uint32_t stored_first; // keys
    std::uint32_t keys;         // all that are ever named
    key_choice choice;
    value_sizes values;
    unsigned memory_mb; // the server's limit
    std::vector<load_phase> phases;

    std::uint64_t requests() const;
};

// `rate`: requests a second. `seconds`: of the phases that have no end of their own.
load_plan plan_service(service_scenario, std::uint32_t keys, double rate, double seconds);

// The sweep keeps every tenth key and deletes the others. kept_key(n) and deleted_key(n): the n-th
// key that it keeps and that it deletes, from n = 0 on. kept_of(keys): how many of the first `keys`
// keys it keeps.
inline constexpr std::uint32_t kept_every = 10;
constexpr std::uint32_t kept_key(std::uint32_t n) { return n * kept_every; }
constexpr std::uint32_t deleted_key(std::uint32_t n) {
    return n / (kept_every - 1) * kept_every + n % (kept_every - 1) + 1;
}
// The n of deleted_key(n).
constexpr std::uint32_t index_of_deleted(std::uint32_t key) {
    return key / kept_every * (kept_every - 1) + key % kept_every - 1;
}
constexpr std::uint32_t kept_of(std::uint32_t keys) { return (keys + kept_every - 1) / kept_every; }

} // namespace ferry::bench
