// SPDX-License-Identifier: BSL-1.0

// Whatever the map calls may throw, at any point: the map is as it was before the operation,
// nothing leaks, and it goes on. A script of operations is run beside a std::unordered_map that is
// changed only when the operation returned; every point of the script fails once.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/faults.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace api_exceptions {

using namespace ferry::test;

namespace {

using risky_map = ferry::concurrent_map<risky_key, risky_value, risky_hash, std::equal_to<>,
                                        risky_allocator<std::pair<const risky_key, risky_value>>>;
using oracle_map = std::unordered_map<int, int>;

// Makes arguments without failures of their own, so that each failure is one inside the map.
risky_key key(int number) {
    const faults::truce truce;
    return risky_key(number);
}

risky_value value(int number) {
    const faults::truce truce;
    return risky_value(number);
}

struct step {
    const char *name;
    void (*run)(risky_map &, int);     // may throw
    void (*expect)(oracle_map &, int); // what it has done when it returned
};

const step steps[] = {
    {"insert",
     [](risky_map &map, int n) {
         auto k = key(n);
         auto v = value(n * 10);
         map.insert(std::move(k), std::move(v));
     },
     [](oracle_map &oracle, int n) { oracle.emplace(n, n * 10); }},
    {"try_emplace", [](risky_map &map, int n) { map.try_emplace(key(n), n * 11); },
     [](oracle_map &oracle, int n) { oracle.emplace(n, n * 11); }},
    {"insert_or_assign", [](risky_map &map, int n) { map.insert_or_assign(key(n), value(n * 12)); },
     [](oracle_map &oracle, int n) { oracle[n] = n * 12; }},
    {"exchange", [](risky_map &map, int n) { map.exchange(key(n), value(n * 13)); },
     [](oracle_map &oracle, int n) { oracle[n] = n * 13; }},
    {"get_or_emplace", [](risky_map &map, int n) { (void)map.get_or_emplace(key(n), n * 14); },
     [](oracle_map &oracle, int n) { oracle.emplace(n, n * 14); }},
    {"get_or_emplace_with",
     [](risky_map &map, int n) {
         (void)map.get_or_emplace_with(key(n), [n] {
             faults::point();
             return value(n * 15);
         });
     },
     [](oracle_map &oracle, int n) { oracle.emplace(n, n * 15); }},
    {"update",
     [](risky_map &map, int n) {
         map.update(key(n), [](const risky_value &old) {
             faults::point();
             return value(old.number() + 1);
         });
     },
     [](oracle_map &oracle, int n) {
         if (const auto found = oracle.find(n); found != oracle.end())
             ++found->second;
     }},
    {"upsert",
     [](risky_map &map, int n) {
         const auto increment = [](const risky_value &old) {
             faults::point();
             return value(old.number() + 1);
         };
         map.upsert(key(n), increment, n * 16);
     },
     [](oracle_map &oracle, int n) {
         if (const auto [found, inserted] = oracle.emplace(n, n * 16); !inserted)
             ++found->second;
     }},
    {"compute",
     [](risky_map &map, int n) {
         map.compute(key(n), [n](const risky_value *old) -> ferry::compute_decision<risky_value> {
             faults::point();
             if (old == nullptr)
                 return value(n * 17);
             if (n % 3 == 0)
                 return ferry::erase;
             if (n % 3 == 1)
                 return ferry::keep;
             return value(old->number() + 2);
         });
     },
     [](oracle_map &oracle, int n) {
         const auto found = oracle.find(n);
         if (found == oracle.end())
             oracle.emplace(n, n * 17);
         else if (n % 3 == 0)
             oracle.erase(found);
         else if (n % 3 == 2)
             found->second += 2;
     }},
    {"compare_exchange",
     [](risky_map &map, int n) { map.compare_exchange(key(n), value(n * 12), value(n * 18)); },
     [](oracle_map &oracle, int n) {
         if (const auto found = oracle.find(n); found != oracle.end() && found->second == n * 12)
             found->second = n * 18;
     }},
    {"erase", [](risky_map &map, int n) { map.erase(key(n)); },
     [](oracle_map &oracle, int n) { oracle.erase(n); }},
    {"extract", [](risky_map &map, int n) { (void)map.extract(key(n)); },
     [](oracle_map &oracle, int n) { oracle.erase(n); }},
    {"compare_erase", [](risky_map &map, int n) { map.compare_erase(key(n), value(n * 18)); },
     [](oracle_map &oracle, int n) {
         if (const auto found = oracle.find(n); found != oracle.end() && found->second == n * 18)
             oracle.erase(found);
     }},
    {"erase_if",
     [](risky_map &map, int n) {
         map.erase_if(key(n), [](const risky_value &old) {
             faults::point();
             return old.number() % 2 == 0;
         });
     },
     [](oracle_map &oracle, int n) {
         if (const auto found = oracle.find(n); found != oracle.end() && found->second % 2 == 0)
             oracle.erase(found);
     }},
    {"get", [](risky_map &map, int n) { (void)map.get(key(n)); }, [](oracle_map &, int) {}},
    {"contains", [](risky_map &map, int n) { (void)map.contains(key(n)); },
     [](oracle_map &, int) {}},
    {"visit",
     [](risky_map &map, int n) { map.visit(key(n), [](const risky_value &) { faults::point(); }); },
     [](oracle_map &, int) {}},
    {"find", [](risky_map &map, int n) { (void)map.find(key(n)); }, [](oracle_map &, int) {}},
};

// Empty when the map holds what the oracle does, else what differs.
std::string difference(const risky_map &map, const oracle_map &oracle) {
    const faults::truce truce;
    std::string text;
    if (map.size() != oracle.size())
        text += "size " + std::to_string(map.size()) + " for " + std::to_string(oracle.size());
    for (const auto &[number, expected] : oracle) {
        const std::optional<risky_value> found = map.get(risky_key(number));
        if (!found || found->number() != expected)
            text += " key " + std::to_string(number) + " is " +
                    (found ? std::to_string(found->number()) : "absent");
    }
    std::size_t seen = 0;
    map.for_each([&](const risky_key &k, const risky_value &v) {
        ++seen;
        const auto found = oracle.find(k.number());
        if (found == oracle.end() || found->second != v.number())
            text += " iteration shows " + std::to_string(k.number());
    });
    if (seen != oracle.size())
        text += " iteration shows " + std::to_string(seen) + " elements";
    return text;
}

struct outcome {
    std::size_t points = 0;
    std::size_t thrown = 0;
    std::string error;
};

// Runs the script; the point `failing` throws (0: none).
outcome run_script(std::size_t failing, int rounds, ferry::options options) {
    outcome result;
    {
        oracle_map oracle;
        const faults::truce before;
        risky_map map(options);
        faults::arm(failing);
        int n = 0;
        for (int round = 0; round < rounds && result.error.empty(); ++round) {
            for (const step &now : steps) {
                n = (n * 5 + 7 + round) % 64 + (round % 4) * 40;
                try {
                    now.run(map, n);
                    now.expect(oracle, n);
                } catch (const injected &) {
                    ++result.thrown;
                    const std::string differs = difference(map, oracle);
                    if (!differs.empty())
                        result.error = std::string("after a throw in ") + now.name + ":" + differs;
                }
            }
        }
        result.points = faults::passed;
        faults::armed = false;

        // It goes on, and grows.
        for (int i = 1000; i < 1300; ++i) {
            map.try_emplace(risky_key(i), i);
            oracle.emplace(i, i);
        }
        if (result.error.empty())
            result.error = difference(map, oracle);
        for (int i = 1000; i < 1300; ++i) {
            map.erase(risky_key(i));
            oracle.erase(i);
        }
        if (result.error.empty())
            result.error = difference(map, oracle);
    }
    if (faults::objects_alive != 0)
        result.error += " objects leaked: " + std::to_string(faults::objects_alive);
    if (faults::bytes_alive != 0)
        result.error += " bytes leaked: " + std::to_string(faults::bytes_alive);
    faults::objects_alive = 0;
    faults::bytes_alive = 0;
    return result;
}

// Under a sanitizer, where a run takes many times as long, one point of so many fails.
constexpr std::size_t one_in = under_asan || under_tsan ? 5 : 1;

// Every point of the script fails, each in a run of its own.
void fail_everywhere(int rounds, ferry::options options) {
    const outcome calm = run_script(0, rounds, options);
    REQUIRE(calm.error == "");
    REQUIRE(calm.thrown == 0);
    REQUIRE(calm.points > 200);
    std::size_t thrown = 0;
    std::size_t runs = 0;
    for (std::size_t failing = 1; failing <= calm.points; failing += one_in) {
        CAPTURE(failing);
        const outcome result = run_script(failing, rounds, options);
        REQUIRE(result.error == "");
        thrown += result.thrown;
        ++runs;
    }
    CHECK(thrown == runs); // none was swallowed, none came twice
}

// A map with the elements 0 ... 99, and its destruction watched.
template <class Test>
void with_hundred(Test &&test) {
    {
        const faults::truce truce;
        risky_map map;
        oracle_map oracle;
        for (int i = 0; i < 100; ++i) {
            map.try_emplace(risky_key(i), i * 10);
            oracle.emplace(i, i * 10);
        }
        test(map, oracle);
        CHECK(difference(map, oracle) == "");
    }
    CHECK(faults::objects_alive == 0);
    CHECK(faults::bytes_alive == 0);
}

} // namespace

