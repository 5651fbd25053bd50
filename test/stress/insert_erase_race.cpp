// SPDX-License-Identifier: BSL-1.0

// Insert and erase of the same key from two threads at once. First step by step: an operation is
// parked inside user code that the map calls (comparison, construction, callback) while another
// thread changes the key. Then by the thousand, without steps.

#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace stress_insert_erase_race {

using namespace ferry::test;

namespace {

// Compares equal numbers as equal; on the thread that asked for it, the first comparison is
// parked at a gate.
struct parking_equal {
    inline static thread_local gate *here = nullptr;

    bool operator()(int a, int b) const {
        if (gate *const stop = std::exchange(here, nullptr))
            stop->pass();
        return a == b;
    }
};

// Its constructor can be parked at a gate.
struct slow_value {
    slow_value(int n, gate *stop) : number(n) {
        if (stop != nullptr)
            stop->pass();
    }
    int number;
};

using parking_map = ferry::concurrent_map<int, int, ferry::hash<int>, parking_equal>;

// Runs `slow` on a thread parked at its first comparison, `quick` meanwhile, then lets go.
template <class Slow, class Quick>
auto interleave(Slow slow, Quick quick) {
    gate parked;
    decltype(slow()) result{};
    const watchdog dog("an operation parked in a comparison");
    std::thread thread([&] {
        parking_equal::here = &parked;
        result = slow();
    });
    parked.wait_for_arrival();
    quick();
    parked.open();
    thread.join();
    return result;
}

} // namespace

TEST_CASE("an insert that meets its key inserts it after all when it is erased meanwhile") {
    parking_map map;
    map.insert(1, 10);
    const bool inserted =
        interleave([&] { return map.insert(1, 11); }, [&] { CHECK(map.erase(1) == 1); });
    CHECK(inserted);
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 1);
}

TEST_CASE("an insert that meets its erased key fails when another brings it back meanwhile") {
    parking_map map;
    map.insert(1, 10);
    map.erase(1);
    const bool inserted =
        interleave([&] { return map.insert(1, 11); }, [&] { CHECK(map.insert(1, 12)); });
    CHECK_FALSE(inserted);
    CHECK(map.get(1) == 12);
    CHECK(map.size() == 1);
}

TEST_CASE("an erase that meets its key erases nothing when another erases it meanwhile") {
    parking_map map;
    map.insert(1, 10);
    const auto erased = interleave([&] { return map.erase(1); }, [&] { CHECK(map.erase(1) == 1); });
    CHECK(erased == 0);
    CHECK(map.empty());
}

TEST_CASE("an erase that meets its key erases the new element when it came back meanwhile") {
    parking_map map;
    map.insert(1, 10);
    const auto erased = interleave([&] { return map.erase(1); },
                                   [&] {
                                       CHECK(map.erase(1) == 1);
                                       CHECK(map.insert(1, 12));
                                   });
    CHECK(erased == 1);
    CHECK(map.empty());
}

TEST_CASE("a find that meets its erased key finds it when it came back meanwhile") {
    parking_map map;
    map.insert(1, 10);
    map.erase(1);
    const bool found =
        interleave([&] { return map.contains(1); }, [&] { CHECK(map.insert(1, 12)); });
    CHECK(found);
}

TEST_CASE("an insert parked in a comparison goes on in the new table when the old one is gone") {
    parking_map map;
    map.insert(1, 10);
    const bool inserted = interleave([&] { return map.insert(1, 11); },
                                     [&] {
                                         CHECK(map.erase(1) == 1);
                                         for (int i = 2; i < 20000; ++i)
                                             map.insert(i, i);
                                         finish_migrations(map);
                                         CHECK(map.stats().grown >= 3);
                                     });
    CHECK(inserted);
    CHECK(map.get(1) == 11);
    CHECK(map.size() == 19999);
}

TEST_CASE("an insert parked in a comparison fails when its key came back in a new table") {
    parking_map map;
    map.insert(1, 10);
    const bool inserted = interleave([&] { return map.insert(1, 11); },
                                     [&] {
                                         CHECK(map.erase(1) == 1);
                                         for (int i = 2; i < 20000; ++i)
                                             map.insert(i, i);
                                         finish_migrations(map);
                                         CHECK(map.insert(1, 12));
                                     });
    CHECK_FALSE(inserted);
    CHECK(map.get(1) == 12);
}

TEST_CASE("an erase parked in a comparison erases in the new table") {
    parking_map map;
    map.insert(1, 10);
    const auto erased = interleave([&] { return map.erase(1); },
                                   [&] {
                                       CHECK(map.erase(1) == 1);
                                       for (int i = 2; i < 20000; ++i)
                                           map.insert(i, i);
                                       finish_migrations(map);
                                       CHECK(map.insert(1, 12));
                                   });
    CHECK(erased == 1);
    CHECK_FALSE(map.contains(1));
}

TEST_CASE("two inserts of one absent key at once: the one parked in its constructor loses") {
    gate parked;
    ferry::concurrent_map<int, slow_value> map;
    bool slow_won = true;
    std::thread slow([&] { slow_won = map.try_emplace(1, 10, &parked); });
    parked.wait_for_arrival();
    CHECK(map.try_emplace(1, 20, nullptr));
    for (int i = 2; i < 5000; ++i)
        map.try_emplace(i, i, nullptr);
    parked.open();
    slow.join();
    CHECK_FALSE(slow_won);
    CHECK(map.find(1)->number == 20);
    CHECK(map.size() == 4999);
}

