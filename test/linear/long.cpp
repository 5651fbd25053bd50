// SPDX-License-Identifier: BSL-1.0

// Long histories are decided with little search. What is counted is dead ends, not time: they are
// the same on every machine. The bounds are several times what any of 300 seeds needed.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "calls.hpp"
#include "generate.hpp"
#include "support/linear/checker.hpp"
#include "support/linear/history.hpp"
#include "support/random.hpp"

namespace linear_long {

using namespace ferry::test::linear;
using ferry::test::prng;

namespace {

constexpr std::uint32_t threads = 8;

struct workload {
    std::size_t operations_done;
    key_type keys;
    std::uint64_t values; // put by calls
    // Once in so many steps a thread is descheduled in its call, for `pause` steps of the others.
    std::uint64_t steps_per_pause;
    std::size_t pause;
    bool blind = false;    // only writes that tell nothing of what they replace, and reads
    std::size_t stops = 0; // threads that stop forever in a call and are replaced
};

operation any_operation(prng &random, bool blind) {
    if (!blind)
        return static_cast<operation>(random.below(operations));
    return random.once_in(4) ? operation::get : operation::insert_or_assign;
}

history run(const workload &load, std::uint64_t stream) {
    struct thread {
        worker at_work;
        key_type key = 0;
        std::size_t wakes = 0;
    };
    prng random(stream);
    std::vector<thread> all;
    for (std::uint32_t i = 0; i < threads; ++i)
        all.push_back({worker(i)});
    std::vector<state> map(load.keys);
    history written;
    std::size_t stopped = 0;
    for (std::size_t step = 1; written.events().size() < load.operations_done; ++step) {
        thread &one = all[random.below(threads)];
        if (one.wakes > step)
            continue;
        if (one.at_work.idle()) {
            one.key = static_cast<key_type>(random.below(load.keys));
            one.at_work.invoke({.what = any_operation(random, load.blind),
                                .value = random.below(load.values),
                                .expected = random.below(load.values)},
                               step);
        } else {
            one.at_work.step(map[one.key], step);
            if (one.at_work.idle())
                written.add(recorded(one.at_work.last(), one.key));
        }
        if (one.at_work.idle())
            continue;
        if (random.once_in(load.steps_per_pause))
            one.wakes = step + load.pause;
        const std::size_t part = load.operations_done / (load.stops + 1);
        if (written.events().size() >= (stopped + 1) * part && stopped < load.stops) {
            written.add(recorded(one.at_work.last(), one.key));
            one.at_work = worker(threads + static_cast<std::uint32_t>(stopped++));
        }
    }
    // What has not returned never will.
    for (const thread &one : all) {
        if (!one.at_work.idle())
            written.add(recorded(one.at_work.last(), one.key));
    }
    return written;
}

// Dead ends for each operation, of a right history and of one with a faulty event in its middle:
// before that is known for wrong, all that can be there before it has to be tried.
struct most {
    std::size_t right = 1;
    std::size_t wrong = 4;
};

void needs_little_search(const workload &load, const most &dead = {}) {
    FERRY_SHOW_SEED();
    checker one;
    for (std::uint64_t stream = 0; stream < 3; ++stream) {
        const history right = run(load, stream);
        CHECK(one.check(right.events()) == "");
        CHECK(one.dead() < dead.right * right.events().size());
        // A read of what nobody ever put.
        std::vector<event> wrong(right.events().begin(), right.events().end());
        std::size_t victim = wrong.size() / 2;
        while (!wrong[victim].what.only_looks())
            ++victim;
        wrong[victim].what = did::get(~value_type{0});
        CHECK(one.check(wrong) != "");
        CHECK(one.dead() < dead.wrong * wrong.size());
    }
}

} // namespace

TEST_CASE("100,000 operations of 8 threads on 64 keys need little search") {
    needs_little_search({100000, 64, 1000, 10000, 2000});
}

TEST_CASE("20,000 operations of 8 threads on one key need little search") {
    SUBCASE("with values of their own") { needs_little_search({20000, 1, 1u << 31, 1000, 200}); }
    SUBCASE("with equal values") { needs_little_search({20000, 1, 4, 1000, 200}); }
    SUBCASE("with a thread that is often descheduled") {
        needs_little_search({20000, 1, 100, 200, 2000});
    }
    SUBCASE("with threads that stop for ever") {
        needs_little_search({20000, 1, 1u << 31, 1000, 200, false, 8}, {50, 200});
    }
}

TEST_CASE("2,000 writes that tell nothing of what they replace, and their reads, can be ordered") {
    SUBCASE("with values of their own") {
        needs_little_search({2000, 1, 1u << 31, 1000, 200, true}, {20, 200});
    }
    SUBCASE("with equal values") { needs_little_search({2000, 1, 4, 1000, 200, true}, {20, 200}); }
}

} // namespace linear_long