TEST_CASE("a throw at any point of any operation changes nothing and leaks nothing") {
    fail_everywhere(12, {});
}

TEST_CASE("a throw while the table grows changes nothing and leaks nothing") {
    fail_everywhere(80, {.capacity = 1});
}

TEST_CASE("a throw changes nothing and leaks nothing with drop_on_erase") {
    fail_everywhere(12, {.drop_on_erase = true});
}

TEST_CASE("a throw of the function of for_each leaves the iteration and nothing else") {
    with_hundred([](risky_map &map, oracle_map &) {
        for (std::size_t failing = 1; failing <= 100; failing += 9) {
            faults::arm(failing);
            std::size_t calls = 0;
            const auto count = [&](const risky_key &, const risky_value &) {
                ++calls;
                faults::point();
            };
            CHECK_THROWS_AS(map.for_each(count), injected);
            CHECK(calls == failing);
            faults::armed = false;
        }
        CHECK(map.pin().refresh());
    });
}

TEST_CASE("a throw of the predicate of erase_if leaves erased what was erased") {
    with_hundred([](risky_map &map, oracle_map &oracle) {
        for (std::size_t failing = 5; failing <= 60; failing += 11) {
            std::vector<int> chosen;
            faults::arm(failing);
            CHECK_THROWS_AS(map.erase_if([&](const risky_key &k, const risky_value &) {
                faults::point();
                if (k.number() % 5 != 0)
                    return false;
                chosen.push_back(k.number());
                return true;
            }),
                            injected);
            faults::armed = false;
            for (const int number : chosen)
                oracle.erase(number);
        }
    });
}

