// SPDX-License-Identifier: BSL-1.0

// Values name their writer: never torn, never unknown, never out of order, none lost.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_writers {

using namespace ferry::test;

namespace {

constexpr unsigned writers = 4;
constexpr unsigned readers = 2;

// A value of four words that says whose it is, and knows whether it is whole.
class wide_stamp {
public:
    static wide_stamp make(std::uint64_t key, std::uint64_t writer, std::uint64_t sequence) {
        wide_stamp made;
        made.key_ = key;
        made.writer_ = writer;
        made.sequence_ = sequence;
        made.sum_ = made.check();
        return made;
    }

    std::uint64_t key() const { return key_; }
    std::uint64_t writer() const { return writer_; }
    std::uint64_t sequence() const { return sequence_; }
    bool whole() const { return sum_ == check(); }

private:
    std::uint64_t check() const {
        return (key_ * 0x9e3779b97f4a7c15u ^ writer_) * 0xbf58476d1ce4e5b9u ^ sequence_ << 7;
    }

    std::uint64_t key_ = 0;
    std::uint64_t writer_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t sum_ = 0;
};

// The same in one word, for a cell:
//
//   63 … 40   39 … 16    15 … 13   12 … 0
//   check   | sequence | writer  | key
class narrow_stamp {
public:
    static narrow_stamp make(std::uint64_t key, std::uint64_t writer, std::uint64_t sequence) {
        narrow_stamp made;
        made.word_ = key | writer << 13 | sequence << 16;
        made.word_ |= made.check() << 40;
        return made;
    }

    std::uint64_t key() const { return word_ & 0x1fff; }
    std::uint64_t writer() const { return word_ >> 13 & 7; }
    std::uint64_t sequence() const { return word_ >> 16 & 0xffffff; }
    bool whole() const { return word_ >> 40 == check(); }

private:
    std::uint64_t check() const { return (word_ & 0xff'ffff'ffff) * 0x9e3779b97f4a7c15u >> 40; }

    std::uint64_t word_ = 0;
};

using stamp_map = ferry::concurrent_map<std::uint64_t, wide_stamp>;
using flat_stamp_map = ferry::concurrent_flat_map<std::uint64_t, narrow_stamp>;

// What one reader has seen: of each writer, at each key, the latest.
template <class Stamp>
class reader {
public:
    reader(std::uint64_t keys, std::uint64_t known_writers, findings &found)
        : writers_(known_writers), latest_(keys * known_writers), found_(found) {}

    void look(std::uint64_t key, const Stamp &value) {
        found_.expect(value.whole(), "a value is whole");
        found_.expect(value.key() == key, "a value belongs to its key");
        found_.expect(value.writer() < writers_, "a value has a known writer");
        if (!value.whole() || value.key() != key || value.writer() >= writers_)
            return;
        std::uint64_t &latest = latest_[key * writers_ + value.writer()];
        found_.expect(value.sequence() >= latest, "a writer's values are seen in their order");
        latest = value.sequence();
    }

private:
    std::uint64_t writers_;
    std::vector<std::uint64_t> latest_;
    findings &found_;
};

template <class Map>
void write_and_read(std::uint64_t keys, std::size_t steps) {
    using stamp = typename Map::mapped_type;
    Map map;
    CHECK(crew(writers + readers, [&](unsigned id, findings &found) {
              prng random(id);
              reader<stamp> seen(keys, writers, found);
              std::uint64_t sequence = 0;
              for (std::size_t i = 0; i < steps; ++i) {
                  const std::uint64_t key = random.below(keys);
                  const auto fresh = [&] { return stamp::make(key, id, ++sequence); };
                  if (id >= writers) {
                      if (i % 3 == 0) {
                          map.visit(key, [&](const stamp &value) { seen.look(key, value); });
                      } else if (i % 3 == 1) {
                          const auto guard = map.pin();
                          if (const auto value = map.find(key, guard)) // a pointer, or a copy
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
        CHECK(value.key() == key);
    });
}

} // namespace

TEST_CASE_TEMPLATE("values are whole and in their writer's order, a few keys fought for", Map,
                   stamp_map, flat_stamp_map) {
    FERRY_SHOW_SEED();
    write_and_read<Map>(4, scaled(500000));
}

TEST_CASE_TEMPLATE("values are whole and in their writer's order in a table that grows and sweeps",
                   Map, stamp_map, flat_stamp_map) {
    FERRY_SHOW_SEED();
    write_and_read<Map>(8000, scaled(500000));
}

TEST_CASE_TEMPLATE("each value put in comes out exactly once", Map, stamp_map, flat_stamp_map) {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t keys = 32;
    const std::size_t steps = scaled(300000);
    using stamp = typename Map::mapped_type;
    Map map;
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
        if (value.whole() && value.writer() < writers && value.sequence() < steps)
            ++times[value.writer()][value.sequence()];
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

} // namespace stress_writers
