// SPDX-License-Identifier: BSL-1.0

// Walks in chains of tables made by hand. The links lead nowhere: a walk hands them on and does
// not look behind them.

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/node/walk.hpp>

#include "tables.hpp"

namespace unit_walk {

using namespace ferry::test;
using ferry::engine::bucket;
using ferry::engine::bucket_slots;
using ferry::engine::end_at_vacant;
using ferry::engine::geometry;
using ferry::engine::slot;
using ferry::engine::slot_word;
using ferry::engine::table;
using ferry::engine::walk_path;
using ferry::engine::walk_step;

namespace {

constexpr std::uint64_t hash = 0x1234; // home 0, whatever the table
constexpr std::uint64_t other_hash = 0x4321;

slot_word link_number(std::uint64_t number, std::uint64_t of = hash) {
    return slot_word::link(number * 8, of);
}

slot &slot_at(table &in, std::size_t index) {
    return in.home(hash)[index / bucket_slots].slots[index % bucket_slots];
}

void link(slot &at, slot_word word) {
    slot_word seen;
    REQUIRE(at.try_link(word, seen));
}

void seal(slot &at) {
    slot_word seen;
    REQUIRE(at.try_seal(seen));
}

// Other keys' links from slot 0 on.
void fill(table &in, std::size_t slots) {
    for (std::size_t i = 0; i < slots; ++i)
        link(slot_at(in, i), link_number(100 + i, other_hash));
}

std::size_t path_slots(const table &of) { return of.path_buckets() * bucket_slots; }

// What a walk came by. It ends at the link wanted, at the first vacant slot, or at the end.
struct walk {
    explicit walk(table &from, slot_word wanted = slot_word()) {
        last = walk_path(
            &from, hash,
            [&](slot_word word) {
                links.push_back(word.address() / 8);
                return word == wanted ? walk_step::end : walk_step::go_on;
            },
            [&](slot &at, table &in) {
                vacant = &at;
                vacant_in = &in;
                return walk_step::end;
            },
            [&](table &at) -> table * {
                end = &at;
                return nullptr;
            });
    }

