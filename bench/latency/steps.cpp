// SPDX-License-Identifier: BSL-1.0
#include "latency/steps.hpp"

#include "report/words.hpp"
#include "runner/disturbance.hpp"
#include "runner/percentiles.hpp"
#include "runner/processors.hpp"
#include "stage/turns.hpp"
#include "stage/warm_memory.hpp"
#include "workloads/random.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ferry::bench {

namespace {

struct kind {
    timed what;
    std::string_view name;
    map_use use;
};
constexpr std::array kinds{kind{timed::insert_growth, "insert-growth", map_use::own_maps},
                           kind{timed::find_growth, "find-growth", map_use::own_maps},
                           kind{timed::mix, "mix-4x", map_use::churns_keys}};

struct cell {
    kind what;
    element of;
    std::uint32_t n;
    unsigned threads;

    std::string name() const {
        return std::string(what.name) + '/' + std::string(name_of(of)) + "/n:" + std::to_string(n) +
               "/workers:" + std::to_string(threads);
    }
};

// Four times as many threads as processors: each is often stopped in the middle of something.
unsigned crowd() { return 4 * processors().count(); }

std::vector<unsigned> numbers_of_threads(const options &o, timed what) {
    if (what == timed::mix)
        return {crowd()};
    auto threads = o.threads;
    if (what == timed::find_growth) // one grows, the others find
        std::erase(threads, 1u);
    return threads;
}

std::vector<cell> cells_of(const options &o, std::uint32_t strings) {
    const std::regex filter(o.filter);
    std::vector<cell> cells;
    for (const auto of : o.elements) {
        if (of != element::u64 && (o.thinned || of != element::string_64 || strings == 0))
            continue;
        const auto sizes = of == element::u64 ? o.large_sizes : std::vector{strings};
        for (const auto n : sizes)
            for (const auto &k : kinds)
                for (const auto threads : numbers_of_threads(o, k.what))
                    if (const cell c{k, of, n, threads}; std::regex_search(c.name(), filter))
                        cells.push_back(c);
    }
    return cells;
}

void save(const histogram &h, const std::filesystem::path &folder, const std::string &name) {
    std::filesystem::create_directories(folder);
    const auto file = folder / (file_name_of(name) + ".hgrm");
    std::ofstream out(file);
    write_hgrm(out, h);
    if (!out.flush())
        throw std::runtime_error("the file '" + file.string() + "' cannot be written");
}

std::vector<std::pair<std::string, double>> counters_of(const latency_result &r) {
    const auto number = [](std::uint64_t n) { return static_cast<double>(n); };
    const auto &h = r.nanoseconds;
    std::vector<std::pair<std::string, double>> counters{
        {"operations", number(count_of(h))},
        {"seconds", r.time.seconds},
        {"finished", r.finished},
        {"over_10us", number(count_above(h, 10'000))},
        {"over_100us", number(count_above(h, 100'000))},
        {"over_1ms", number(count_above(h, 1'000'000))},
        {"mean_ns", mean_of(h)},
        {"max_ns", number(max_of(h))}};
    std::ranges::move(percentile_counters(h), std::back_inserter(counters));
    return counters;
}

record measure(const options &o, stage &stage, const occasion &when, const map_entry &map,
               const cell &c) {
    auto times = o.times(c.n);
    // A rate is known after milliseconds; one pause in 100,000 operations is not.
    times.window *= 5;
    // No warm-up: everything that is timed is counted.
    times.warm_up = {};
    const team who(c.threads, o.pinned);
    const auto result = least_disturbed(who, [&](unsigned attempt) {
        subject &subject = stage.set(when, map);
        if (!stage.fault().empty())
            return latency_result{.wrong = stage.fault()};
        warm_memory_for(when);
        return subject.time(
            {c.what.what, who, times, seed_of(c.what.name, c.threads, when.round, attempt)});
    });
    if (result.wrong.empty())
        save(result.nanoseconds, o.out / "latency",
             c.name() + '/' + map.name + "/round:" + std::to_string(when.round));
    record r{result.time.seconds, counters_of(result), result.wrong};
    note_waiting(r, who, result.time.waited);
    return r;
}

double expected_seconds(const options &o, const cell &c) {
    const double inserting = c.n * 0.6e-6;
    return c.what.what == timed::mix
               ? inserting + 5 * std::chrono::duration<double>(o.times(c.n).window).count()
               : 1.7 * inserting; // with the memory that is warmed for it
}

} // namespace

std::vector<step> latency_steps(const options &o, std::uint32_t strings, stage &stage) {
    // A histogram already is of many operations.
    const unsigned rounds = o.thinned ? std::min(o.rounds, 2u) : o.rounds;
    const auto cells = cells_of(o, strings);
    std::vector<step> steps;
    for (unsigned round = 0; round < rounds; ++round)
        for (const auto &c : cells)
            for (const auto *next : in_turns(o.maps, seed_of(c.name(), c.threads, round))) {
                const auto &map = *next;
                const auto &form = map.form_for(c.what.use);
                if (!form.holds(c.of) || (erases(c.what.use) && !form.erases))
                    continue;
                const occasion when{c.what.use, c.of, c.n, round};
                steps.push_back(
                    {"latency/" + c.name() + '/' + map.name + "/round:" + std::to_string(round),
                     "round " + std::to_string(round + 1) + " of " + std::to_string(rounds) +
                         ", latency of " + c.name(),
                     map.name, expected_seconds(o, c),
                     [&o, &stage, when, &map, c] { return measure(o, stage, when, map, c); },
                     round > 0});
            }
    return steps;
}

double time_stamp_cost() {
    constexpr int looks = 100'000;
    const auto begin = clock::now();
    for (int i = 0; i < looks; ++i) {
        auto now = clock::now();
        asm volatile("" : : "r,m"(now) : "memory");
    }
    return std::chrono::duration<double, std::nano>(clock::now() - begin).count() / looks;
}

} // namespace ferry::bench