TEST_CASE("an insert parked in its constructor wins when the other's element is erased again") {
    gate parked;
    ferry::concurrent_map<int, slow_value> map;
    bool slow_won = false;
    std::thread slow([&] { slow_won = map.try_emplace(1, 10, &parked); });
    parked.wait_for_arrival();
    CHECK(map.try_emplace(1, 20, nullptr));
    CHECK(map.erase(1) == 1);
    parked.open();
    slow.join();
    CHECK(slow_won);
    CHECK(map.find(1)->number == 10);
    CHECK(map.size() == 1);
}

namespace {

// A counted object that calls its thread's hook, once, when it is made or copied.
template <class Tag>
struct hooked : counted<Tag> {
    inline static thread_local std::function<void()> hook;

    explicit hooked(std::uint64_t number) : counted<Tag>(number) { call(); }
    hooked(const hooked &other) : counted<Tag>(other) { call(); }

private:
    static void call() {
        if (const auto now = std::exchange(hook, nullptr))
            now();
    }
};

using hooked_key = hooked<struct hooked_key_tag>;
using hooked_value = hooked<struct hooked_value_tag>;
using hooked_map = ferry::concurrent_map<hooked_key, hooked_value, counted_hash>;

template <class Work>
void on_another_thread(Work work) {
    std::thread(work).join();
}

} // namespace

TEST_CASE("an insert whose node is dropped under it, and whose new place is taken, revives there") {
    // The value is made for the dead node, which a sweep drops then; the key is made for a node
    // of its own, and then another thread has put the key there and erased it again.
    {
        hooked_map map;
        const hooked_key key(1);
        map.try_emplace(key, 10u);
        map.erase(key);
        hooked_value::hook = [&] {
            on_another_thread([&] { map.shrink_to_fit(); });
            hooked_key::hook = [&] {
                on_another_thread([&] {
                    CHECK(map.try_emplace(key, 20u));
                    CHECK(map.erase(key) == 1);
                });
            };
        };
        CHECK(map.try_emplace(key, 30u));
        CHECK(hooked_value::hook == nullptr);
        CHECK(hooked_key::hook == nullptr);
        CHECK(map.find(key)->number() == 30);
        CHECK(map.find(key)->intact());
        CHECK(map.size() == 1);
    }
    CHECK(hooked_key::alive() == 0);
    CHECK(hooked_value::alive() == 0);
    CHECK(hooked_key::damaged() == 0);
    CHECK(hooked_value::damaged() == 0);
}

TEST_CASE("an insert whose node is dropped under it, and whose new place is taken, may fail") {
    {
        hooked_map map;
        const hooked_key key(1);
        map.try_emplace(key, 10u);
        map.erase(key);
        hooked_value::hook = [&] {
            on_another_thread([&] { map.shrink_to_fit(); });
            hooked_key::hook = [&] {
                on_another_thread([&] { CHECK(map.try_emplace(key, 20u)); });
            };
        };
        CHECK_FALSE(map.try_emplace(key, 30u));
        CHECK(map.find(key)->number() == 20);
        CHECK(map.size() == 1);
    }
    CHECK(hooked_key::alive() == 0);
    CHECK(hooked_value::alive() == 0);
    CHECK(hooked_key::damaged() == 0);
    CHECK(hooked_value::damaged() == 0);
}

TEST_CASE("an insert whose new place is taken by another key goes on behind it") {
    {
        hooked_map map;
        const hooked_key key(1);
        hooked_key::hook = [&] {
            on_another_thread([&] {
                for (std::uint64_t i = 2; i < 300; ++i)
                    map.try_emplace(hooked_key(i), i);
            });
        };
        CHECK(map.try_emplace(key, 30u));
        CHECK(map.find(key)->number() == 30);
        CHECK(map.size() == 299);
    }
    CHECK(hooked_key::alive() == 0);
    CHECK(hooked_value::alive() == 0);
}

TEST_CASE("an insert and an erase of one key at once, thousands of times") {
    const std::size_t rounds = scaled(3000, 300);
    u64_map map;
    std::barrier together(2);
    std::atomic<bool> inserted{false};
    std::atomic<bool> erased{false};
    CHECK(crew(2, [&](unsigned id, findings &found) {
              for (std::size_t round = 0; round < rounds; ++round) {
                  const std::uint64_t key = round % 7;
                  const bool present_before = round % 2 == 1;
                  if (id == 0 && present_before)
                      found.expect(map.insert(key, 1), "the key is made present before a round");
                  together.arrive_and_wait();
                  if (id == 0)
                      inserted = map.insert(key, round);
                  else
                      erased = map.erase(key) == 1;
                  together.arrive_and_wait();
                  if (id == 0) {
                      if (present_before) {
                          found.expect(erased, "the erase of a present key succeeds");
                          found.expect(map.contains(key) == inserted,
                                       "what was inserted after the erase is there, else nothing");
                      } else {
                          found.expect(inserted, "the insert of an absent key succeeds");
                          found.expect(map.contains(key) != erased,
                                       "what was inserted is there unless it was erased");
                      }
                      map.erase(key);
                      found.expect(map.empty(), "nothing is left after a round");
                  }
              }
          }).text() == "");
}

} // namespace stress_insert_erase_race
