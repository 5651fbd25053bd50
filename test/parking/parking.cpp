// SPDX-License-Identifier: BSL-1.0

// A thread stopped anywhere, forever, stops nobody: it is parked before each of its atomic
// operations in turn, and others go on with everything, the key it is busy with among it. Then it
// is released, and what it did has happened once.

#include "others.hpp"
#include "points.hpp"
#include "scenarios.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "support/crew.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

using namespace ferry::test;
using namespace ferry::test::parking;

namespace {

// Of the three others together. Three times the few are enough for three growths in any situation.
const std::size_t few = scaled(3000, 3000);
const std::size_t many = scaled(40000, 8000);
constexpr unsigned most_times_for_growths = 3;

// One thread in an operation.
template <class Kind>
class sleeper {
public:
    sleeper(const scenario<Kind> &what, std::size_t park_before)
        : in_(what.with, what.pins), walk_(park_before, &stop_) {
        if (what.comes_new)
            what.prepare(in_);
        thread_ = std::thread([this, &what] {
            if (!what.comes_new)
                what.prepare(in_);
            const auto &root = *core_of(in_.map).root();
            here_.root = {&root, reinterpret_cast<const std::byte *>(&root) + root.bytes()};
            here_.domain = {&in_.domain, &in_.domain + 1};
            watched = &walk_;
            what.operate(in_);
            watched = nullptr;
            stop_.pass(); // If it was not parked before, then here.
        });
        stop_.wait_for_arrival();
    }
    ~sleeper() { wake(); }

    void wake() {
        stop_.open();
        if (thread_.joinable())
            thread_.join();
    }

    situation<Kind> &in() { return in_; }
    const std::vector<step> &steps() const { return walk_.steps(); }
    // Or after its last step, if there are fewer.
    bool stands_before(std::size_t n) const { return n - steps().size() <= 1; }
    std::string point(std::size_t n) const {
        return name_of_point(std::span(steps()).first(n), here_);
    }

private:
    situation<Kind> in_;
    gate stop_;
    walk walk_;
    surroundings here_;
    std::thread thread_;
};

// Bounded, so that a migration that somebody holds back is told, not waited for.
template <class Map>
bool migrations_end(Map &map) {
    for (std::size_t calls = 0; calls < 20000; ++calls)
        if (!map.migrate(64))
            return !map.migrating();
    return false;
}

// What does not hold when a thread is parked before so many of its steps.
template <class Kind>
std::string park(const scenario<Kind> &what, std::size_t before, std::size_t operations,
                 const std::string &where) {
    const std::string told = "others do not come to an end while a thread is parked in " + where;
    const watchdog dog(told.c_str(), std::chrono::seconds(120));
    findings found;
    {
        sleeper<Kind> parked(what, before);
        situation<Kind> &in = parked.in();
        found.expect(parked.stands_before(before), "the thread is parked where it was told to");
        crowd<Kind> all(in.map);
        const ferry::map_stats then = in.map.stats();
        all.work(operations, found);
        const auto grew = [&] { return in.map.stats().grown >= then.grown + 3; };
        for (unsigned times = 1; !grew() && times != most_times_for_growths; ++times)
            all.work(operations, found);
        found.expect(migrations_end(in.map),
                     "others come to the end of all migrations while a thread is parked");
        found.expect(grew(), "others come to the end of three growths while a thread is parked");
        all.look_at_everything(in.residents, true, found);

        parked.wake();
        found.add(in.found);
        found.expect(all.look_at_everything(in.residents, false, found) == in.colliding,
                     "iteration shows each key with the same hash once");
        books<Kind> sum = all.of_held();
        sum.add(in.mine);
        std::int64_t present = 0;
        std::uint64_t value = 0;
        in.map.visit(held, [&](const auto &there) {
            present = 1;
            value = Kind::number(there);
        });
        found.expect(sum.present == present && sum.value == value,
                     "each operation on the parked thread's key took effect once");
        found.expect(reclaim_everything(in.map), "everything that was retired is reclaimed");
        found.expect(Kind::alive(in.map.size()), "of the values, those that are there are alive");
    }
    found.expect(Kind::alive(0), "the map's end leaves nothing behind");
    return found.text();
}

template <class Kind>
void park_everywhere(const scenario<Kind> &what) {
    std::vector<std::string> names;
    {
        sleeper<Kind> counted(what, 0);
        for (std::size_t n = 1; n <= counted.steps().size(); ++n)
            names.push_back(counted.point(n));
    }
    names.emplace_back("after its last step");
    for (const std::string &point : what.passes) {
        INFO(std::string(what.name), " does not come by: ", point);
        REQUIRE(std::find(names.begin(), names.end(), point) != names.end());
    }
    std::set<std::string> met;
    for (std::size_t n = 0; n < names.size(); ++n) {
        const bool first = !names[n].empty() && met.insert(names[n]).second;
        const std::string where = std::string(what.name) + ", before step " +
                                  std::to_string(n + 1) + " of " +
                                  std::to_string(names.size() - 1) + ", " + names[n];
        INFO(where);
        const std::string wrong = park(what, n + 1, first ? many : few, where);
        REQUIRE(wrong == "");
    }
    std::printf("%s: a thread was parked at %zu points, of which, with %zu operations by others,\n",
                what.name, names.size(), many);
    for (const std::string &name : met)
        std::printf("    %s\n", name.c_str());
    std::printf("  and with %zu, or up to %u times as many, at the other %zu\n", few,
                most_times_for_growths, names.size() - met.size());
    std::fflush(stdout);
}

template <class Kind>
void park_everywhere(const std::vector<scenario<Kind>> &all) {
    for (const scenario<Kind> &each : all) {
        SUBCASE(each.name) { park_everywhere(each); }
    }
}

} // namespace

TEST_CASE("a thread parked before any step of an operation stops nobody") {
    park_everywhere(scenarios_of_words());
}

TEST_CASE("a thread parked before any step of an operation on words stops nobody") {
    park_everywhere(scenarios_of_both<words>());
}

TEST_CASE("a thread parked before any step of an operation on a flat map stops nobody") {
    park_everywhere(scenarios_of_cells());
}

TEST_CASE("a thread parked before any step of an operation on objects stops nobody") {
    park_everywhere(scenarios_of_both<objects>());
}
