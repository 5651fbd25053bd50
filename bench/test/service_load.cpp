// SPDX-License-Identifier: BSL-1.0

// The generator of loads against a server that stops, lies or dies. Nothing here depends on how
// fast the machine is: a pause guarantees that requests take at least so long, never at most.

#include "fake_server.hpp"
#include "runner/percentiles.hpp"
#include "scratch_folder.hpp"
#include "service_load/arrivals.hpp"
#include "service_load/child.hpp"
#include "service_load/frontier.hpp"
#include "service_load/generator.hpp"
#include "service_load/plan.hpp"
#include "service_load/recording.hpp"
#include "service_load/script.hpp"

#include <doctest/doctest.h>

#include <set>

namespace {

using namespace ferry::bench;
using ferry::bench::test::complaint_of;
using ferry::bench::test::fake_server;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr double rate = 4000; // requests a second
constexpr double seconds = 0.5;
constexpr std::uint32_t keys = 1000;

load_result load(const fake_server &server, service_scenario what = service_scenario::growth,
                 const generator_options &o = {}, keeping kept = keeping::all) {
    const auto plan = plan_service(what, keys, rate, seconds);
    script requests(plan, {}, 1, kept);
    arrivals when(arrival_kind::fixed, rate, 1);
    return generate_load(server.socket_file(), plan.values, requests, when, o);
}

std::string honest(std::uint64_t, std::string_view, std::string reply) { return reply; }

// Growth stores half of its keys first.
constexpr std::uint64_t in_the_middle = 3 * keys / 4 + keys / 2;

} // namespace

TEST_CASE("a right server passes every scenario, and every request is counted once") {
    for (const auto what : all_service_scenarios()) {
        CAPTURE(name_of(what));
        const fake_server server(honest);
        auto result = load(server, what);
        CHECK(result.wrong == "");
        const auto planned = plan_service(what, keys, rate, seconds).requests();
        CHECK(count_of(result.requests.all()) == planned);
        CHECK(count_of(result.lateness) == planned);
        std::uint64_t in_windows = 0;
        for (const auto &w : result.requests.windows())
            in_windows += w.requests;
        CHECK(in_windows == planned);
    }
}

TEST_CASE("a server that keeps nothing passes where that is known") {
    for (const bool has_all : {false, true}) {
        const fake_server server([=](std::uint64_t, std::string_view line, std::string) {
            if (line.starts_with("set "))
                return std::string("STORED\r\n");
            if (line.starts_with("delete "))
                return std::string("NOT_FOUND\r\n");
            const auto key = std::string(line.substr(line.find(' ') + 1));
            return has_all ? "VALUE " + key + " 0 3\r\nabc\r\nEND\r\n" : std::string("END\r\n");
        });
        for (const auto what : all_service_scenarios())
            CHECK(load(server, what, {}, keeping::nothing).wrong == "");
        CHECK(load(server).wrong != "");
    }
}

TEST_CASE("a pause is charged to every request that was due in it") {
    constexpr milliseconds pause(50);
    const fake_server server([=](std::uint64_t number, std::string_view, std::string reply) {
        if (number == in_the_middle)
            std::this_thread::sleep_for(pause);
        return reply;
    });
    auto result = load(server);
    CHECK(result.wrong == "");
    CHECK(result.requests.longest() >= pause);
    // Those that were due in the first half of the pause waited for at least the other half.
    const auto due_in_half = static_cast<std::uint64_t>(rate * 0.025) - 1;
    const auto half = static_cast<std::uint64_t>(nanoseconds(pause).count() / 2);
    // A bin's width less.
    CHECK(count_above(result.requests.all(), half - half / 100) >= due_in_half);
    // The windows show it where it was: two at most have requests that were due in it.
    std::uint64_t windows_with_it = 0;
    for (const auto &w : result.requests.windows())
        windows_with_it += w.longest >= static_cast<std::uint64_t>(nanoseconds(pause).count());
    CHECK(windows_with_it >= 1);
}

TEST_CASE("the value of another key is noticed") {
    const fake_server server([](std::uint64_t number, std::string_view line, std::string reply) {
        if (number > in_the_middle && line.starts_with("get "))
            reply[reply.find("\r\n") + 2 + 7] ^= 1; // the last digit of the key
        return reply;
    });
    CHECK(load(server).wrong == "a GET received a value that is not its key's");
}

TEST_CASE("a value that is not whole is noticed") {
    const fake_server server([](std::uint64_t number, std::string_view line, std::string reply) {
        if (number > in_the_middle && line.starts_with("get "))
            reply[reply.size() - 8] = '?';
        return reply;
    });
    CHECK(load(server).wrong == "a GET received a value that is not whole");
}

TEST_CASE("a replaced value is noticed when it is seen again") {
    std::unordered_map<std::string, std::string> first;
    const fake_server server([&](std::uint64_t, std::string_view line, std::string reply) {
        if (!line.starts_with("get "))
            return reply;
        return first.try_emplace(std::string(line), reply).first->second;
    });
    CHECK(load(server, service_scenario::steady).wrong ==
          "a GET received an older value than the one that had been stored");
}

TEST_CASE("a lost key is noticed, and one that is still there after its deletion") {
    const fake_server forgets([](std::uint64_t number, std::string_view line, std::string reply) {
        return number > in_the_middle && line.starts_with("get ") ? std::string("END\r\n") : reply;
    });
    CHECK(load(forgets).wrong == "a GET did not find a key that is present");

    std::unordered_map<std::string, std::string> values;
    const fake_server keeps([&](std::uint64_t, std::string_view line, std::string reply) {
        return line.starts_with("delete ") ? std::string("NOT_FOUND\r\n") : reply;
    });
    CHECK(load(keeps, service_scenario::sweep).wrong == "a DELETE was answered by 'NOT_FOUND'");
}

