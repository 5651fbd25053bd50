// SPDX-License-Identifier: BSL-1.0
#include "tests/runs.hpp"

#include "subjects/isolated.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <tuple>

namespace ferry::sharing {

const cell &run_map(std::string_view name, workload what, unsigned cores, const order &size) {
    static std::map<std::tuple<std::string, workload, unsigned, std::uint32_t>, cell> done;
    const auto key = std::tuple(std::string(name), what, cores, size.keys);
    if (const auto known = done.find(key); known != done.end())
        return known->second;
    const auto *map = map_named(name);
    REQUIRE(map != nullptr);
    REQUIRE(map->takes_part(what));
    order chosen = size;
    chosen.what = what;
    chosen.cores = cores;
    const auto [at, is_new] =
        done.emplace(key, cell{map->name, chosen, run_isolated(*map, chosen)});
    INFO(std::string(name), ", ", std::string(name_of(what)), ", ", cores, " cores");
    CHECK(at->second.made.wrong_answers == 0);
    return at->second;
}

double speed_up(std::string_view map, workload what, unsigned cores) {
    return run_map(map, what, cores).operations_a_kilocycle() /
           run_map(map, what, 1).operations_a_kilocycle();
}

double remote_misses(const cell &of) {
    return of.made.counted.an_operation(of.made.counted.remote_misses);
}

double remote_writes(const cell &of) {
    return of.made.counted.an_operation(of.made.counted.remote_writes);
}

} // namespace ferry::sharing
