// SPDX-License-Identifier: BSL-1.0

// The session in both_engines.json is made by hand. Its throughputs, in million operations a
// second, and what comes of them, ferry over the best rival, which is marked:
//
//   cell               nodes      flat          library  lock         better  nodes  flat
//   find-hit, 1          2         4              2 *      1            2      1      2
//   find-miss, 1         1         2         unfinished    -            -      -      -
//   find-hit, 2          1         2              4 *  unfinished      1/2    1/4    1/2
//   mix-90-5-5, 2        8         2              1        4 *          2      2     1/2
//   strings, 2           4         -              1 *      -            4      4      -
//   growth, 2          wrong  1/2, reserved 2     1 *      -            2     lost    2
//
// The number after a cell's name is its number of threads. page_standing.js checks the same
// figures.

#include "report/standing.hpp"
#include "report/measurements.hpp"
#include "report/verdict.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

namespace {

using namespace ferry::bench;

measurements session() { return read_measurements(FERRY_BENCH_TEST_SESSION); }

// Without maps that the predicate does not want.
template <class Wanted>
measurements session_of(Wanted wanted) {
    auto m = session();
    for (auto &cell : m.cells)
        std::erase_if(cell.maps, [&](const auto &map) { return !wanted(map.first); });
    return m;
}

std::string verdict(const measurements &m) {
    std::ostringstream out;
    print_verdict(out, m);
    return out.str();
}

// With one space where there are several.
std::string squeezed(std::string text) {
    text.erase(
        std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
        text.end());
    return text;
}

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the better engine of each cell is compared with the best rival") {
    const auto m = session();
    const auto s = standing_of(comparisons(m));
    CHECK(s.cells == 5);
    CHECK(s.first == 4);
    CHECK(s.ratios.count() == 5);
    CHECK(s.ratios.value() == doctest::Approx(std::pow(16, 1.0 / 5)));
}

TEST_CASE("strings count for the nodes, and a wrong engine is first nowhere and in no mean") {
    const auto m = session();
    const auto s = standing_of(comparisons(m, engine::nodes));
    CHECK(s.cells == 5);
    CHECK(s.first == 3);
    CHECK(s.ratios.count() == 4);
    CHECK(s.ratios.value() == doctest::Approx(std::pow(2, 1.0 / 4)));
}

TEST_CASE("the flat engine counts where it was measured, with the better of its maps") {
    const auto m = session();
    const auto s = standing_of(comparisons(m, engine::flat));
    CHECK(s.cells == 4);
    CHECK(s.first == 2);
    CHECK(s.ratios.value() == doctest::Approx(1));
}

TEST_CASE("no map of ferry is a rival") {
    const auto m = session();
    for (const std::optional<engine> of :
         {std::optional<engine>(), {engine::nodes}, {engine::flat}})
        for (const auto &one : comparisons(m, of)) {
            CAPTURE(one.cell->name);
            const bool by_lock = holds(one.cell->name, "mix-90-5-5");
            CHECK(one.rival.map == (by_lock ? "lock" : "library"));
        }
    CHECK(comparisons(session_of([](const std::string &map) {
              return map.starts_with("ferry");
          })).empty());
}

TEST_CASE("a map's name tells its engine") {
    for (const char *name : {"ferry", "ferry-reserved", "ferry-huge", "ferry-flatter"})
        CHECK(engine_of(name) == engine::nodes);
    for (const char *name : {"ferry-flat", "ferry-flat-reserved"})
        CHECK(engine_of(name) == engine::flat);
}

TEST_CASE("the verdict has a row for each engine and a column for each number of threads") {
    const auto text = squeezed(verdict(session()));
    CHECK(holds(text, " 1 thread 2 threads all\n"));
    CHECK(holds(text, "better engine of each 2.00, 1 of 1 1.68, 3 of 4 1.74, 4 of 5\n"));
    CHECK(holds(text, "nodes, concurrent_map 1.00, 1 of 1 1.26, 2 of 4 1.19, 3 of 5\n"));
    CHECK(holds(text, "flat, concurrent_flat_map 2.00, 1 of 1 0.79, 1 of 3 1.00, 2 of 4\n"));
    // The fifth root of 2 * 1/2 * 8 * 4 * 2, and the square root of 4 * 2.
    CHECK(holds(text, "Over the best map of each family: libraries 2.30; by hand 2.83.\n"));
}

TEST_CASE("the verdict names the cells in which ferry is not first, the worst first") {
    const auto text = verdict(session());
    const std::string find = "curves/find-hit/u64/n:1000/uniform/workers:2: library before ";
    const std::string mix = "curves/mix-90-5-5/u64/n:1000/uniform/workers:2: lock before ";
    const std::string growth = "curves/growth/u64/n:1000/uniform/workers:2: library\n";
    CHECK(holds(text, "the better engine: not first in 1 of 5 cells:\n  0.50  " + find +
                          "ferry-flat\nnodes: "));
    CHECK(holds(text, "nodes: not first in 2 of 5 cells:\n  lost  " + growth + "  0.25  " + find +
                          "ferry\nflat: "));
    CHECK(holds(text, "flat: not first in 2 of 4 cells:\n  0.50  " + find + "ferry-flat\n  0.50  " +
                          mix + "ferry-flat\n"));
}

TEST_CASE("the verdict says which engine is for what") {
    CHECK(holds(verdict(session()), "trivially copyable and at most 8 bytes each"));
}

TEST_CASE("a session with one engine has no row for the better one") {
    const auto text = squeezed(
        verdict(session_of([](const std::string &map) { return !map.starts_with("ferry-flat"); })));
    CHECK(!holds(text, "better engine"));
    CHECK(!holds(text, "flat, concurrent_flat_map"));
    CHECK(holds(text, "nodes, concurrent_map 1.00, 1 of 1 1.26, 2 of 4 1.19, 3 of 5\n"));
}

TEST_CASE("an engine that is first everywhere is said to be, and one without rivals is not named") {
    const auto slow = squeezed(verdict(session_of(
        [](const std::string &map) { return map != "library" && map != "ferry-flat"; })));
    CHECK(holds(slow, "nodes: first in every cell.\n"));
    CHECK(verdict(session_of([](const std::string &map) {
              return map.starts_with("ferry");
          })).empty());
}

TEST_CASE("an engine that did not finish lost, though it was fast") {
    auto m = session();
    for (auto &cell : m.cells)
        cell.at("ferry").counters["finished"] = {0.99};
    const auto s = standing_of(comparisons(m, engine::nodes));
    CHECK(s.cells == 5);
    CHECK(s.first == 0);
    CHECK(s.ratios.count() == 0);
    CHECK(holds(squeezed(verdict(m)),
                "nodes, concurrent_map lost, 0 of 1 lost, 0 of 4 lost, 0 of 5"));
}
