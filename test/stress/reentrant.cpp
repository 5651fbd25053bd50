// SPDX-License-Identifier: BSL-1.0

// Destructors of values that use the map again, on whatever thread frees them.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_reentrant {

using namespace ferry::test;

namespace {

// When it ends, does something to the map it was in. Moves take that duty along.
class avenger {
public:
    using map_type = ferry::concurrent_map<std::uint64_t, avenger>;
    using deed = void (*)(map_type &, std::uint64_t);

    avenger(map_type *map, std::uint64_t number, deed what)
        : map_(map), number_(number), what_(what) {}
    avenger(avenger &&other) noexcept
        : map_(std::exchange(other.map_, nullptr)), number_(other.number_), what_(other.what_) {}
    avenger &operator=(avenger &&) = delete;
    ~avenger() {
        if (map_ == nullptr || closing)
            return;
        depth_most = std::max(depth_most, ++depth);
        what_(*map_, number_);
        --depth;
        ++done;
    }

    inline static std::atomic<bool> closing{false}; // the map is about to be destroyed
    inline static std::atomic<std::uint64_t> done{0};
    inline static thread_local int depth = 0;
    inline static thread_local int depth_most = 0;

private:
    map_type *map_;
    std::uint64_t number_;
    deed what_;
};

using avenger_map = avenger::map_type;

struct closing {
    closing() { avenger::done = 0; }
    ~closing() { avenger::closing = false; }
    closing(const closing &) = delete;
    closing &operator=(const closing &) = delete;
};

} // namespace

TEST_CASE("a chain of destructors, each erasing the next element, runs to its end") {
    const closing scope;
    constexpr std::uint64_t length = 2000;
    avenger_map map;
    for (std::uint64_t i = 0; i < length; ++i)
        map.try_emplace(i, &map, i + 1, [](avenger_map &m, std::uint64_t next) { m.erase(next); });
    avenger::depth_most = 0;
    CHECK(map.erase(0) == 1);
    for (std::uint64_t i = 0; i < 20 * length && !map.empty(); ++i)
        map.reclaim();
    CHECK(map.empty());
    CHECK(reclaim_everything(map));
    CHECK(avenger::done == length);
    CHECK(avenger::depth_most == 1);
    avenger::closing = true;
}

TEST_CASE("destructors that insert make the table grow") {
    const closing scope;
    avenger_map map;
    for (std::uint64_t i = 0; i < 500; ++i) {
        map.try_emplace(i, &map, i + 1000, [](avenger_map &m, std::uint64_t number) {
            for (std::uint64_t k = 0; k < 20; ++k)
                m.try_emplace(number * 100 + k, nullptr, 0u, nullptr);
        });
    }
    for (std::uint64_t i = 0; i < 500; ++i)
        map.erase(i);
    CHECK(reclaim_everything(map));
    CHECK(avenger::done == 500);
    CHECK(map.size() == 10000);
    avenger::closing = true;
}

TEST_CASE("destructors that do everything, under threads that do everything") {
    FERRY_SHOW_SEED();
    const closing scope;
    constexpr std::uint64_t keys = 200;
    const auto deed = [](avenger_map &m, std::uint64_t number) {
        m.erase(number % keys);
        m.visit((number + 1) % keys, [](const avenger &) {});
        m.try_emplace((number + 2) % keys, nullptr, 0u, nullptr);
        if (number % 50 == 0)
            m.for_each([](const std::uint64_t &, const avenger &) {});
        if (number % 70 == 0)
            m.reclaim();
    };
    avenger_map map;
    CHECK(crew(4, [&](unsigned id, findings &found) {
              prng random(id);
              avenger::depth_most = 0;
              for (std::size_t i = 1; i <= scaled(150000); ++i) {
                  let_epochs_pass(map, i);
                  const std::uint64_t key = random.below(keys);
                  switch (random.below(3)) {
                  case 0:
                      map.try_emplace(key, &map, random.next(), deed);
                      break;
                  case 1:
                      map.insert_or_assign(key, avenger(&map, random.next(), deed));
                      break;
                  default:
                      map.erase(key);
                      break;
                  }
              }
              // Two: a value that is discarded because another thread was faster ends in the middle
              // of no reclaim, and what its destructor does may reclaim.
              found.expect(avenger::depth_most <= 2, "nothing is reclaimed inside a reclaim");
          }).text() == "");
    CHECK(avenger::done > 0);
    avenger::closing = true;
    map.clear();
    CHECK(map.empty());
}

} // namespace stress_reentrant
