// SPDX-License-Identifier: BSL-1.0

// The ends of threads and processes: fork in the middle of a migration, use of the map from the
// destructors of thread-locals and from atexit.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/flat_maps.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

using namespace ferry::test;

namespace {

// Runs `body` in a forked child; its exit code, or -1 when it was killed or did not end in time.
// `forked` is called first, in both processes.
template <class Body, class Forked = void (*)()>
int in_child(
    Body &&body, Forked &&forked = [] {}) {
    const pid_t child = ::fork();
    forked();
    if (child == 0) {
        ::alarm(120);
        ::_exit(body());
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

// Uses the map thoroughly; 0, or the number of the first step that failed.
template <class Map>
int use(Map &map, std::uint64_t residents) {
    for (std::uint64_t key = 0; key < residents; ++key) {
        if (map.get(key) != key)
            return 1;
    }
    const auto grown = map.stats().grown;
    constexpr std::uint64_t first = std::uint64_t{1} << 40;
    const std::uint64_t count = std::max<std::uint64_t>(20000, 2 * map.capacity());
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!map.insert(first + i, i))
            return 2;
    }
    if (map.stats().grown <= grown)
        return 3;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (map.insert_or_assign(first + i, i + 1) || map.erase(first + i) != 1)
            return 4;
    }
    finish_migrations(map);
    if (map.migrating())
        return 5;
    for (std::uint64_t key = 0; key < residents; ++key) {
        if (map.get(key) != key)
            return 6;
    }
    return 0;
}

// As use(), and nothing retired is left afterwards.
template <class Map>
int use_and_reclaim(Map &map, std::uint64_t residents) {
    const int failed = use(map, residents);
    return failed != 0 || reclaim_everything(map) ? failed : 7;
}

constexpr std::uint64_t residents = 1000;

template <class Map>
void fill(Map &map) {
    for (std::uint64_t key = 0; key < residents; ++key)
        map.insert(key, key);
    finish_migrations(map);
}

} // namespace

TEST_CASE_TEMPLATE(
    "a child forked in the middle of a migration uses the map, without the other threads" *
        doctest::skip(under_tsan),
    Map, u64_map, flat_u64_map) {
    Map map;
    fill(map);
    gate reading;
    gate updating;
    std::thread reader([&] {
        const auto guard = map.pin();
        reading.pass();
    });
    std::thread updater([&] {
        map.update(7, [&](const std::uint64_t &value) {
            updating.pass();
            return value;
        });
    });
    reading.wait_for_arrival();
    updating.wait_for_arrival();
    std::uint64_t next = std::uint64_t{1} << 50;
    while (!map.migrating())
        map.insert(next++, 1);

    CHECK(in_child([&] { return use_and_reclaim(map, residents); }) == 0);

    reading.open();
    updating.open();
    reader.join();
    updater.join();
    CHECK(use_and_reclaim(map, residents) == 0);
}

TEST_CASE("a child forked by a pinned thread keeps its pin and its references" *
          doctest::skip(under_tsan)) {
    u64_map map;
    fill(map);
    auto guard = map.pin();
    const std::uint64_t *const value = map.find(7, guard);
    CHECK(in_child([&] {
              map.erase(7);
              for (std::uint64_t i = 0; i < 5000; ++i) {
                  map.insert(i + 100000, i);
                  map.erase(i + 100000);
              }
              for (int i = 0; i < 20; ++i)
                  map.reclaim();
              if (*value != 7)
                  return 1;
              if (!guard.refresh())
                  return 2;
              std::thread([&] { map.insert(7, 7); }).join();
              return map.get(7) == 7 ? 0 : 3;
          }) == 0);
    CHECK(*value == 7);
    CHECK(map.get(7) == 7);
}

// What another thread was about to free at the fork is lost to the child: only there is it not
// asked for. Allocators of the sanitizers do not stand a fork while other threads allocate.
TEST_CASE_TEMPLATE("children forked while other threads make the table grow and sweep use the map" *
                       doctest::skip(under_tsan || under_asan),
                   Map, u64_map, flat_u64_map) {
    Map map;
    fill(map);
    std::atomic<bool> done{false};
    std::vector<std::thread> others;
    for (unsigned id = 1; id <= 2; ++id) {
        others.emplace_back([&map, &done, id] {
            for (std::uint64_t round = 0; !done; ++round) {
                const std::uint64_t first = std::uint64_t{id} << 44 | round << 20;
                for (std::uint64_t i = 0; i < 3000; ++i)
                    map.insert(first + i, i);
                for (std::uint64_t i = 0; i < 3000; ++i)
                    map.erase(first + i);
            }
        });
    }
    std::vector<int> results;
    for (std::size_t i = 0; i < scaled(10, 5); ++i)
        results.push_back(in_child([&] { return use(map, residents); }));
    done = true;
    for (std::thread &thread : others)
        thread.join();
    for (const int result : results)
        CHECK(result == 0);
    CHECK(use_and_reclaim(map, residents) == 0);
}

namespace {

// Keeps fork out of the allocator, for the sanitizers' own: see above. A child has it as the thread
// that forks has it.
class fork_gate {
public:
    void enter() {
        for (;;) {
            ++inside_;
            if (!forking_)
                return;
            --inside_;
            while (forking_)
                std::this_thread::yield();
        }
    }
    void leave() { --inside_; }

    void close() {
        forking_ = true;
        while (inside_ != 0)
            std::this_thread::yield();
    }
    void open() { forking_ = false; }

private:
    std::atomic<int> inside_{0};
    std::atomic<bool> forking_{false};
};

fork_gate at_allocator;

template <class T>
struct gated_allocator {
    using value_type = T;

    gated_allocator() = default;
    template <class U>
    gated_allocator(const gated_allocator<U> &) {}

