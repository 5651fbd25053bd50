// SPDX-License-Identifier: BSL-1.0

// Use of the map from the destructors of thread-locals and static objects, and from atexit.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <thread>

#include <unistd.h>

#include <doctest/doctest.h>

#include "forked.hpp"
#include "support/flat_maps.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"
#include "thorough_use.hpp"

namespace stress_process_ends {

using namespace ferry::test;

namespace {

template <class Map>
Map *last_map = nullptr;
std::atomic<int> last_uses{0};

template <class Map>
struct last_use {
    bool armed = false;
    ~last_use() {
        if (!armed)
            return;
        const auto id = std::hash<std::thread::id>()(std::this_thread::get_id());
        const std::uint64_t first = std::uint64_t{id} << 24;
        bool held = true;
        for (std::uint64_t i = 0; i < 200; ++i) {
            held = last_map<Map>->insert(first + i, i) && held;
            held = last_map<Map>->find(first + i) && held;
            held = last_map<Map>->erase(first + i) == 1 && held;
        }
        const auto guard = last_map<Map>->pin();
        held = last_map<Map>->contains(7) && held;
        last_uses += held;
    }
};

} // namespace

TEST_CASE_TEMPLATE(
    "the destructor of a thread-local uses the map, made before or after the map's own", Map,
    u64_map, flat_u64_map) {
    Map map;
    fill(map);
    last_map<Map> = &map;
    last_uses = 0;
    const std::size_t count = scaled(200, 20);
    for (std::size_t i = 0; i < count; ++i) {
        std::thread([&] {
            thread_local last_use<Map> before;
            before.armed = true;
            map.contains(1); // what the map keeps for a thread is made here
            thread_local last_use<Map> after;
            after.armed = true;
        }).join();
    }
    CHECK(last_uses == static_cast<int>(2 * count));
    CHECK(map.size() == residents);
    CHECK(reclaim_everything(map));
    last_map<Map> = nullptr;
}

TEST_CASE_TEMPLATE("a thread whose first use of the map is in a thread-local's destructor", Map,
                   u64_map, flat_u64_map) {
    Map map;
    fill(map);
    last_map<Map> = &map;
    last_uses = 0;
    for (int i = 0; i < 20; ++i) {
        std::thread([&] {
            thread_local last_use<Map> only;
            only.armed = true;
        }).join();
    }
    CHECK(last_uses == 20);
    CHECK(map.pin().refresh());
    CHECK(reclaim_everything(map));
    last_map<Map> = nullptr;
}

TEST_CASE_TEMPLATE("the map is used from atexit" * doctest::skip(under_tsan), Map, u64_map,
                   flat_u64_map) {
    static Map *map = nullptr;
    Map local;
    fill(local);
    map = &local;
    CHECK(in_child([&] {
              // Runs before the handlers registered earlier, after the thread-locals are gone.
              std::atexit([] { ::_exit(use(*map, residents) == 0 ? 42 : 1); });
              std::exit(2);
              return 3;
          }) == 42);
}

TEST_CASE_TEMPLATE("a map that is never destroyed is used by the destructor of a static object" *
                       doctest::skip(under_tsan),
                   Map, u64_map, flat_u64_map) {
    static Map *map = nullptr;
    struct at_the_end {
        bool armed = false;
        ~at_the_end() {
            if (armed)
                ::_exit(use(*map, residents) == 0 ? 42 : 1);
        }
    };
    static at_the_end last;
    Map local;
    fill(local);
    map = &local;
    CHECK(in_child([&] {
              last.armed = true;
              std::exit(2);
              return 3;
          }) == 42);
}

} // namespace stress_process_ends
