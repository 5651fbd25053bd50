// SPDX-License-Identifier: BSL-1.0

// The store on every map, one thread, with a clock that is set by hand.

#include "store/catalogue.hpp"
#include "store/memory_use.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <string>

using namespace ferry::service;

namespace {

struct fixture {
    explicit fixture(const map_choice &map, std::size_t memory_limit = std::size_t{64} << 20)
        : kept(map.make(memory_limit)), by(kept->add_worker()) {
        second(100);
    }

    void second(std::uint32_t s) { kept->clock().set_tick(s * coarse_clock::ticks_a_second); }

    written set(std::string_view key, std::string_view value, std::int64_t exptime = 0) {
        return write(writing_mode::set, key, value, 0, exptime);
    }
    written write(writing_mode mode, std::string_view key, std::string_view value,
                  std::uint64_t cas = 0, std::int64_t exptime = 0) {
        return kept->write(by, key,
                           {.mode = mode,
                            .expected_cas = cas,
                            .expires = kept->clock().end_of(exptime),
                            .bytes = shared_bytes::joined(value, {})});
    }
    std::string get(std::string_view key) {
        std::string value = "(none)";
        kept->get_many(by, {&key, 1}, [&](std::size_t, const item &found) {
            value = found.bytes.text();
            return true;
        });
        return value;
    }
    std::uint64_t cas_of(std::string_view key) {
        std::uint64_t cas = 0;
        kept->look_at(key, [&](const item &found) { cas = found.cas; });
        return cas;
    }
    std::uint64_t stat(std::string_view wanted) {
        std::uint64_t number = 0;
        kept->stats([&](std::string_view name, const std::string &value) {
            if (name == wanted)
                number = std::stoull(value);
        });
        return number;
    }

    std::unique_ptr<store> kept;
    worker &by;
};

// Not by operator+, of which g++ 12 warns without reason.
std::string key(unsigned i) { return std::string("k").append(std::to_string(i)); }

template <class Test>
void on_every_map(Test &&test) {
    for (const map_choice &map : all_maps())
        if (std::string_view(map.name) != "null") {
            CAPTURE(std::string(map.name));
            test(map);
        }
}

} // namespace

TEST_CASE("conditions of writes hold at the instant of the write") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        CHECK(f.write(writing_mode::replace, "k", "a").what == outcome::not_stored);
        CHECK(f.write(writing_mode::append, "k", "a").what == outcome::not_stored);
        CHECK(f.write(writing_mode::cas, "k", "a", 1).what == outcome::not_found);
        CHECK(f.write(writing_mode::add, "k", "a").what == outcome::done);
        CHECK(f.write(writing_mode::add, "k", "b").what == outcome::not_stored);
        CHECK(f.get("k") == "a");
        const auto second = f.write(writing_mode::replace, "k", "b");
        CHECK(second.what == outcome::done);
        CHECK(f.write(writing_mode::cas, "k", "c", second.cas - 1).what == outcome::exists);
        CHECK(f.write(writing_mode::cas, "k", "c", second.cas).what == outcome::done);
        CHECK(f.write(writing_mode::append, "k", "d").what == outcome::done);
        CHECK(f.write(writing_mode::prepend, "k", "_").what == outcome::done);
        CHECK(f.get("k") == "_cd");
    });
}

TEST_CASE("a later item of a key has a larger cas number, which no other item has") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        std::map<std::uint64_t, int> seen;
        std::uint64_t last = 0;
        for (int i = 0; i != 100; ++i) {
            f.set(i % 2 == 0 ? "a" : "b", "1");
            CHECK(f.kept->count(f.by, "a", {}).what == outcome::done);
            const std::uint64_t cas = f.cas_of("a");
            CHECK(cas > last);
            last = cas;
            ++seen[cas];
            ++seen[f.cas_of("b")];
        }
        CHECK(seen.size() >= 150);
    });
}

TEST_CASE("an item that has ended is absent for every command") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        f.set("k", "5", 10);
        f.second(109);
        CHECK(f.get("k") == "5");
        f.second(110);
        CHECK(f.get("k") == "(none)");
        f.set("k", "5", 10);
        f.second(120);
        item out;
        CHECK_FALSE(f.kept->touch(f.by, "k", 0, out));
        CHECK(f.kept->count(f.by, "k", {}).what == outcome::not_found);
        CHECK(f.kept->erase(f.by, "k", {}) == outcome::not_found);
        CHECK(f.write(writing_mode::replace, "k", "6").what == outcome::not_stored);
        CHECK(f.stat("curr_items") == 0);
        CHECK(f.stat("bytes") == 0);
        CHECK(f.write(writing_mode::add, "k", "6").what == outcome::done);
    });
}

