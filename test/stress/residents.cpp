// SPDX-License-Identifier: BSL-1.0

// Some keys stay, some are never there, others come and go in such numbers that the table grows,
// sweeps and shrinks fifty times each. The residents are always found and seen exactly once
// by every iteration, the strangers never.

#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/flat_maps.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_residents {

using namespace ferry::test;

namespace {

constexpr std::uint64_t residents = 200; // keys 0 ... residents-1
constexpr std::uint64_t strangers = 200; // the next so many
constexpr std::uint64_t visitors = residents + strangers;
constexpr std::uint64_t of_each_kind = 50;

std::uint64_t value_of(std::uint64_t key) { return key * 7 + 1; }

struct counts {
    std::uint64_t grown;
    std::uint64_t swept;
    std::uint64_t shrunk;

    bool enough() const {
        return grown >= of_each_kind && swept >= of_each_kind && shrunk >= of_each_kind;
    }
};

template <class Map>
counts counts_of(const Map &map) {
    const auto stats = map.stats();
    return {stats.grown, stats.swept, stats.shrunk};
}

// Visitors come in a long queue: the newest are inserted, the oldest erased.
template <class Map>
class driver {
public:
    driver(Map &map, std::uint64_t first, findings &found)
        : map_(map), oldest_(first), next_(first), found_(found) {}

    void come() {
        found_.expect(map_.insert(next_, value_of(next_)), "a new visitor is inserted");
        ++next_;
        let_epochs_pass(map_, next_);
    }
    void leave() {
        found_.expect(map_.erase(oldest_) == 1, "a visitor inserted is erased");
        ++oldest_;
    }
    std::uint64_t present() const { return next_ - oldest_; }

    // A cycle is four phases: up to so many visitors, a while at that number, down to none, a
    // while near none.
    static constexpr unsigned phases = 4;
    void run(unsigned phase, std::uint64_t top) {
        switch (phase) {
        case 0:
            while (present() < top)
                come();
            break;
        case 2:
            while (present() > 0)
                leave();
            break;
        default:
            for (std::uint64_t i = 0; i < 2 * top; ++i) {
                come();
                leave();
            }
            break;
        }
    }

private:
    Map &map_;
    std::uint64_t oldest_;
    std::uint64_t next_;
    findings &found_;
};

template <class Map>
void find_residents(const Map &map, prng &random, findings &found) {
    const std::uint64_t key = random.below(residents);
    found.expect(map.get(key) == value_of(key), "a resident is found");
    found.expect(!map.contains(residents + random.below(strangers)), "a stranger is not found");
    const auto guard = map.pin();
    const auto value = map.find(key, guard);
    found.expect(value && *value == value_of(key), "a resident is found under a guard");
}

class census {
public:
    void see(std::uint64_t key, std::uint64_t value, findings &found) {
        found.expect(value == value_of(key), "iteration shows a key with its value");
        found.expect(key < residents || key >= visitors, "iteration shows no stranger");
        if (key < residents)
            ++times_[key];
    }
    void close(findings &found) const {
        for (const int n : times_) {
            found.expect(n >= 1, "iteration does not miss a resident");
            found.expect(n <= 1, "iteration does not show a resident twice");
        }
    }

private:
    std::vector<int> times_ = std::vector<int>(residents);
};

template <class Map>
void iterate(const Map &map, unsigned way, findings &found) {
    census seen;
    const auto see = [&](const std::uint64_t &key, const std::uint64_t &value) {
        seen.see(key, value, found);
    };
    switch (way % 4) {
    case 0:
        map.for_each(see);
        break;
    case 1:
        for (std::size_t part = 0; part < 5; ++part)
            map.for_each(part, 5, see);
        break;
    case 2: {
        const auto guard = map.pin();
        for (auto &&[key, value] : map.items(guard))
            see(key, value);
        break;
    }
    default:
        for (const auto &[key, value] : map.snapshot())
            see(key, value);
        break;
    }
    seen.close(found);
}

// Two threads drive the table up and down; one finds, one iterates meanwhile.
template <class Map>
void drive(Map &map, std::uint64_t top, std::size_t most_cycles) {
    for (std::uint64_t key = 0; key < residents; ++key)
        REQUIRE(map.insert(key, value_of(key)));
    std::atomic<bool> enough{false};
    std::atomic<int> driving{2};
    std::atomic<std::size_t> iterations{0};
    // Both drivers go through each phase together.
    std::barrier together(2, [&]() noexcept { enough = counts_of(map).enough(); });
    CHECK(crew(4, [&](unsigned id, findings &found) {
              prng random(id);
              if (id < 2) {
                  driver<Map> mine(map, visitors + (std::uint64_t{id} << 40), found);
                  for (std::size_t i = 0; i < most_cycles && !enough; ++i) {
                      for (unsigned phase = 0; phase < driver<Map>::phases; ++phase) {
                          mine.run(phase, top);
                          together.arrive_and_wait();
                      }
                  }
                  --driving;
              } else if (id == 2) {
                  while (driving > 0)
                      find_residents(map, random, found);
              } else {
                  for (unsigned way = 0; driving > 0; ++way) {
                      iterate(map, way, found);
                      ++iterations;
                  }
              }
          }).text() == "");
    CHECK(iterations > 0);
    for (std::uint64_t key = 0; key < residents; ++key)
        CHECK(map.get(key) == value_of(key));
    CHECK(map.size() == residents);
}

} // namespace

