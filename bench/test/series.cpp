// SPDX-License-Identifier: BSL-1.0

// Numbers in an order, from a run to the JSON, and from there to the tables of a load.

#include "report/csv.hpp"
#include "report/measurements.hpp"
#include "report/service_table.hpp"
#include "runner/recorder.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace {

using namespace ferry::bench;

constexpr const char *cell = "service/growth/fixed/n:1000/rate:100/connections:2/workers:2";

step load_of(const std::string &map, unsigned round, record result) {
    return {.name = std::string(cell) + '/' + map + "/round:" + std::to_string(round),
            .phase = "a test",
            .detail = map,
            .expected = 0.001,
            .run = [result = std::move(result)] { return result; }};
}

record load_with(double late, double achieved, std::vector<double> longest) {
    record r{.seconds = 1,
             .counters = {{"operations", 100},
                          {"p50_ns", 1000},
                          {"p99.9_ns", 5000},
                          {"max_ns", 30e6},
                          {"asked_per_s", 100},
                          {"achieved_per_s", achieved},
                          {"generator_busy", 0.5},
                          {"late_p99_ns", late}},
             .wrong = {}};
    r.in_order = {{"window_requests", std::vector<double>(longest.size(), 10)},
                  {"window_max_ns", longest},
                  {"window_p99.9_ns", longest}};
    return r;
}

measurements recorded(const std::vector<step> &steps) {
    const ferry::bench::test::scratch_folder folder;
    record_steps(steps, {}, folder.path() / "results.json");
    return read_measurements(folder.path() / "results.json");
}

} // namespace

TEST_CASE("series are in the JSON beside the counters of their round, and in the CSV") {
    const auto m = recorded({load_of("a", 0, load_with(1e3, 100, {1e6, 30e6})),
                             load_of("b", 0, record{.seconds = 1, .counters = {}, .wrong = {}}),
                             load_of("a", 1, load_with(1e3, 100, {2e6}))});
    REQUIRE(m.cells.size() == 1);
    const auto &a = *m.cells[0].find("a");
    CHECK(a.counters.at("operations") == std::vector<double>{100, 100});
    CHECK(a.series.at("window_max_ns") == std::vector<std::vector<double>>{{1e6, 30e6}, {2e6}});
    CHECK(m.cells[0].find("b")->series.empty());

    std::ostringstream csv;
    CHECK(write_windows_csv(csv, m));
    CHECK(csv.str() == "cell,map,round,second,requests,max_ns,p99.9_ns\n" + std::string(cell) +
                           ",a,0,0,10,1000000,1000000\n" + cell +
                           ",a,0,0.1,10,30000000,30000000\n" + cell +
                           ",a,1,0,10,2000000,2000000\n");
}

TEST_CASE("a session without a load has no windows") {
    std::ostringstream csv;
    CHECK(!write_windows_csv(csv, recorded({load_of("a", 0, record{1, {{"operations", 1}}, {}})})));
    CHECK(csv.str().empty());
}

TEST_CASE("the table of a load has a line for each server, and says what is wrong with one") {
    const auto m = recorded({load_of("a", 0, load_with(1e3, 100, {1e6})),
                             load_of("b", 0, record{0, {}, "the server was killed by signal 11"})});
    std::ostringstream table;
    print_service(table, m, m.cells.at(0));
    const auto has = [&](const std::string &text) {
        return table.str().find(text) != std::string::npos;
    };
    CHECK(has("* a               1.00 us          -    5.00 us"));
    CHECK(has("  b             WRONG: the server was killed by signal 11"));
}

TEST_CASE("a generator that was late is told from a server that was slow") {
    CHECK(slow_generators(recorded({load_of("a", 0, load_with(1e3, 100, {1e6}))})).empty());
    const auto late = slow_generators(recorded({load_of("a", 0, load_with(5e6, 60, {1e6}))}));
    REQUIRE(late.size() == 1);
    CHECK(late[0].find("a in growth (5.00 ms, running 50 % of the time)") != std::string::npos);
    const auto slow = slow_generators(recorded({load_of("a", 0, load_with(1e3, 60, {1e6}))}));
    REQUIRE(slow.size() == 1);
    CHECK(slow[0].find("a in growth (60 of 100)") != std::string::npos);
}
