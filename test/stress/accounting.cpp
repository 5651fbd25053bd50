// SPDX-License-Identifier: BSL-1.0

// Threads use every operation on the same keys and keep books: for each key, what was inserted
// minus what was erased is whether it is there. Objects made are objects destroyed.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/flat_maps.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_accounting {

using namespace ferry::test;

namespace {

constexpr unsigned threads = 8;

// The kinds of map the same work is done on: plain words in nodes and in cells, and objects that
// are watched.
template <class Map>
struct words {
    using map = Map;
    static std::uint64_t key(std::uint64_t number) { return number; }
    static std::uint64_t value(std::uint64_t number) { return number; }
    static std::uint64_t number(std::uint64_t value) { return value; }
    static bool intact(std::uint64_t) { return true; }
};

struct objects {
    using map = ferry::concurrent_map<counted_key, counted_value, counted_hash>;
    static counted_key key(std::uint64_t number) { return counted_key(number); }
    static counted_value value(std::uint64_t number) { return counted_value(number); }
    static std::uint64_t number(const counted_value &value) { return value.number(); }
    static bool intact(const counted_value &value) { return value.intact(); }
};

// The value of a key is the key's number and sixteen free bits.
template <class Kind>
class worker {
public:
    using map_type = typename Kind::map;
    using value_type = typename map_type::mapped_type;

    worker(map_type &map, std::uint64_t keys, unsigned id, findings &found)
        : map_(map), keys_(keys), random_(id), found_(found), net_(keys) {}

    const std::vector<int> &net() const { return net_; }

    void step() {
        const std::uint64_t number = random_.below(keys_);
        const auto key = Kind::key(number);
        const auto fresh = [&] { return Kind::value(number << 16 | (random_.next() & 0xffff)); };
        int &net = net_[number];
        switch (random_.below(16)) {
        case 0:
            net += map_.insert(key, fresh());
            break;
        case 1:
            net += map_.try_emplace(key, fresh());
            break;
        case 2: {
            const auto [handle, inserted] = map_.get_or_emplace(key, fresh());
            check(number, *handle);
            net += inserted;
            break;
        }
        case 3: {
            const auto [handle, inserted] = map_.get_or_emplace_with(key, fresh);
            check(number, *handle);
            net += inserted;
            break;
        }
        case 4:
            net += map_.insert_or_assign(key, fresh());
            break;
        case 5: {
            const auto old = map_.exchange(key, fresh());
            net += !old;
            if (old)
                check(number, *old);
            break;
        }
        case 6:
            net += map_.upsert(
                key,
                [&](const value_type &old) {
                    check(number, old);
                    return fresh();
                },
                fresh());
            break;
        case 7:
            net += compute(key, number, fresh);
            break;
        case 8:
            map_.update(key, [&](const value_type &old) {
                check(number, old);
                return fresh();
            });
            break;
        case 9:
            if (const auto old = map_.get(key))
                map_.compare_exchange(key, *old, fresh());
            break;
        case 10:
        case 11:
            net -= static_cast<int>(map_.erase(key));
            break;
        case 12:
            if (const auto handle = map_.extract(key)) {
                check(number, *handle);
                --net;
            }
            break;
        case 13:
            if (const auto old = map_.get(key))
                net -= map_.compare_erase(key, *old);
            break;
        case 14:
            net -= map_.erase_if(key, [&](const value_type &old) {
                check(number, old);
                return Kind::number(old) % 2 == 0;
            });
            break;
        default:
            map_.visit(key, [&](const value_type &value) { check(number, value); });
            break;
        }
    }

private:
    void check(std::uint64_t number, const value_type &value) {
        found_.expect(Kind::intact(value), "a value reached is alive");
        found_.expect(Kind::number(value) >> 16 == number, "a value reached belongs to its key");
    }

    template <class KeyType, class Fresh>
    int compute(const KeyType &key, std::uint64_t number, const Fresh &fresh) {
        const auto choice = random_.below(3);
        const auto decide = [&](const value_type *old) -> ferry::compute_decision<value_type> {
            if (old != nullptr)
                check(number, *old);
            if (choice == 0)
                return fresh();
            if (choice == 1)
                return ferry::erase;
            return ferry::keep;
        };
        switch (map_.compute(key, decide)) {
        case ferry::compute_result::inserted:
            return 1;
        case ferry::compute_result::erased:
            return -1;
        default:
            return 0;
        }
    }

    map_type &map_;
    std::uint64_t keys_;
    prng random_;
    findings &found_;
    std::vector<int> net_;
};

template <class Kind>
void keep_books(std::uint64_t keys, std::size_t steps, ferry::options options) {
    typename Kind::map map(options);
    const auto first_epoch = map.stats().epoch;
    std::vector<std::vector<int>> books(threads);
    CHECK(crew(threads, [&](unsigned id, findings &found) {
              worker<Kind> mine(map, keys, id, found);
              for (std::size_t i = 1; i <= steps; ++i) {
                  mine.step();
                  let_epochs_pass(map, i);
              }
              books[id] = mine.net();
          }).text() == "");
    // Else nothing was freed meanwhile, and the test said little about reclamation.
    WARN(map.stats().epoch >= first_epoch + 12);

    std::vector<int> net(keys);
    for (const std::vector<int> &book : books)
        std::transform(net.begin(), net.end(), book.begin(), net.begin(), std::plus<>());
    std::size_t wrong = 0;
    for (std::uint64_t number = 0; number < keys; ++number)
        wrong += (map.contains(Kind::key(number)) ? 1 : 0) != net[number];
    CHECK(wrong == 0);
    const auto total = std::accumulate(net.begin(), net.end(), 0);
    CHECK(map.size() == static_cast<std::size_t>(total));
    std::size_t seen = 0;
    map.for_each([&](const auto &, const auto &) { ++seen; });
    CHECK(seen == map.size());
}

} // namespace