TEST_CASE("times are relative up to thirty days, and absolute above") {
    coarse_clock clock;
    clock.set_tick(100 * coarse_clock::ticks_a_second);
    CHECK(clock.end_of(0) == 0);
    CHECK(clock.end_of(-1) == 1);
    CHECK(clock.end_of(60) == 160);
    CHECK(clock.end_of(most_relative_seconds) == 100 + most_relative_seconds);
    CHECK(clock.end_of(most_relative_seconds + 1) == 1); // in 1970
    CHECK(clock.end_of(clock.unix_time() + 50) == 150);
    CHECK(clock.end_of(std::numeric_limits<std::int64_t>::max()) == ~std::uint32_t{0});
}

TEST_CASE("touch gives an item another end and leaves its number") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        const auto stored = f.set("k", "a", 10);
        item out;
        CHECK(f.kept->touch(f.by, "k", f.kept->clock().end_of(1000), out));
        CHECK(out.cas == stored.cas);
        f.second(200);
        CHECK(f.get("k") == "a");
        CHECK(f.cas_of("k") == stored.cas);
    });
}

TEST_CASE("flush_all ends what was there, at once or later") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        f.set("k", "a");
        f.kept->flush_all(f.by, 0);
        CHECK(f.get("k") == "(none)");
        f.set("k", "b");
        CHECK(f.get("k") == "b");
        f.kept->flush_all(f.by, 10);
        f.set("l", "c");
        f.second(109);
        f.kept->maintain(f.by);
        CHECK(f.get("k") == "b");
        f.second(110);
        f.kept->maintain(f.by);
        CHECK(f.get("k") == "(none)");
        CHECK(f.get("l") == "(none)");
        f.set("k", "d");
        f.kept->maintain(f.by);
        CHECK(f.get("k") == "d");
    });
}

TEST_CASE("the crawler erases what has ended, and only that") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        for (unsigned i = 0; i != 5000; ++i)
            f.set(key(i), "a", i % 2 == 0 ? 10 : 0);
        f.second(200);
        for (int i = 0; i != 200; ++i)
            f.kept->maintain(f.by);
        CHECK(f.stat("curr_items") == 2500);
        CHECK(f.stat("reclaimed") == 2500);
        CHECK(f.get("k1") == "a");
    });
}

TEST_CASE("the bytes in use are those of the items, whatever is done to them") {
    on_every_map([](const map_choice &map) {
        fixture f(map);
        item empty;
        const std::size_t beside = bytes_taken("", empty);
        f.set("key", "12345");
        CHECK(f.stat("bytes") == beside + 8);
        f.set("key", "1");
        CHECK(f.stat("bytes") == beside + 4);
        f.write(writing_mode::append, "key", "23");
        CHECK(f.stat("bytes") == beside + 6);
        f.kept->count(f.by, "key", {.by = 1000});
        CHECK(f.stat("bytes") == beside + 7);
        f.set("other", "");
        CHECK(f.stat("bytes") == 2 * beside + 12);
        CHECK(f.kept->erase(f.by, "key", {}) == outcome::done);
        CHECK(f.kept->erase(f.by, "other", {}) == outcome::done);
        CHECK(f.stat("bytes") == 0);
    });
}

TEST_CASE("above the limit each write evicts, and what was used last stays") {
    on_every_map([](const map_choice &map) {
        constexpr std::size_t limit = std::size_t{1} << 20;
        fixture f(map, limit);
        const std::string value(500, 'v');
        for (std::uint32_t i = 0; i != 6'000; ++i) {
            f.second(100 + i / 100);
            f.set(key(i), value);
            f.get("k0");
        }
        CHECK(f.stat("bytes") < limit + limit / 10);
        CHECK(f.stat("bytes") > limit - limit / 10);
        CHECK(f.stat("evictions") > 4000);
        CHECK(f.get("k0") == value);
        CHECK(f.get("k5999") == value);
        CHECK(f.get("k1") == "(none)");
    });
}

TEST_CASE("a store without map has every key, and keeps its memory") {
    const map_choice null{"null", make_null_store};
    fixture f(null);
    CHECK(f.set("k", "a").what == outcome::done);
    CHECK(f.get("k").size() == 100);
    f.kept->flush_all(f.by, 0);
    CHECK(f.get("k").size() == 100);
    CHECK(f.stat("bytes") == 0);
}