TEST_CASE("a throw in the middle of insert_range leaves inserted what was inserted") {
    for (std::size_t failing = 1; failing < 200; failing += 3) {
        with_hundred([&](risky_map &map, oracle_map &oracle) {
            std::vector<std::pair<risky_key, risky_value>> more;
            for (int i = 90; i < 150; ++i)
                more.emplace_back(risky_key(i), risky_value(i));
            faults::arm(failing);
            try {
                map.insert_range(more);
                CHECK_FALSE(faults::struck());
            } catch (const injected &) {
            }
            faults::armed = false;
            bool before_the_throw = true;
            for (int i = 100; i < 150; ++i) {
                const bool there = map.contains(risky_key(i));
                CHECK((before_the_throw || !there));
                before_the_throw = there;
                if (there)
                    oracle.emplace(i, i);
            }
        });
    }
}

TEST_CASE("a throw while a snapshot copies leaks nothing") {
    with_hundred([](risky_map &map, oracle_map &) {
        for (std::size_t failing = 1; failing < 300; failing += 7) {
            faults::arm(failing);
            try {
                (void)map.snapshot();
                CHECK_FALSE(faults::struck());
            } catch (const injected &) {
            }
            faults::armed = false;
        }
        CHECK(map.snapshot().size() == 100);
    });
}

TEST_CASE("a throw while a map is built from a range leaks nothing") {
    std::vector<std::pair<risky_key, risky_value>> elements;
    {
        const faults::truce truce;
        for (int i = 0; i < 50; ++i)
            elements.emplace_back(risky_key(i), risky_value(i));
    }
    const auto alive = faults::objects_alive;
    std::size_t thrown = 0;
    for (std::size_t failing = 1;; failing += 2) {
        faults::arm(failing);
        bool survived = true;
        try {
            const risky_map map(elements.begin(), elements.end());
        } catch (const injected &) {
            survived = false;
            ++thrown;
        }
        faults::armed = false;
        REQUIRE(faults::objects_alive == alive);
        REQUIRE(faults::bytes_alive == 0);
        if (survived)
            break;
    }
    CHECK(thrown > 50);
    elements.clear();
    CHECK(faults::objects_alive == 0);
}

TEST_CASE("a throw leaves no pin behind") {
    with_hundred([](risky_map &map, oracle_map &) {
        const auto fails = [](const risky_value &) -> risky_value { throw injected(); };
        CHECK_THROWS_AS(map.update(risky_key(1), fails), injected);
        CHECK_THROWS_AS(map.visit(risky_key(1), [](const risky_value &) { throw injected(); }),
                        injected);
        CHECK_THROWS_AS(
            map.for_each([](const risky_key &, const risky_value &) { throw injected(); }),
            injected);
        CHECK(map.pin().refresh());
        CHECK(map.stats().oldest_pin_age == 0);
        CHECK(reclaim_everything(map));
    });
}

TEST_CASE("a throw of the user's function leaves the key as another call made it meanwhile") {
    int_map map{{1, 10}};
    CHECK_THROWS_AS(map.compute(1,
                                [&](const int *) -> int {
                                    map.insert_or_assign(1, 20);
                                    throw injected();
                                }),
                    injected);
    CHECK(map.get(1) == 20);
    CHECK_THROWS_AS(map.get_or_emplace_with(2,
                                            [&]() -> int {
                                                map.insert(2, 30);
                                                throw injected();
                                            }),
                    injected);
    CHECK(map.get(2) == 30);
}

} // namespace api_exceptions