TEST_CASE_TEMPLATE("inserts minus erases is what is there, a few keys fought for", Map, u64_map,
                   flat_u64_map) {
    FERRY_SHOW_SEED();
    keep_books<words<Map>>(16, scaled(100000), {});
}

TEST_CASE_TEMPLATE("inserts minus erases is what is there, many keys in a growing table", Map,
                   u64_map, flat_u64_map) {
    FERRY_SHOW_SEED();
    keep_books<words<Map>>(20000, scaled(100000), {.capacity = 1});
}

TEST_CASE("inserts minus erases is what is there with drop_on_erase") {
    FERRY_SHOW_SEED();
    keep_books<words<u64_map>>(300, scaled(200000), {.drop_on_erase = true});
}

TEST_CASE("every object made is destroyed once, a few keys fought for") {
    FERRY_SHOW_SEED();
    keep_books<objects>(16, scaled(80000), {});
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("every object made is destroyed once, many keys in a growing table") {
    FERRY_SHOW_SEED();
    keep_books<objects>(5000, scaled(80000), {.capacity = 1});
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("every object made is destroyed once with drop_on_erase") {
    FERRY_SHOW_SEED();
    keep_books<objects>(100, scaled(80000), {.drop_on_erase = true});
    CHECK(counted_key::alive() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("compute inserts a key that is absent and erases one that is there, by threads at once") {
    FERRY_SHOW_SEED();
    constexpr std::uint64_t keys = 4;
    for (const bool drop_on_erase : {false, true}) {
        ferry::concurrent_map<std::uint64_t, counted_value> map(
            ferry::options{.drop_on_erase = drop_on_erase});
        std::atomic<std::int64_t> net{0};
        CHECK(crew(4, [&](unsigned id, findings &found) {
                  prng random(id);
                  std::int64_t mine = 0;
                  for (std::size_t i = 0; i < scaled(40000); ++i) {
                      const auto flip = [&](const counted_value *old) {
                          found.expect(old == nullptr || old->intact(), "a value seen is alive");
                          // The others come in between, for what it answers to be out of date.
                          if (random.below(16) == 0)
                              std::this_thread::yield();
                          return old == nullptr ? std::optional(counted_value(i)) : std::nullopt;
                      };
                      const auto result = map.compute(random.below(keys), flip);
                      mine += result == ferry::compute_result::inserted;
                      mine -= result == ferry::compute_result::erased;
                  }
                  net += mine;
              }).text() == "");
        CHECK(map.size() == static_cast<std::size_t>(net.load()));
        CHECK(counted_value::damaged() == 0);
    }
    CHECK(counted_value::alive() == 0);
}

TEST_CASE_TEMPLATE("erase_if and clear of the whole map count what they remove", Map, u64_map,
                   flat_u64_map) {
    FERRY_SHOW_SEED();
    Map map;
    std::atomic<std::int64_t> inserted{0};
    std::atomic<std::int64_t> erased{0};
    CHECK(crew(4, [&](unsigned id, findings &) {
              prng random(id);
              std::int64_t in = 0;
              std::int64_t out = 0;
              for (std::size_t i = 0; i < scaled(20000); ++i) {
                  const std::uint64_t key = random.below(3000);
                  in += map.insert(key, key);
                  if (i % 3 == 0)
                      out += static_cast<std::int64_t>(map.erase(key));
                  if (i % 2000 == 0)
                      out += static_cast<std::int64_t>(
                          map.erase_if([id](const std::uint64_t &k, const std::uint64_t &) {
                              return k % 4 == id;
                          }));
              }
              inserted += in;
              erased += out;
          }).text() == "");
    CHECK(static_cast<std::int64_t>(map.size()) == inserted - erased);
    map.clear();
    CHECK(map.empty());
}

// A sum over the stripes is not of one moment. What others erase and insert again meanwhile must
// not seem dead, or present twice.
TEST_CASE_TEMPLATE("keys that threads erase and insert again cause no migration", Map, u64_map,
                   flat_u64_map) {
    constexpr std::uint64_t keys = 100;
    constexpr unsigned churning = 3;
    Map map;
    for (std::uint64_t key = 0; key != keys; ++key)
        map.insert(key, key);
    finish_migrations(map);
    const auto before = map.stats().migrations;
    std::atomic<unsigned> at_work{churning};
    const auto found = crew(churning + 1, [&](unsigned id, findings &mine) {
        if (id == churning) {
            while (at_work.load() != 0) {
                const std::size_t size = map.size();
                mine.expect(keys - 2 * churning <= size && size <= keys + 2 * churning,
                            "the size is off by operations under way at most");
            }
            return;
        }
        std::uint64_t key = id;
        for (std::size_t i = 0; i < scaled(1'000'000); ++i) {
            map.erase(key);
            map.insert(key, key);
            key = key + churning < keys ? key + churning : id;
        }
        at_work.fetch_sub(1);
    });
    CHECK(found.text() == "");
    CHECK(map.stats().migrations == before);
    CHECK(map.size() == keys);
}

} // namespace stress_accounting
