// SPDX-License-Identifier: BSL-1.0
#include "runner/plan.hpp"

#include <algorithm>
#include <chrono>
#include <regex>

namespace ferry::bench {

namespace {

// Strings show what a key costs that has to be followed and compared; for that these suffice.
bool runs_on_paths(workload what) {
    return what != workload::mix_50_25_25 && what != workload::growth;
}

void add_blocks(std::vector<block> &plan, const options &o, key_kind keys, std::uint32_t n) {
    const std::regex filter(o.filter);
    block shared{keys, n, {}};
    std::vector<block> alone;
    for (const auto what : o.workloads)
        for (const auto choice : o.choices) {
            if (keys == key_kind::path && !runs_on_paths(what))
                continue;
            // Growth inserts each key once: there is nothing to choose.
            if (what == workload::growth && choice != o.choices.front())
                continue;
            const scenario s{what, keys, n,
                             what == workload::growth ? distribution::uniform : choice};
            if (!std::regex_search(name_of(s), filter))
                continue;
            if (keeps_keys(what))
                shared.scenarios.push_back(s);
            else
                alone.push_back({keys, n, {s}});
        }
    if (!shared.scenarios.empty())
        plan.push_back(std::move(shared));
    std::move(alone.begin(), alone.end(), std::back_inserter(plan));
}

// Of a single thread, with some cache misses: what filling and growing cost at the very least.
constexpr double seconds_per_insert = 0.5e-6;

} // namespace

std::vector<block> make_plan(const options &o, std::uint32_t paths) {
    std::vector<block> plan;
    for (const auto keys : o.keys) {
        if (std::none_of(o.maps.begin(), o.maps.end(),
                         [&](const map_entry &map) { return map.holds(keys); }))
            continue;
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
    if (b.scenarios.size() == 1 && b.scenarios.front().what != workload::growth)
        name += ' ' + std::string(name_of(b.scenarios.front().choice));
    return name + "; " + std::string(name_of(b.keys)) + ", N = " + std::to_string(b.n);
}

double expected_seconds(const block &b, workload what, const options &o) {
    if (what == workload::growth)
        return b.n * seconds_per_insert * 2; // and then each is looked up
    return std::chrono::duration<double>(o.window).count();
}

double expected_fill_seconds(const block &b) {
    return b.scenarios.front().what == workload::growth ? 0 : b.n * seconds_per_insert;
}

} // namespace ferry::bench
