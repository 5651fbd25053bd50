// SPDX-License-Identifier: BSL-1.0
#include "stage/stage.hpp"

#include "curves/plan.hpp"
#include "curves/steps.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ferry::bench;

// What was done with the fake maps, each of which has a number.
struct diary {
    int made = 0;
    int alive = 0;
    int most_alive = 0;
    int filled = 0;
    bool refuse_next_fill = false;
    std::string next_fault;
    std::vector<std::uint64_t> seeds;
    std::vector<double> waits; // of the runs to come; none: nobody waited
};
diary book;

class fake_map : public subject {
public:
    fake_map() {
        ++book.made;
        book.most_alive = std::max(book.most_alive, ++book.alive);
    }
    ~fake_map() override { --book.alive; }

    std::string fill(map_use) override {
        if (std::exchange(book.refuse_next_fill, false))
            throw std::bad_alloc();
        ++book.filled;
        return std::exchange(book.next_fault, "");
    }
    run_result run(const run_order &order) override {
        book.seeds.push_back(order.seed);
        run_result result;
        result.operations = 1;
        result.time = {1, 0.0};
        if (!book.waits.empty()) {
            result.time.waited = book.waits.front();
            book.waits.erase(book.waits.begin());
        }
        return result;
    }
    latency_result time(const latency_order &) override { return {}; }
    std::string grow(const team &) override { return {}; }
    std::string grow_many(std::uint32_t) override { return {}; }
    bool erase_most() override { return false; }
    bool shrink() override { return false; }
};

map_entry fake(const std::string &name) {
    map_entry entry{.name = name, .family = "fake", .note = ""};
    entry.plain.u64 = [](const key_space<std::uint64_t> &) -> std::unique_ptr<subject> {
        return std::make_unique<fake_map>();
    };
    entry.plain.erases = true;
    entry.replacing = entry.storing = entry.plain;
    return entry;
}

const map_entry a = fake("a");
const map_entry b = fake("b");

constexpr occasion reading(std::uint32_t n, unsigned round = 0) {
    return {map_use::only_reads, element::u64, n, round};
}

options small_session() {
    options o;
    o.threads = {1, 2};
    o.sizes = {1000, 100'000};
    o.maps = {a, b, fake("c"), fake("d")};
    o.workloads = {workload::find_hit, workload::find_miss};
    o.elements = {element::u64};
    o.choices = {distribution::uniform};
    o.rounds = 3;
    return o;
}

// The part of a step's name with the cell, the map, or the round.
struct named {
    std::string cell;
    std::string map;
    std::string round;

    explicit named(const step &s) {
        const auto round_at = s.name.rfind('/');
        const auto map_at = s.name.rfind('/', round_at - 1);
        cell = s.name.substr(0, map_at);
        map = s.name.substr(map_at + 1, round_at - map_at - 1);
        round = s.name.substr(round_at + 1);
    }
};

} // namespace

TEST_CASE("small maps stay together, and each is made and filled once") {
    book = {};
    stage s({});
    auto &first = s.set(reading(1000), a);
    auto &second = s.set(reading(1000), b);
    CHECK(&s.set(reading(1000), a) == &first);
    CHECK(&s.set(reading(1000), b) == &second);
    CHECK(book.made == 2);
    CHECK(book.filled == 2);
    CHECK(book.alive == 2);
    s.set(reading(1000, 1), a);
    CHECK(book.made == 3);
    CHECK(book.alive == 1);
    s.clear();
    CHECK(book.alive == 0);
}

TEST_CASE("of large maps one is in memory at a time") {
    book = {};
    stage s({});
    s.set(reading(100'000), a);
    s.set(reading(100'000), a);
    CHECK(book.made == 1);
    s.set(reading(100'000), b);
    CHECK(book.made == 2);
    CHECK(book.most_alive == 1);
}

TEST_CASE("what was wrong with a map is said of that map alone, as long as it is there") {
    book = {};
    stage s({});
    book.next_fault = "lost";
    s.set(reading(1000), a);
    CHECK(s.fault() == "lost");
    s.set(reading(1000), b);
    CHECK(s.fault() == "");
    s.set(reading(1000), a);
    CHECK(s.fault() == "lost");
    s.set(reading(1000, 1), a);
    CHECK(s.fault() == "");
}

TEST_CASE("a map that could not be filled is made anew, and the others stay") {
    book = {};
    stage s({});
    for (const std::uint32_t n : {1000u, 100'000u}) {
        s.set(reading(n), a);
        book.refuse_next_fill = true;
        CHECK_THROWS_AS(s.set(reading(n), b), std::bad_alloc);
        const int filled = book.filled;
        s.set(reading(n), b);
        CHECK(book.filled == filled + 1);
        CHECK(s.fault() == "");
        s.set(reading(n), a);
    }
    CHECK(book.alive == 1);
}

TEST_CASE("maps take turns cell by cell when small, one by one when large; rounds are outermost") {
    const auto o = small_session();
    stage s({});
    const auto plan = plan_curves(o, 0);
    const auto steps = curve_steps(o, plan, s);
    REQUIRE(steps.size() == 3 * 2 * 2 * 2 * 4);
    const std::size_t in_round = steps.size() / 3;
    std::set<std::string> firsts;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const named at(steps[i]);
        CHECK(at.round == "round:" + std::to_string(i / in_round));
        const bool small = i % in_round < in_round / 2;
        CHECK((at.cell.find("/n:1000/") != std::string::npos) == small);
        if (i % 4 != 0)
            continue;
        // Four consecutive steps: a cell with all maps, or a map with all its cells.
        std::set<std::string> cells;
        std::set<std::string> maps;
        for (std::size_t k = i; k < i + 4; ++k) {
            cells.insert(named(steps[k]).cell);
            maps.insert(named(steps[k]).map);
        }
        CHECK(cells.size() == (small ? 1 : 4));
        CHECK(maps.size() == (small ? 4 : 1));
        firsts.insert(at.map);
    }
    CHECK(firsts.size() == 4); // not always the same one
}

TEST_CASE("a run that is repeated has other picks, as has each round") {
    book = {};
    auto o = small_session();
    o.threads = {1};
    o.sizes = {1000};
    o.maps = {a};
    o.workloads = {workload::find_hit};
    stage s({});
    const auto plan = plan_curves(o, 0);
    book.waits = {0.5, 0.4, 0.0};
    for (const auto &each : curve_steps(o, plan, s))
        CHECK(each.run().wrong == "");
    CHECK(book.seeds.size() == 5); // three attempts, and two more rounds
    CHECK(std::set(book.seeds.begin(), book.seeds.end()).size() == 5);
}