    std::vector<std::uint64_t> links;
    slot *vacant = nullptr;
    table *vacant_in = nullptr;
    table *end = nullptr;
    table *last = nullptr;
};

using numbers = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("a walk ends at the path's first empty slot") {
    const table_owner root = make_table(geometry::of(1));
    SUBCASE("the very first") {
        const walk done(*root);
        CHECK(done.vacant == &slot_at(*root, 0));
        CHECK(done.vacant_in == root.get());
        CHECK(done.last == root.get());
        CHECK(done.end == nullptr);
    }
    SUBCASE("within a bucket") {
        fill(*root, 5);
        CHECK(walk(*root).vacant == &slot_at(*root, 5));
    }
    SUBCASE("in a later bucket") {
        fill(*root, bucket_slots);
        CHECK(walk(*root).vacant == &slot_at(*root, bucket_slots));
    }
}

TEST_CASE("a walk shows the links with the hash's tag, in order, and those only") {
    const table_owner root = make_table(geometry::of(1));
    fill(*root, 3);
    link(slot_at(*root, 3), link_number(1));
    link(slot_at(*root, 4), link_number(104, other_hash));
    link(slot_at(*root, 5), link_number(2));
    for (std::size_t i = 6; i < 10; ++i)
        link(slot_at(*root, i), link_number(100 + i, other_hash));
    link(slot_at(*root, 10), link_number(3));
    CHECK(walk(*root).links == numbers{1, 2, 3});
}

TEST_CASE("a walk does not look beyond the bucket of the first empty slot") {
    const table_owner root = make_table(geometry::of(1));
    link(slot_at(*root, bucket_slots), link_number(1));
    const walk done(*root);
    CHECK(done.links.empty());
    CHECK(done.vacant == &slot_at(*root, 0));
}

TEST_CASE("a walk that only looks shows the same links and ends in the same table") {
    const table_owner root = make_table(geometry::of(1));
    const table_owner next = make_table(geometry::of(2));
    REQUIRE(root->try_set_next(next.get()));
    link(slot_at(*next, 0), link_number(3));
    numbers links;
    const auto look = [&] {
        links.clear();
        return walk_path(
            root.get(), hash,
            [&](slot_word word) {
                links.push_back(word.address() / 8);
                return walk_step::go_on;
            },
            end_at_vacant{}, [](table &) -> table * { return nullptr; });
    };
    SUBCASE("in a bucket that ends empty") {
        link(slot_at(*root, 0), link_number(1));
        CHECK(look() == root.get());
        CHECK(links == numbers{1});
    }
    SUBCASE("after a bucket that is full") {
        fill(*root, bucket_slots);
        link(slot_at(*root, bucket_slots), link_number(1));
        CHECK(look() == root.get());
        CHECK(links == numbers{1});
    }
    SUBCASE("in a bucket of which some empty slots are sealed, but not the first") {
        link(slot_at(*root, 0), link_number(1));
        for (std::size_t i = bucket_slots; --i > 1;) {
            seal(slot_at(*root, i));
            CHECK(look() == root.get());
            CHECK(links == numbers{1});
        }
    }
    SUBCASE("in the next table after a bucket that is sealed") {
        link(slot_at(*root, 0), link_number(1));
        for (std::size_t i = bucket_slots; --i > 0;)
            seal(slot_at(*root, i));
        CHECK(look() == next.get());
        CHECK(links == numbers{1, 3});
    }
}

TEST_CASE("a walk ends where a link is taken") {
    const table_owner root = make_table(geometry::of(1));
    for (std::uint64_t number = 1; number <= 3; ++number)
        link(slot_at(*root, number - 1), link_number(number));
    const walk done(*root, link_number(2));
    CHECK(done.links == numbers{1, 2});
    CHECK(done.vacant == nullptr);
    CHECK(done.last == root.get());
}

TEST_CASE("a walk passes over tombstones, also with a tag that tombstones have") {
    const table_owner root = make_table(geometry::of(1));
    link(slot_at(*root, 0), link_number(1));
    REQUIRE(slot_at(*root, 0).try_unlink(link_number(1)));
    link(slot_at(*root, 1), link_number(2, 0));
    std::vector<std::uint64_t> seen;
    walk_path(
        root.get(), 0,
        [&](slot_word word) {
            seen.push_back(word.address() / 8);
            return walk_step::go_on;
        },
        [](slot &, table &) { return walk_step::end; }, [](table &) -> table * { return nullptr; });
    CHECK(seen == numbers{2});
}

TEST_CASE("a walk goes on in the next table at a sealed slot") {
    const table_owner root = make_table(geometry::of(1));
    const table_owner next = make_table(geometry::of(2));
    REQUIRE(root->try_set_next(next.get()));
    link(slot_at(*root, 0), link_number(1));
    for (std::size_t i = bucket_slots; --i > 0;)
        seal(slot_at(*root, i));
    link(slot_at(*root, bucket_slots), link_number(2)); // beyond: not on the path any more
    link(slot_at(*next, 0), link_number(3));
    const walk done(*root);
    CHECK(done.links == numbers{1, 3});
    CHECK(done.vacant == &slot_at(*next, 1));
    CHECK(done.vacant_in == next.get());
    CHECK(done.last == next.get());
}

TEST_CASE("a walk goes on in the next table at the path's end, through a whole chain") {
    const table_owner root = make_table(geometry::of(1));
    const table_owner next = make_table(geometry::of(1));
    const table_owner third = make_table(geometry::of(3));
    REQUIRE(root->try_set_next(next.get()));
    REQUIRE(next->try_set_next(third.get()));
    fill(*root, path_slots(*root));
    fill(*next, path_slots(*next));
    const walk done(*root);
    CHECK(done.end == nullptr);
    CHECK(done.vacant == &slot_at(*third, 0));
    CHECK(done.last == third.get());
}

TEST_CASE("the last slot of a path is on it, and the one after it is not") {
    const table_owner root = make_table(geometry::of(2));
    fill(*root, path_slots(*root) - 1);
    CHECK(walk(*root).vacant == &slot_at(*root, path_slots(*root) - 1));
    link(slot_at(*root, path_slots(*root) - 1), link_number(1));
    const walk done(*root);
    CHECK(done.links == numbers{1});
    CHECK(done.end == root.get());
}

TEST_CASE("at the path's end without a next table the caller decides") {
    const table_owner root = make_table(geometry::of(1));
    const table_owner next = make_table(geometry::of(2));
    fill(*root, path_slots(*root));
    SUBCASE("to end the walk") {
        const walk done(*root);
        CHECK(done.end == root.get());
        CHECK(done.vacant == nullptr);
        CHECK(done.last == root.get());
    }
    SUBCASE("to go on in a table it makes") {
        slot *vacant = nullptr;
        const table *const last = walk_path(
            root.get(), hash, [](slot_word) { return walk_step::go_on; },
            [&](slot &at, table &) {
                vacant = &at;
                return walk_step::end;
            },
            [&](table &) { return next.get(); });
        CHECK(vacant == &slot_at(*next, 0));
        CHECK(last == next.get());
    }
}

TEST_CASE("a bucket is looked at again when its empty slot was settled meanwhile") {
    const table_owner root = make_table(geometry::of(1));
    const table_owner next = make_table(geometry::of(1));
    REQUIRE(root->try_set_next(next.get()));
    std::vector<std::uint64_t> links;
    std::vector<slot *> vacant;
    // Another thread is faster each time: with this key, with another key, with a seal.
    const table *const last = walk_path(
        root.get(), hash,
        [&](slot_word word) {
            links.push_back(word.address() / 8);
            return walk_step::go_on;
        },
        [&](slot &at, table &) {
            vacant.push_back(&at);
            switch (vacant.size()) {
            case 1:
                link(at, link_number(1));
                return walk_step::go_on;
            case 2:
                link(at, link_number(2, other_hash));
                return walk_step::go_on;
            case 3:
                seal(at);
                return walk_step::go_on;
            default:
                return walk_step::end;
            }
        },
        [](table &) -> table * { return nullptr; });
    CHECK(vacant == std::vector<slot *>{&slot_at(*root, 0), &slot_at(*root, 1), &slot_at(*root, 2),
                                        &slot_at(*next, 0)});
    CHECK(std::vector<std::uint64_t>(links.begin(), links.begin() + 1) == numbers{1});
    CHECK(last == next.get());
}

TEST_CASE("the last home's path runs through the tail and not beyond the table") {
    const table_owner root = make_table(geometry::of(2));
    constexpr std::uint64_t last_hash = ~std::uint64_t{0};
    std::size_t linked = 0;
    const table *end = nullptr;
    walk_path(
        root.get(), last_hash, [](slot_word) { return walk_step::go_on; },
        [&](slot &at, table &in) {
            CHECK(reinterpret_cast<const bucket *>(&at) < &in.bucket_at(0) + in.shape().buckets());
            link(at, link_number(1 + linked++, other_hash));
            return walk_step::go_on;
        },
        [&](table &at) -> table * {
            end = &at;
            return nullptr;
        });
    CHECK(end == root.get());
    CHECK(linked == path_slots(*root));
}

} // namespace unit_walk
