// SPDX-License-Identifier: BSL-1.0
#include "runner/team.hpp"
#include "runner/disturbance.hpp"
#include "runner/processors.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace ferry::bench;

struct outcome_of_run {
    stretch time;
    std::string wrong;
};

// What it gives in turn to who runs it; how often it was run.
class script {
public:
    explicit script(std::vector<outcome_of_run> runs) : runs_(std::move(runs)) {}

    outcome_of_run operator()(unsigned attempt) {
        CHECK(attempt == count);
        return runs_.at(count++);
    }

    unsigned count = 0;

private:
    std::vector<outcome_of_run> runs_;
};

const team alone(1);

} // namespace

TEST_CASE("an undisturbed run is not repeated") {
    script runs({{{1, 0.01}, ""}});
    CHECK(least_disturbed(alone, std::ref(runs)).time.seconds == 1);
    CHECK(runs.count == 1);
}

TEST_CASE("a disturbed run is repeated until one is not") {
    script runs({{{1, 0.5}, ""}, {{2, 0.02}, ""}});
    CHECK(least_disturbed(alone, std::ref(runs)).time.seconds == 2);
    CHECK(runs.count == 2);
}

TEST_CASE("of three disturbed runs the one counts that waited least, not the fastest") {
    script runs({{{1, 0.5}, ""}, {{9, 0.2}, ""}, {{2, 0.4}, ""}});
    CHECK(least_disturbed(alone, std::ref(runs)).time.seconds == 9);
    CHECK(runs.count == 3);
}

TEST_CASE("a wrong run is never replaced by a right one") {
    script first({{{1, 0.5}, "lost"}});
    CHECK(least_disturbed(alone, std::ref(first)).wrong == "lost");
    script second({{{1, 0.5}, ""}, {{1, 0.9}, "lost"}});
    CHECK(least_disturbed(alone, std::ref(second)).wrong == "lost");
    CHECK(second.count == 2);
}

TEST_CASE("more threads than processors are not asked to run again") {
    const team crowd(processors().count() + 1);
    CHECK(!crowd.fits());
    script runs({{{1, 0.5}, ""}});
    least_disturbed(crowd, std::ref(runs));
    CHECK(runs.count == 1);
}

TEST_CASE("workers that share a processor wait for it") {
    const processors usable;
    if (!time_without_processor(this_thread())) {
        MESSAGE("the system does not tell how long threads wait");
        return;
    }
    const auto spin = [](unsigned, gate &gate) {
        gate.pass();
        while (!gate.closing()) {
        }
    };
    // Three for each: each has a third of the time at most.
    const team crowd(3 * usable.count());
    const auto pace =
        crowd.run_for({.window = std::chrono::milliseconds(200), .patience = {}}, spin);
    REQUIRE(pace.time.waited);
    CHECK(*pace.time.waited > 0.3);
    CHECK(*pace.time.waited < 1.1);
}

TEST_CASE("getting ready is not work: neither its time nor its waiting counts") {
    const auto late = team(2).run_to_end(hours{}.patience, [](unsigned worker, gate &gate) {
        if (worker == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
        gate.pass();
    });
    CHECK(late.seconds < 0.5);
}

TEST_CASE("a worker may run anywhere once the gate is open, and stays if it is pinned") {
    const processors usable;
    for (const bool pinned : {false, true}) {
        std::vector<unsigned> allowed(2);
        team(2, pinned).run_to_end(hours{}.patience, [&](unsigned worker, gate &gate) {
            gate.pass();
            allowed[worker] = processors().count(); // of this thread
        });
        for (const auto count : allowed)
            CHECK(count == (pinned ? 1 : usable.count()));
    }
}