TEST_CASE_TEMPLATE(
    "residents are never missed and seen exactly once through fifty growths, sweeps and "
    "shrinkings",
    Map, u64_map, flat_u64_map) {
    FERRY_SHOW_SEED();
    Map map;
    drive(map, 700, 200);
    const counts done = counts_of(map);
    CHECK(done.grown >= of_each_kind);
    CHECK(done.swept >= of_each_kind);
    CHECK(done.shrunk >= of_each_kind);
}

TEST_CASE_TEMPLATE("residents are never missed and seen exactly once in a larger table", Map,
                   u64_map, flat_u64_map) {
    FERRY_SHOW_SEED();
    Map map;
    drive(map, 20000, scaled(2, 1));
}

TEST_CASE("residents are never missed and seen exactly once with drop_on_erase") {
    FERRY_SHOW_SEED();
    u64_map map(ferry::options{.drop_on_erase = true});
    drive(map, 1000, scaled(60, 6));
}

TEST_CASE_TEMPLATE(
    "residents are never missed while reserve and shrink_to_fit force the table up and down", Map,
    u64_map, flat_u64_map) {
    FERRY_SHOW_SEED();
    Map map;
    for (std::uint64_t key = 0; key < residents; ++key)
        REQUIRE(map.insert(key, value_of(key)));
    const std::size_t rounds = scaled(150, 60);
    std::atomic<bool> done{false};
    CHECK(crew(4, [&](unsigned id, findings &found) {
              prng random(id);
              if (id == 0) {
                  for (std::size_t i = 0; i < rounds; ++i) {
                      map.reserve(residents << random.below(6));
                      map.shrink_to_fit();
                  }
                  done = true;
              } else if (id == 1) {
                  driver<Map> mine(map, visitors, found);
                  while (!done) {
                      mine.come();
                      if (mine.present() > 100)
                          mine.leave();
                  }
                  while (mine.present() > 0)
                      mine.leave();
              } else if (id == 2) {
                  while (!done)
                      find_residents(map, random, found);
              } else {
                  for (unsigned way = 0; !done; ++way)
                      iterate(map, way, found);
              }
          }).text() == "");
    CHECK(map.size() == residents);
    CHECK(map.stats().grown >= rounds / 4);
    CHECK(map.stats().shrunk >= rounds / 4);
}

} // namespace stress_residents
