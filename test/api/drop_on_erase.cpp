// SPDX-License-Identifier: BSL-1.0

// options.drop_on_erase: the key goes with its element and does not wait for a sweep.

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/maps.hpp"

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

TEST_CASE("with drop_on_erase keys may refer to memory that ends after their erase") {
    ferry::concurrent_map<std::string_view, int> map(ferry::options{.drop_on_erase = true});
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> names;
        for (int i = 0; i < 20; ++i)
            names.push_back("a name longer than any small-string buffer " + std::to_string(i));
        for (const std::string &name : names)
            REQUIRE(map.insert(name, round));
        for (const std::string &name : names)
            REQUIRE(map.erase(name) == 1);
    }
    CHECK(map.empty());
}

TEST_CASE(
    "with drop_on_erase a few keys that come and go do not enlarge a table with room for many") {
    u64_map map(ferry::options{.capacity = 2000, .drop_on_erase = true});
    const std::size_t room = map.stats().table_bytes;
    std::size_t more = 0;
    for (std::uint64_t i = 0; i < 20000; ++i) {
        map.insert(i % 3, i);
        more += map.stats().table_bytes > 2 * room; // two while one is swept
        map.erase(i % 3);
    }
    CHECK(more == 0);
    CHECK(map.stats().shrunk > 0);
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