TEST_CASE("a SET that is refused is noticed, but for memory where that is scarce") {
    const auto refuse = [](std::uint64_t number, std::string_view line, std::string reply) {
        return number > 2 * keys && line.starts_with("set ")
                   ? std::string("SERVER_ERROR out of memory storing object\r\n")
                   : reply;
    };
    const fake_server server(refuse);
    CHECK(load(server, service_scenario::steady).wrong ==
          "a SET was answered by 'SERVER_ERROR out of memory storing object'");
    const fake_server small(refuse);
    const auto result = load(small, service_scenario::churn);
    CHECK(result.wrong == "");
    CHECK(result.refused > 0);
}

TEST_CASE("a server that goes or is silent ends the run with a sentence") {
    const fake_server goes([](std::uint64_t number, std::string_view, std::string reply) {
        return number == in_the_middle ? std::string() : reply;
    });
    CHECK(complaint_of([&] { load(goes); }).starts_with("the server "));

    const fake_server sleeps([](std::uint64_t number, std::string_view, std::string reply) {
        if (number == in_the_middle)
            std::this_thread::sleep_for(milliseconds(300));
        return reply;
    });
    CHECK(complaint_of([&] {
              load(sleeps, service_scenario::growth,
                   {.connections = 2, .patience = milliseconds(30)});
          }).starts_with("the server has been silent on a connection for 30 ms"));

    const fake_server forgets_some(
        [](std::uint64_t number, std::string_view line, std::string reply) {
            return number > in_the_middle && line.starts_with("set ") ? std::nullopt
                                                                      : std::optional(reply);
        });
    CHECK(complaint_of([&] {
              load(forgets_some, service_scenario::growth, {.patience = milliseconds(50)});
          }).starts_with("the server has been silent on a connection for 50 ms"));

    const ferry::bench::test::scratch_folder nobody;
    const auto plan = plan_service(service_scenario::growth, keys, rate, seconds);
    script requests(plan, {}, 1);
    arrivals when(arrival_kind::fixed, rate, 1);
    CHECK(complaint_of([&] {
              generate_load(nobody.path() / "s", plan.values, requests, when, {});
          }).starts_with("the server cannot be reached"));
}

TEST_CASE("one connection is enough, and many are not too many") {
    for (const unsigned connections : {1u, 2u, 3u, 40u}) {
        const fake_server server(honest);
        CHECK(load(server, service_scenario::sweep, {.connections = connections}).wrong == "");
    }
}

TEST_CASE("fixed arrivals are at equal distances, and those of a Poisson process at others") {
    arrivals fixed(arrival_kind::fixed, 1000, 1);
    for (int i = 0; i < 100; ++i)
        CHECK(fixed.next() == milliseconds(i));

    constexpr int count = 100'000;
    arrivals poisson(arrival_kind::poisson, 1000, 1);
    int long_distances = 0;
    nanoseconds before{};
    for (int i = 0; i < count; ++i) {
        const auto due = poisson.next();
        CHECK(due >= before);
        long_distances += due - before > milliseconds(1);
        before = due;
    }
    CHECK(before > milliseconds(count) * 98 / 100);
    CHECK(before < milliseconds(count) * 102 / 100);
    // A share of 1/e is longer than the mean.
    CHECK(long_distances > count * 0.36);
    CHECK(long_distances < count * 0.38);
}

TEST_CASE("the keys that the sweep deletes and those that it leaves are all keys, once") {
    constexpr std::uint32_t all = 1003;
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < kept_of(all); ++i)
        seen.insert(kept_key(i));
    for (std::uint32_t i = 0; i < all - kept_of(all); ++i)
        seen.insert(deleted_key(i));
    CHECK(seen.size() == all);
    CHECK(*seen.rbegin() == all - 1);
}

TEST_CASE("a frontier tells below which number all are done") {
    frontier f(5);
    CHECK(f.complete() == 5);
    CHECK(f.begin() == 5);
    CHECK(f.begin() == 6);
    CHECK(f.begin() == 7);
    f.done(6);
    CHECK(f.complete() == 5);
    f.done(5);
    CHECK(f.complete() == 7);
    f.done(7);
    CHECK(f.complete() == 8);
}

TEST_CASE("a late reply is counted in the window in which its request was due") {
    recording r;
    for (int i = 0; i < 3; ++i)
        r.sent(milliseconds(150 * i)); // in windows 0, 1 and 3
    r.answered(verb::get, milliseconds(150), milliseconds(5));
    r.answered(verb::set, milliseconds(300), milliseconds(1));
    r.answered(verb::set, milliseconds(0), milliseconds(400));
    const auto windows = r.windows();
    REQUIRE(windows.size() == 4);
    CHECK(windows[0].longest == 400'000'000);
    CHECK(windows[1].longest == 5'000'000);
    CHECK(windows[2].requests == 0);
    CHECK(windows[3].p999 == 1'000'000);
    CHECK(r.longest() == milliseconds(400));
    CHECK(count_of(r.of(verb::set)) == 2);
}

TEST_CASE("a child says how it ended, and is killed when nobody needs it") {
    const ferry::bench::test::scratch_folder folder;
    const auto log = folder.path() / "log";
    const auto wait_for_end = [](child &c) {
        while (c.end().empty())
            std::this_thread::sleep_for(milliseconds(1));
        return c.end();
    };
    child ends({"/bin/sh", "-c", "exit 3"}, log);
    CHECK(wait_for_end(ends) == "ended with exit code 3");
    child dies({"/bin/sh", "-c", "kill -9 $$"}, log);
    CHECK(wait_for_end(dies) == "was killed by signal 9");
    const child stays({"/bin/sleep", "600"}, log); // the test would not end
}
