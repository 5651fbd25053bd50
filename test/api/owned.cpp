// SPDX-License-Identifier: BSL-1.0

// What belongs to no thread: owned_guard, and owned handles.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace api_owned {

using namespace ferry::test;

using owned_handle = int_map::owned_handle;
static_assert(!std::is_copy_constructible_v<ferry::owned_guard>);
static_assert(std::is_nothrow_move_assignable_v<ferry::owned_guard>);
static_assert(!std::is_copy_constructible_v<owned_handle>);
static_assert(!std::is_same_v<owned_handle, int_map::handle>);
using flat_map = ferry::concurrent_flat_map<int, int>;
static_assert(std::is_same_v<flat_map::owned_handle, flat_map::handle>);

using text_map = ferry::concurrent_map<int, std::string>;

TEST_CASE("what is found under an owned_guard stays, whichever thread looks, until it ends") {
    text_map map;
    map.insert(1, "one");
    auto guard = map.pin_owned();
    const std::string *const one = map.find(1, guard);
    REQUIRE(one != nullptr);
    map.erase(1);
    map.reclaim();
    CHECK(map.find(1, guard) == nullptr);
    CHECK(map.stats().retired_objects != 0);
    std::thread([&, there = std::move(guard)]() mutable {
        const auto ends_here = std::move(there);
        map.reclaim();
        CHECK(*one == "one");
    }).join();
    map.reclaim();
    CHECK(map.stats().retired_objects == 0);
}

TEST_CASE("an owned_guard that is refreshed lets reclamation pass") {
    text_map map;
    map.insert(1, "one");
    auto guard = map.pin_owned();
    map.erase(1);
    map.reclaim();
    CHECK(map.stats().retired_objects != 0);
    // A pin lets the epoch move on once.
    for (unsigned i = 0; i != ferry::detail::grace_epochs; ++i) {
        guard.refresh();
        map.reclaim();
    }
    CHECK(map.stats().retired_objects == 0);
}

TEST_CASE("owned handles keep their elements, and end on any thread") {
    text_map map;
    map.insert(1, "one");
    auto found = map.find_owned(1);
    auto [made, inserted] = map.get_or_emplace_owned(2, "two");
    CHECK(inserted);
    CHECK_FALSE(map.get_or_emplace_owned(2, "other").second);
    auto taken = map.extract_owned(2);
    map.erase(1);
    map.reclaim();
    std::thread([&, a = std::move(found), b = std::move(made), c = std::move(taken)]() mutable {
        CHECK(a.key() == 1);
        CHECK(*a == "one");
        CHECK(b->size() == 3);
        CHECK(*c == "two");
        a = {};
        b = std::move(c);
        CHECK(*b == "two");
    }).join();
    map.reclaim();
    CHECK(map.stats().retired_objects == 0);
}

TEST_CASE("an empty owned handle holds nothing back") {
    text_map map;
    const auto missed = map.find_owned(1);
    const auto missed_too = map.extract_owned(1);
    CHECK_FALSE(missed);
    CHECK_FALSE(missed_too);
    map.insert(1, "one");
    map.erase(1);
    map.reclaim();
    CHECK(map.stats().retired_objects == 0);
}

TEST_CASE("a thread may hold guards, handles and owned ones at a time, and end them in any order") {
    int_map map{{1, 10}};
    auto thread_guard = map.pin();
    auto guard = map.pin_owned();
    auto handle = map.find_owned(1);
    CHECK(thread_guard.refresh()); // the owned ones are not this thread's
    CHECK(*map.find(1, guard) == 10);
    CHECK(*handle == 10);
}

TEST_CASE("a loop over the elements under an owned_guard goes on on another thread") {
    int_map map;
    for (int i = 0; i < 100; ++i)
        map.insert(i, i);
    auto guard = map.pin_owned();
    const auto items = map.items(guard);
    auto at = items.begin();
    int sum = 0;
    for (int i = 0; i < 50; ++i, ++at)
        sum += (*at).value;
    map.clear();
    map.insert(1000, 5);
    map.reclaim();
    std::thread([&] {
        for (; at != items.end(); ++at)
            sum += (*at).key == 1000 ? 0 : (*at).value;
    }).join();
    CHECK(sum <= 99 * 100 / 2);
}

TEST_CASE("sets and flat maps have owned guards and handles, too") {
    ferry::concurrent_set<std::string> names;
    names.insert("ann");
    auto guard = names.pin_owned();
    const std::string *const ann = names.find("ann", guard);
    auto taken = names.extract_owned("ann");
    std::thread([&, there = std::move(guard), handle = std::move(taken)] {
        CHECK(*ann == "ann");
        CHECK(*handle == "ann");
    }).join();

    flat_map numbers{{1, 10}};
    const auto under = numbers.pin_owned();
    CHECK(numbers.find(1, under) == 10);
    CHECK(*numbers.find_owned(1) == 10);
    CHECK(*numbers.get_or_emplace_owned(2, 20).first == 20);
    CHECK(*numbers.extract_owned(2) == 20);
}

TEST_CASE("handles are passed from thread to thread while others replace and erase") {
    using map_type = ferry::concurrent_map<int, counted_value>;
    const std::int64_t before = counted_value::alive();
    {
        map_type map;
        std::atomic<map_type::owned_handle *> passed{nullptr};
        const auto found = crew(3, [&](unsigned id, findings &mine) {
            for (std::size_t i = 0; i < scaled(20000); ++i) {
                const int key = static_cast<int>(i % 4);
                if (id == 0) {
                    map.insert_or_assign(key, counted_value(i));
                    map.erase(key + 1);
                    continue;
                }
                auto *mine_now = new map_type::owned_handle(map.find_owned(key));
                if (*mine_now)
                    mine.expect((*mine_now)->intact(), "an element is whole");
                if (auto *const other = passed.exchange(mine_now)) {
                    if (*other)
                        mine.expect((*other)->intact(), "what was passed on is whole");
                    delete other;
                }
            }
        });
        CHECK(found.text() == "");
        delete passed.load();
    }
    CHECK(counted_value::alive() == before);
    CHECK(counted_value::damaged() == 0);
}

} // namespace api_owned
