// SPDX-License-Identifier: BSL-1.0
#include "report/measurements.hpp"
#include "report/compare.hpp"
#include "report/csv.hpp"
#include "report/ranking.hpp"
#include "report/table.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace {

using namespace ferry::bench;

bool holds(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

constexpr const char *some_cell = "curves/find-hit/u64/n:1000/uniform/workers:2";

std::string run(const std::string &map, int round, double rate, double finished = 1) {
    return R"({"name": ")" + std::string(some_cell) + '/' + map +
           "/round:" + std::to_string(round) +
           R"(/iterations:1/manual_time", "real_time": 7.0, "iterations": 1, "ops_per_s": )" +
           std::to_string(rate) + R"(, "finished": )" + std::to_string(finished) + "}";
}

std::string wrong_run(const std::string &map, int round) {
    return R"({"name": ")" + std::string(some_cell) + '/' + map +
           "/round:" + std::to_string(round) +
           R"(/iterations:1/manual_time", "error_occurred": true, "error_message": "lost"})";
}

// A file of its own, gone at the end.
class scratch_file {
public:
    explicit scratch_file(const std::string &text)
        : path_(std::filesystem::temp_directory_path() /
                ("ferry-bench-test-" + std::to_string(getpid()))) {
        std::ofstream(path_) << text;
    }
    ~scratch_file() { std::filesystem::remove(path_); }
    scratch_file(const scratch_file &) = delete;
    scratch_file &operator=(const scratch_file &) = delete;

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

measurements read(const std::vector<std::string> &runs) {
    std::string text = R"({"context": {"map:a": "libraries | a map", "map:ferry": "ferry | ours",
        "map:null": "floor | nothing", "maps": "ferry, a, null", "num_cpus": 2},
        "benchmarks": [)";
    for (std::size_t i = 0; i < runs.size(); ++i)
        text += (i == 0 ? "" : ",") + runs[i];
    return read_measurements(scratch_file(text + "]}").path());
}

} // namespace

TEST_CASE("a session is read back: maps in their order, cells, rounds") {
    const auto m =
        read({run("ferry", 0, 3e6), run("a", 0, 2e6), run("ferry", 1, 1e6), run("ferry", 2, 2e6)});
    REQUIRE(m.maps.size() == 3);
    CHECK(m.maps[0].name == "ferry");
    CHECK(m.maps[1].family == "libraries");
    CHECK(m.maps[1].note == "a map");
    REQUIRE(m.cells.size() == 1);
    CHECK(m.cells[0].name == some_cell);
    const auto sum = m.cells[0].find("ferry")->of("ops_per_s");
    REQUIRE(sum);
    CHECK(sum->median == 2e6);
    CHECK(sum->min == 1e6);
    CHECK(sum->max == 3e6);
    CHECK(!m.cells[0].find("ferry")->of("real_time"));
    CHECK(m.cells[0].find("b") == nullptr);
}

TEST_CASE("a map that was wrong in one round is marked, and wins nothing") {
    const auto m = read({run("ferry", 0, 1e6), run("a", 0, 9e6), wrong_run("a", 1)});
    CHECK(!m.cells[0].find("a")->of("ops_per_s"));
    CHECK(best_of(m, m.cells[0]).map == "ferry");
    REQUIRE(m.faults().size() == 1);
    CHECK(m.faults()[0] == "a, " + std::string(some_cell) + ": lost");
    std::ostringstream tables;
    print_tables(tables, m);
    CHECK(holds(tables.str(), "WRONG: a"));
    std::ostringstream csv;
    write_csv(csv, m);
    CHECK(holds(csv.str(), "/workers:2,a,wrong,,,,"));
}

TEST_CASE("a map that did not finish wins nothing, and neither does the floor") {
    const auto m = read({run("ferry", 0, 1e6), run("a", 0, 9e6, 0.5), run("null", 0, 9e8)});
    CHECK(best_of(m, m.cells[0]).map == "ferry");
    std::ostringstream tables;
    print_tables(tables, m);
    CHECK(holds(tables.str(), "did not finish: a (50.0 %)"));
}

TEST_CASE("a comparison gives the ratio, what the rounds allow, and who agrees") {
    const auto before = read({run("ferry", 0, 1e6), run("ferry", 1, 1e6), run("a", 0, 5e5)});
    const auto after = read({run("ferry", 0, 2e6), run("ferry", 1, 4e6), run("a", 0, 8e6)});
    std::ostringstream out;
    compare(out, before, after);
    CHECK(holds(out.str(), "3.00"));
    CHECK(holds(out.str(), "2.00 to 4.00  !"));
    CHECK(holds(out.str(), "agree on the winner in 0 of the 1 cells (0.0 %)"));
    CHECK(holds(out.str(), "and in 0 of the 1 cells (0.0 %) in which it does in both"));
    CHECK(holds(out.str(), std::string(some_cell) + ": ferry (2.00), a (2.67)"));
}

TEST_CASE("a session whose threads had to wait for processors in most runs is called disturbed") {
    const auto waiting = [](const std::string &map, int round, double share) {
        auto text = run(map, round, 1e6);
        text.back() = ',';
        return text + R"("waited": )" + std::to_string(share) + "}";
    };
    // One map waits by itself.
    CHECK(disturbances(read({waiting("ferry", 0, 0.01), waiting("a", 0, 0.5)})).empty());
    const auto sentences = disturbances(
        read({waiting("ferry", 0, 0.04), waiting("a", 0, 0.5), waiting("ferry", 1, 0.01)}));
    REQUIRE(sentences.size() == 1);
    CHECK(holds(sentences[0], "in 1 of the 1 cells"));
    CHECK(disturbances(read({run("a", 0, 1e6)})).empty()); // not known
}

TEST_CASE("a file that is missing or something else is refused in a sentence") {
    CHECK_THROWS_WITH_AS(read_measurements("/nonexistent.json"),
                         "the file '/nonexistent.json' cannot be read", std::runtime_error);
    for (const char *text : {"", "{}", "[1, 2]", R"({"context": 1, "benchmarks": []})"}) {
        const scratch_file file(text);
        CHECK_THROWS_WITH_AS(
            read_measurements(file.path()),
            ("the file '" + file.path().string() + "' is no results.json of ferry-bench").c_str(),
            std::runtime_error);
    }
}
