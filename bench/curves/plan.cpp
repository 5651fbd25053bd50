// SPDX-License-Identifier: BSL-1.0
#include "curves/plan.hpp"

#include "runner/processors.hpp"

#include <algorithm>
#include <iterator>
#include <regex>

namespace ferry::bench {

namespace {

// Filling such maps takes longer than measuring them.
bool is_large(std::uint32_t n) { return n >= 500'000; }

// Strings show what a key costs that has to be followed and compared, wide values what has to be
// copied: for that some workloads suffice, and in a thinned plan fewer.
bool is_planned(const scenario &s, bool thinned) {
    // Everybody works on the same few keys, or each key comes once: nothing to choose.
    if (s.choice == distribution::zipf &&
        (s.what == workload::contention || s.what == workload::growth))
        return false;
    if (thinned) {
        if (is_large(s.n) && (s.choice == distribution::zipf ||
                              (s.what != workload::find_hit && s.what != workload::find_miss &&
                               s.what != workload::growth)))
            return false;
        if (s.choice == distribution::zipf)
            return s.of == element::u64 &&
                   (s.what == workload::find_hit || s.what == workload::mix_50_25_25);
        if (s.of == element::string)
            return s.what == workload::find_hit || s.what == workload::mix_90_5_5;
        return s.of == element::u64 && s.what != workload::find_store;
    }
    switch (s.of) {
    case element::u64:
        return true;
    case element::string:
        return s.what != workload::find_store;
    case element::string_64:
        break;
    }
    return s.what == workload::find_hit || s.what == workload::mix_90_5_5 ||
           s.what == workload::find_assign || s.what == workload::growth;
}

std::vector<scenario> scenarios_of(const options &o, element of, std::uint32_t n) {
    const std::regex filter(o.filter);
    std::vector<scenario> chosen;
    for (const auto what : o.workloads)
        for (const auto choice : o.choices)
            if (const scenario s{what, of, n, choice};
                is_planned(s, o.thinned) && std::regex_search(name_of(s), filter) &&
                std::any_of(o.maps.begin(), o.maps.end(),
                            [&s](const map_entry &map) { return map.takes_part(s); }))
                chosen.push_back(s);
    return chosen;
}

void add_blocks(std::vector<block> &plan, const options &o, element of, std::uint32_t n) {
    const auto scenarios = scenarios_of(o, of, n);
    for (const auto use : all_map_uses) {
        block b{of, n, use, {}, o.threads, o.rounds};
        if (o.thinned && !o.repeats_asked_for && is_large(n)) {
            std::erase_if(b.threads,
                          [](unsigned threads) { return threads > processors().count(); });
            b.rounds = std::min(o.rounds, use == map_use::own_maps ? 1u : 2u);
        }
        std::copy_if(scenarios.begin(), scenarios.end(), std::back_inserter(b.scenarios),
                     [use](const scenario &s) { return use_of(s.what) == use; });
        if (!b.scenarios.empty() && !b.threads.empty())
            plan.push_back(std::move(b));
    }
}

} // namespace

std::vector<block> plan_curves(const options &o, std::uint32_t strings) {
    std::vector<block> plan;
    for (const auto of : o.elements) {
        if (of == element::u64)
            for (const auto n : o.sizes)
                add_blocks(plan, o, of, n);
        else if (strings != 0)
            add_blocks(plan, o, of, strings);
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
    return name + "; " + std::string(name_of(b.of)) + ", N = " + std::to_string(b.n);
}

} // namespace ferry::bench
