// SPDX-License-Identifier: BSL-1.0
#include "runner/plan.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <regex>

namespace ferry::bench {

namespace {

// Strings show what a key costs that has to be followed and compared; for that some suffice.
bool runs_on_paths(workload what) {
    return what != workload::find_store && what != workload::mix_50_25_25 &&
           what != workload::growth;
}

std::vector<scenario> scenarios_of(const options &o, key_kind keys, std::uint32_t n) {
    const std::regex filter(o.filter);
    std::vector<scenario> chosen;
    for (const auto what : o.workloads) {
        if (keys == key_kind::path && !runs_on_paths(what))
            continue;
        // Growth inserts each key once: there is nothing to choose.
        const auto choices =
            what == workload::growth ? std::vector{distribution::uniform} : o.choices;
        for (const auto choice : choices)
            if (const scenario s{what, keys, n, choice};
                std::regex_search(name_of(s), filter) &&
                std::any_of(o.maps.begin(), o.maps.end(),
                            [&s](const map_entry &map) { return map.takes_part(s); }))
                chosen.push_back(s);
    }
    return chosen;
}

void add_blocks(std::vector<block> &plan, const options &o, key_kind keys, std::uint32_t n) {
    const auto scenarios = scenarios_of(o, keys, n);
    for (const auto use : all_map_uses) {
        block b{keys, n, use, {}};
        std::copy_if(scenarios.begin(), scenarios.end(), std::back_inserter(b.scenarios),
                     [use](const scenario &s) { return use_of(s.what) == use; });
        if (!b.scenarios.empty())
            plan.push_back(std::move(b));
    }
}

} // namespace

std::vector<block> make_plan(const options &o, std::uint32_t paths) {
    std::vector<block> plan;
    for (const auto keys : o.keys) {
        if (keys == key_kind::u64)
            for (const auto n : o.sizes)
                add_blocks(plan, o, keys, n);
        else if (paths != 0)
            add_blocks(plan, o, keys, paths);
    }
    return plan;
}

std::string name_of(const block &b) {
    std::string name;
    std::string_view last;
    for (const auto &s : b.scenarios) {
        if (name_of(s.what) == last)
            continue;
        last = name_of(s.what);
        name += (name.empty() ? "" : ", ") + std::string(last);
    }
    return name + "; " + std::string(name_of(b.keys)) + " keys, N = " + std::to_string(b.n);
}

std::chrono::nanoseconds warm_up(const options &o) {
    return std::max<std::chrono::nanoseconds>(o.window / 4, std::chrono::milliseconds(5));
}

namespace {

// Of a single thread, with some cache misses: what filling and growing cost at the very least.
constexpr double seconds_per_insert = 0.5e-6;

} // namespace

double expected_seconds(const block &b, const options &o) {
    if (b.use == map_use::own_maps)
        return b.n * seconds_per_insert * 2; // and then each is looked up
    return std::chrono::duration<double>(warm_up(o) + o.window).count();
}

double expected_fill_seconds(const block &b) {
    return b.use == map_use::own_maps ? 0 : b.n * seconds_per_insert;
}

} // namespace ferry::bench
