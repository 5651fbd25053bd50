// SPDX-License-Identifier: BSL-1.0

// A retired thing as one word, and the lists that such words make.

#include <cstdint>

#include <doctest/doctest.h>
#include <ferry/detail/node/tables.hpp>
#include <ferry/detail/reclaim/retired_item.hpp>

namespace unit_retired_item {

using ferry::detail::link_word;
using ferry::detail::relaxed;
using ferry::detail::retired_item;
using ferry::detail::retired_kind;

namespace {

constexpr retired_kind kinds[] = {
    ferry::engine::retired::box,        ferry::engine::retired::spare,
    ferry::engine::retired::value,      ferry::engine::retired::node,
    ferry::engine::retired::node_again, ferry::engine::retired::table};

} // namespace

TEST_CASE("a retired item gives back its kind and its link") {
    link_word link{0};
    for (const retired_kind kind : kinds) {
        const retired_item item(link, kind);
        CHECK(item);
        CHECK(item.kind() == kind);
        CHECK(&item.link() == &link);
        CHECK(retired_item::from_bits(item.bits()).bits() == item.bits());
    }
    CHECK_FALSE(retired_item());
}

TEST_CASE("setting the next item keeps the low byte of the link word") {
    link_word other{0};
    for (const retired_kind kind : kinds) {
        for (const retired_kind next_kind : kinds) {
            link_word link{0xab};
            const retired_item item(link, kind);
            const retired_item next(other, next_kind);
            item.set_next(next);
            CHECK(item.next().bits() == next.bits());
            CHECK((link.load(relaxed) & 0xff) == 0xab);
            item.set_next({});
            CHECK_FALSE(item.next());
            CHECK(link.load(relaxed) == 0xab);
        }
    }
}

TEST_CASE("an item at the highest address survives being a next item") {
    const auto highest =
        retired_item::from_bits(((std::uint64_t{1} << 48) - 8) | static_cast<unsigned>(kinds[5]));
    link_word link{0};
    const retired_item item(link, ferry::engine::retired::box);
    item.set_next(highest);
    CHECK(item.next().bits() == highest.bits());
    CHECK(item.next().kind() == ferry::engine::retired::table);
}

} // namespace unit_retired_item
