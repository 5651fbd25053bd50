// SPDX-License-Identifier: BSL-1.0

// options.drop_on_erase: the key goes with its element and does not wait for a sweep.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace api_drop_on_erase {

using namespace ferry::test;

using owned_map = ferry::concurrent_map<counted_key, counted_value, counted_hash>;

TEST_CASE("drop_on_erase destroys the key after the erase") {
    {
        owned_map map(ferry::options{.drop_on_erase = true});
        for (unsigned i = 0; i < 100; ++i)
            map.try_emplace(counted_key(i), i);
        for (unsigned i = 0; i < 100; ++i)
            CHECK(map.erase(counted_key(i)) == 1);
        CHECK(reclaim_everything(map));
        CHECK(counted_key::alive() == 0);
        CHECK(counted_value::alive() == 0);
        CHECK(map.stats().dead == 0);
    }
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("with drop_on_erase elements come and go again and again") {
    {
        owned_map map(ferry::options{.drop_on_erase = true});
        int wrong = 0;
        for (unsigned i = 0; i < 20000; ++i) {
            wrong += !map.try_emplace(counted_key(i % 50), i);
            wrong += !map.contains(counted_key(i % 50));
            wrong += map.insert_or_assign(counted_key(i % 50), counted_value(i + 1));
            wrong += map.find(counted_key(i % 50))->number() != i + 1;
            wrong += map.erase(counted_key(i % 50)) != 1;
            wrong += map.contains(counted_key(i % 50));
        }
        CHECK(wrong == 0);
        CHECK(map.empty());
        CHECK(map.capacity() <= 4096);
        CHECK(map.stats().dead <= 50);
        map.shrink_to_fit();
        CHECK(reclaim_everything(map));
        CHECK(counted_key::alive() == 0);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_key::damaged() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("with drop_on_erase a handle keeps key and value of what is erased") {
    owned_map map(ferry::options{.drop_on_erase = true});
    map.try_emplace(counted_key(1), 10u);
    const auto handle = map.extract(counted_key(1));
    REQUIRE(handle);
    map.try_emplace(counted_key(1), 11u);
    map.reclaim();
    CHECK(handle.key().intact());
    CHECK(handle->intact());
    CHECK(handle->number() == 10);
    CHECK(map.find(counted_key(1))->number() == 11);
}

TEST_CASE("with drop_on_erase all ways of erasing drop the key") {
    {
        owned_map map(ferry::options{.drop_on_erase = true});
        for (unsigned i = 0; i < 6; ++i)
            map.try_emplace(counted_key(i), i);
        map.erase(counted_key(0));
        CHECK(map.extract(counted_key(1)));
        CHECK(map.compare_erase(counted_key(2), counted_value(2)));
        CHECK(map.erase_if(counted_key(3), [](const counted_value &) { return true; }));
        map.compute(counted_key(4), [](const counted_value *) { return ferry::erase; });
        map.clear();
        CHECK(reclaim_everything(map));
        CHECK(counted_key::alive() == 0);
        CHECK(counted_value::alive() == 0);
    }
}

TEST_CASE("with drop_on_erase keys may refer to memory that ends once shrink_to_fit is over") {
    ferry::concurrent_map<std::string_view, int> map(ferry::options{.drop_on_erase = true});
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> names;
        for (int i = 0; i < 20; ++i)
            names.push_back("a name longer than any small-string buffer " + std::to_string(i));
        for (const std::string &name : names)
            REQUIRE(map.insert(name, round));
        for (const std::string &name : names)
            REQUIRE(map.erase(name) == 1);
        map.shrink_to_fit();
        REQUIRE(map.stats().dead == 0);
    }
    CHECK(map.empty());
}

namespace {

// What a map with many residents does while a few keys come and go.
struct churn {
    std::size_t residents = 100000;
    std::size_t hot_keys = 1;
    unsigned writes_between = 0; // ordinary ones, of residents that are replaced by others
    std::size_t pairs = scaled(1000000);
};

// Without a word where the tables stayed within `most_bytes` and at most `most_migrations` ran.
std::string outgrown(u64_map &map, std::size_t most_bytes, std::size_t most_migrations) {
    const ferry::map_stats now = map.stats();
    if (now.table_bytes > most_bytes)
        return std::to_string(now.table_bytes) + " bytes of tables, not " +
               std::to_string(most_bytes);
    if (now.migrations > most_migrations)
        return std::to_string(now.migrations) + " migrations, not " +
               std::to_string(most_migrations);
    return {};
}

// The work of a pair cannot grow unless the tables or the migrations do, so these are what is
// bounded: two tables at a time, and a migration for each eighth of the capacity that was written.
void churn_within_bounds(const churn &how) {
    u64_map map(ferry::options{.capacity = how.residents, .drop_on_erase = true});
    for (std::uint64_t key = 0; key < how.residents; ++key)
        map.insert(key, key);
    finish_migrations(map);
    const ferry::map_stats before = map.stats();
    // While ordinary writes use it up, the table may double once, and one is swept into another.
    const std::size_t most_bytes = (how.writes_between == 0 ? 2 : 5) * before.table_bytes;
    const std::size_t writes = how.pairs * (1 + how.writes_between / 2);
    const std::size_t most_migrations =
        before.migrations + (how.writes_between == 0 ? 1 : 1 + writes / (before.capacity / 8));

    std::uint64_t oldest = 0;
    std::uint64_t youngest = how.residents;
    std::size_t lost = 0;
    std::string wrong;
    for (std::size_t pair = 0; pair < how.pairs && wrong.empty(); ++pair) {
        const std::uint64_t hot = ~std::uint64_t{0} - pair % how.hot_keys;
        lost += !map.insert(hot, pair);
        for (unsigned i = 0; i < how.writes_between / 2; ++i) {
            lost += !map.insert(youngest++, pair);
            lost += map.erase(oldest++) != 1;
        }
        lost += map.erase(hot) != 1;
        if (pair % 256 == 0)
            wrong = outgrown(map, most_bytes, most_migrations);
    }
    CHECK(wrong == "");
    CHECK(lost == 0);
    CHECK(map.size() == how.residents);
    CHECK(map.stats().capacity <= 2 * before.capacity);
    // Of the keys that are absent none but those that came and went is kept.
    finish_migrations(map);
    CHECK(map.stats().dead <= how.hot_keys + (how.writes_between == 0 ? 0 : how.residents / 100));
    map.shrink_to_fit();
    CHECK(map.stats().dead == 0);
}

} // namespace

TEST_CASE("with drop_on_erase one key that comes and goes leaves the table as it is") {
    churn_within_bounds({});
}

TEST_CASE("with drop_on_erase a few keys that come and go leave the table as it is") {
    churn_within_bounds({.hot_keys = 7});
    churn_within_bounds({.hot_keys = 100});
}

TEST_CASE("with drop_on_erase keys that come and go cost no more among ordinary writes") {
    churn_within_bounds({.residents = 20000, .writes_between = 20, .pairs = scaled(200000)});
}

TEST_CASE("with drop_on_erase a key that keeps coming back is kept, and dropped by a sweep") {
    {
        owned_map map(ferry::options{.drop_on_erase = true});
        for (unsigned i = 0; i < 1000; ++i) {
            map.try_emplace(counted_key(1), i);
            CHECK(map.erase(counted_key(1)) == 1);
            CHECK_FALSE(map.contains(counted_key(1)));
        }
        CHECK(map.stats().dead == 1);
        CHECK(map.stats().migrations == 0);
        map.shrink_to_fit();
        CHECK(map.stats().dead == 0);
        CHECK(reclaim_everything(map));
        CHECK(counted_key::alive() == 0);
    }
    CHECK(counted_key::damaged() == 0);
}

TEST_CASE("with drop_on_erase ever new keys are not kept") {
    u64_map map(ferry::options{.capacity = 2000, .drop_on_erase = true});
    std::size_t most_dead = 0;
    for (std::uint64_t key = 0; key < 100000; ++key) {
        map.insert(key, key);
        if (key >= 1000)
            map.erase(key - 1000);
        most_dead = std::max(most_dead, map.stats().dead);
    }
    CHECK(map.size() == 1000);
    CHECK(most_dead <= 50); // 10 to 15 in most runs: tombstones of other keys may stand before one
}

TEST_CASE("with drop_on_erase an erase in the middle of a migration drops from both tables") {
    {
        owned_map map(ferry::options{.drop_on_erase = true});
        unsigned next = 0;
        while (!map.migrating() || next < 300) {
            map.try_emplace(counted_key(next), next);
            ++next;
        }
        while (map.migrate(2)) {
            if (next == 0)
                continue;
            --next;
            CHECK(map.erase(counted_key(next)) == 1);
            CHECK_FALSE(map.contains(counted_key(next)));
        }
        while (next > 0)
            CHECK(map.erase(counted_key(--next)) == 1);
        CHECK(map.empty());
        CHECK(reclaim_everything(map));
        CHECK(counted_key::alive() == 0);
    }
    CHECK(counted_key::damaged() == 0);
}

namespace {

// All keys with the highest bit come to one home.
struct flooded_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept {
        return (key >> 63) != 0 ? key & 0xffff : ferry::hash<std::uint64_t>(1)(key);
    }
};

} // namespace

TEST_CASE("ever new keys of one home do not have a large table moved for each path they fill") {
    for (const bool drop_on_erase : {false, true}) {
        constexpr std::size_t residents = 100000;
        ferry::concurrent_map<std::uint64_t, std::uint64_t, flooded_hash> map(
            ferry::options{.capacity = residents, .drop_on_erase = drop_on_erase});
        for (std::uint64_t key = 0; key < residents; ++key)
            map.insert(key, key);
        const ferry::map_stats before = map.stats();
        std::size_t most_bytes = 0;
        for (std::uint64_t pair = 0; pair < scaled(20000); ++pair) {
            const std::uint64_t key = (std::uint64_t{1} << 63) | pair;
            REQUIRE(map.insert(key, pair));
            REQUIRE(map.erase(key) == 1);
            if (pair % 64 == 0)
                most_bytes = std::max(most_bytes, map.stats().table_bytes);
        }
        // 512 slots a path at first: 40 migrations if each path's end began one.
        CHECK(map.stats().migrations - before.migrations <= 16);
        CHECK(most_bytes <= 8 * before.table_bytes);
        CHECK(map.size() == residents);
    }
}

} // namespace api_drop_on_erase