    T *allocate(std::size_t count) {
        at_allocator.enter();
        T *const made = std::allocator<T>().allocate(count);
        at_allocator.leave();
        return made;
    }
    void deallocate(T *old, std::size_t count) {
        at_allocator.enter();
        std::allocator<T>().deallocate(old, count);
        at_allocator.leave();
    }
    friend bool operator==(gated_allocator, gated_allocator) { return true; }
};

using gated_map =
    ferry::concurrent_map<std::uint64_t, std::uint64_t, ferry::hash<std::uint64_t>, std::equal_to<>,
                          gated_allocator<std::pair<const std::uint64_t, std::uint64_t>>>;

} // namespace

// The tables are large, so that their memory comes from the system, not from the allocator.
TEST_CASE("children forked while others drop keys and move tables use, resize and destroy the map" *
          doctest::skip(under_tsan)) {
    constexpr unsigned churners = 3;
    auto map =
        std::make_unique<gated_map>(ferry::options{.min_capacity = 8000, .drop_on_erase = true});
    for (std::uint64_t key = 0; key < residents; ++key)
        map->insert(key, key);
    std::atomic<bool> done{false};
    std::atomic<unsigned> begun{0};
    std::vector<std::thread> others;
    for (unsigned id = 1; id <= churners; ++id) {
        others.emplace_back([&map, &done, &begun, id] {
            map->contains(id);
            ++begun;
            for (std::uint64_t round = 0; !done; ++round) {
                // Some of all threads, some of this one alone; now and then enough to grow.
                const std::uint64_t count = round % 8 == 7 ? 9000 : 700;
                const std::uint64_t first = std::uint64_t{round % 2 * id + 1} << 44;
                const auto held = map->find(id); // a child perhaps never sees it end
                for (std::uint64_t i = 0; i < count; ++i)
                    map->insert(first + i, i);
                for (std::uint64_t i = 0; i < count; ++i)
                    map->erase(first + i);
                if (round % 16 == 15)
                    map->reclaim();
            }
        });
    }
    while (begun != churners)
        std::this_thread::yield();
    std::vector<int> results;
    for (std::size_t i = 0; i < scaled(40, 12); ++i) {
        at_allocator.close();
        results.push_back(in_child(
            [&] {
                map->reclaim();
                std::size_t count = 0;
                map->for_each([&](std::uint64_t, std::uint64_t) { ++count; });
                if (map->size() > count + churners || count > map->size() + churners)
                    return 10;
                if (const int failed = use(*map, residents))
                    return failed;
                map->shrink_to_fit();
                map->reserve(50000);
                map->clear();
                map->reclaim();
                map.reset();
                return 0;
            },
            [] { at_allocator.open(); }));
    }
    done = true;
    for (std::thread &thread : others)
        thread.join();
    for (const int result : results)
        CHECK(result == 0);
    CHECK(use(*map, residents) == 0);
    CHECK(reclaim_everything(*map));
}

namespace {

u64_map *last_map = nullptr;
std::atomic<int> last_uses{0};

struct last_use {
    bool armed = false;
    ~last_use() {
        if (!armed)
            return;
        const auto id = std::hash<std::thread::id>()(std::this_thread::get_id());
        const std::uint64_t first = std::uint64_t{id} << 24;
        bool held = true;
        for (std::uint64_t i = 0; i < 200; ++i) {
            held = last_map->insert(first + i, i) && held;
            held = last_map->find(first + i) && held;
            held = last_map->erase(first + i) == 1 && held;
        }
        const auto guard = last_map->pin();
        held = last_map->contains(7) && held;
        last_uses += held;
    }
};

} // namespace

TEST_CASE("the destructor of a thread-local uses the map, made before or after the map's own") {
    u64_map map;
    fill(map);
    last_map = &map;
    last_uses = 0;
    const std::size_t count = scaled(200, 20);
    for (std::size_t i = 0; i < count; ++i) {
        std::thread([&] {
            thread_local last_use before;
            before.armed = true;
            map.contains(1); // what the map keeps for a thread is made here
            thread_local last_use after;
            after.armed = true;
        }).join();
    }
    CHECK(last_uses == static_cast<int>(2 * count));
    CHECK(map.size() == residents);
    CHECK(reclaim_everything(map));
    last_map = nullptr;
}

TEST_CASE("a thread whose first use of the map is in a thread-local's destructor") {
    u64_map map;
    fill(map);
    last_map = &map;
    last_uses = 0;
    for (int i = 0; i < 20; ++i) {
        std::thread([&] {
            thread_local last_use only;
            only.armed = true;
        }).join();
    }
    CHECK(last_uses == 20);
    CHECK(map.pin().refresh());
    CHECK(reclaim_everything(map));
    last_map = nullptr;
}

TEST_CASE("the map is used from atexit" * doctest::skip(under_tsan)) {
    static u64_map *map = nullptr;
    u64_map local;
    fill(local);
    map = &local;
    CHECK(in_child([&] {
              // Runs before the handlers registered earlier, after the thread-locals are gone.
              std::atexit([] { ::_exit(use(*map, residents) == 0 ? 42 : 1); });
              std::exit(2);
              return 3;
          }) == 42);
}

TEST_CASE("a map that is never destroyed is used by the destructor of a static object" *
          doctest::skip(under_tsan)) {
    static u64_map *map = nullptr;
    struct at_the_end {
        bool armed = false;
        ~at_the_end() {
            if (armed)
                ::_exit(use(*map, residents) == 0 ? 42 : 1);
        }
    };
    static at_the_end last;
    u64_map local;
    fill(local);
    map = &local;
    CHECK(in_child([&] {
              last.armed = true;
              std::exit(2);
              return 3;
          }) == 42);
}
