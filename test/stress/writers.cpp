// SPDX-License-Identifier: BSL-1.0

// Values name their writer: never torn, never unknown, never out of order, none lost.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

using namespace ferry::test;

namespace {

constexpr unsigned writers = 4;
constexpr unsigned readers = 2;

struct stamp {
    std::uint64_t key = 0;
    std::uint64_t writer = 0;
    std::uint64_t sequence = 0;
    std::uint64_t check = 0;

    static std::uint64_t sum(std::uint64_t key, std::uint64_t writer, std::uint64_t sequence) {
        return (key * 0x9e3779b97f4a7c15u ^ writer) * 0xbf58476d1ce4e5b9u ^ sequence << 7;
    }
    static stamp make(std::uint64_t key, std::uint64_t writer, std::uint64_t sequence) {
        return {key, writer, sequence, sum(key, writer, sequence)};
    }
    bool whole() const { return check == sum(key, writer, sequence); }
};

using stamp_map = ferry::concurrent_map<std::uint64_t, stamp>;

// What one reader has seen: of each writer, at each key, the latest.
class reader {
public:
    reader(std::uint64_t keys, std::uint64_t known_writers, findings &found)
        : writers_(known_writers), latest_(keys * known_writers), found_(found) {}

    void look(std::uint64_t key, const stamp &value) {
        found_.expect(value.whole(), "a value is whole");
        found_.expect(value.key == key, "a value belongs to its key");
        found_.expect(value.writer < writers_, "a value has a known writer");
        if (!value.whole() || value.key != key || value.writer >= writers_)
            return;
        std::uint64_t &latest = latest_[key * writers_ + value.writer];
        found_.expect(value.sequence >= latest, "a writer's values are seen in their order");
        latest = value.sequence;
    }

private:
    std::uint64_t writers_;
    std::vector<std::uint64_t> latest_;
    findings &found_;
};

void write_and_read(std::uint64_t keys, std::size_t steps) {
    stamp_map map;
    CHECK(crew(writers + readers, [&](unsigned id, findings &found) {
              prng random(id);
              reader seen(keys, writers, found);
              std::uint64_t sequence = 0;
              for (std::size_t i = 0; i < steps; ++i) {
                  const std::uint64_t key = random.below(keys);
                  const auto fresh = [&] { return stamp::make(key, id, ++sequence); };
                  if (id >= writers) {
                      if (i % 3 == 0) {
                          map.visit(key, [&](const stamp &value) { seen.look(key, value); });
                      } else if (i % 3 == 1) {
                          const auto guard = map.pin();
                          if (const stamp *const value = map.find(key, guard))
                              seen.look(key, *value);
                      } else if (const auto value = map.get(key)) {
                          seen.look(key, *value);
                      }
                      continue;
                  }
                  let_epochs_pass(map, i);
                  switch (random.below(5)) {
                  case 0:
                      map.insert(key, fresh());
                      break;
                  case 1:
                      map.insert_or_assign(key, fresh());
                      break;
                  case 2:
                      map.update(key, [&](const stamp &old) {
                          seen.look(key, old);
                          return fresh();
                      });
                      break;
                  case 3:
                      if (const auto old = map.exchange(key, fresh()))
                          seen.look(key, *old);
                      break;
                  default:
                      map.erase(key);
                      break;
                  }
              }
          }).text() == "");
    map.for_each([&](const std::uint64_t &key, const stamp &value) {
        CHECK(value.whole());
        CHECK(value.key == key);
    });
}

} // namespace

TEST_CASE("values are whole and in their writer's order, a few keys fought for") {
    FERRY_SHOW_SEED();
    write_and_read(4, scaled(500000));
}

TEST_CASE("values are whole and in their writer's order in a table that grows and sweeps") {
    FERRY_SHOW_SEED();
    write_and_read(8000, scaled(500000));
}

TEST_CASE("each value put in comes out exactly once") {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t keys = 32;
    const std::size_t steps = scaled(300000);
    stamp_map map;
    std::vector<std::vector<stamp>> taken(writers);
    CHECK(crew(writers, [&](unsigned id, findings &) {
              prng random(id);
              std::vector<stamp> &mine = taken[id];
              for (std::uint64_t sequence = 0; sequence < steps; ++sequence) {
                  const std::uint64_t key = random.below(keys);
                  if (const auto old = map.exchange(key, stamp::make(key, id, sequence)))
                      mine.push_back(*old);
                  if (random.once_in(4)) {
                      if (const auto handle = map.extract(random.below(keys)))
                          mine.push_back(*handle);
                  }
              }
          }).text() == "");
    std::vector<std::vector<int>> times(writers, std::vector<int>(steps));
    std::size_t wrong = 0;
    const auto out = [&](const stamp &value) {
        if (value.whole() && value.writer < writers && value.sequence < steps)
            ++times[value.writer][value.sequence];
        else
            ++wrong;
    };
    for (const std::vector<stamp> &some : taken) {
        for (const stamp &value : some)
            out(value);
    }
    map.for_each([&](const std::uint64_t &, const stamp &value) { out(value); });
    for (const std::vector<int> &some : times) {
        for (const int n : some)
            wrong += n != 1;
    }
    CHECK(wrong == 0);
}
