// SPDX-License-Identifier: BSL-1.0

// The layout of nodes and boxes, and the end of a node whose value is retired by itself.

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <ferry/detail/node/node.hpp>
#include <ferry/detail/node/tables.hpp>

namespace unit_node {

using ferry::detail::retired_item;
using ferry::detail::retired_kind;
using ferry::engine::box;
using ferry::engine::live_word;
using ferry::engine::no_value;
using ferry::engine::node;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

using small_node = node<std::uint64_t, std::uint64_t, false>;
using set_node = node<std::uint64_t, no_value, false>;
using rich_node = node<std::string, std::string, true>;

} // namespace

TEST_CASE("a node has no byte that its types do not need") {
    static_assert(sizeof(small_node) == 24);
    static_assert(sizeof(node<std::uint64_t, std::uint64_t, true>) == 32, "with the hash");
    static_assert(sizeof(node<std::uint64_t, no_value, true>) == 24, "with the hash");
    static_assert(sizeof(node<std::uint32_t, std::uint32_t, false>) == 16);
    static_assert(sizeof(set_node) == 16);
    static_assert(sizeof(node<std::uint64_t, std::string, false>) == 24 + sizeof(std::string),
                  "with the parts' link");
    static_assert(sizeof(rich_node) == 24 + 2 * sizeof(std::string));
    static_assert(sizeof(box<std::uint64_t>) == 16);
    static_assert(sizeof(node<ferry::inline_string, std::uint64_t, true>) == 32,
                  "with the hash and the number of characters");
    static_assert(sizeof(node<ferry::inline_string, no_value, true>) == 24);
}

TEST_CASE("what a node keeps follows from its types") {
    static_assert(!small_node::retires_value && !small_node::keeps_hash);
    static_assert(!set_node::retires_value);
    static_assert(rich_node::retires_value && rich_node::keeps_hash);
}

TEST_CASE_TEMPLATE("characters follow their node, and its value stands before them", T,
                   std::uint16_t, std::uint64_t, std::array<char, 100>, std::string) {
    using text_node = node<ferry::inline_string, T, true>;
    alignas(text_node) std::byte memory[sizeof(text_node) + 10];
    auto *const made = ::new (static_cast<void *>(memory))
        text_node(value_word::live_inline(), std::string_view("characters"));
    CHECK(made->shown_key() == "characters");
    const char *const first = made->shown_key().data();
    CHECK(first == reinterpret_cast<const char *>(made + 1));
    CHECK(reinterpret_cast<const char *>(made->first.address() + 1) < first);
}

TEST_CASE("nodes and boxes are found again from the links inside them") {
    rich_node rich(value_word::live_inline());
    CHECK(rich_node::of_state_link(rich.state.link()) == &rich);
    CHECK(rich_node::of_value_link(rich.parts.word) == &rich);
    small_node small(value_word::live_inline());
    CHECK(small_node::of_state_link(small.state.link()) == &small);
    set_node of_set(value_word::live_inline());
    CHECK(set_node::of_state_link(of_set.state.link()) == &of_set);
    box<std::string> boxed;
    CHECK(rich_node::of_box_link(boxed.link) == &boxed);
}

TEST_CASE("a state leads to the value it stands for") {
    small_node self(value_word::live_inline());
    small_node spare(value_word::live_inline());
    box<std::uint64_t> boxed;
    CHECK(self.value_at(value_word::live_inline()) == self.first.address());
    CHECK(self.value_at(live_word(value_state::live_box, &boxed)) == &boxed.value);
    CHECK(self.value_at(live_word(value_state::live_spare, &spare)) == spare.first.address());
}

TEST_CASE("of value and node the one that goes last frees the memory") {
    SUBCASE("the value first") {
        rich_node of(value_word::live_inline());
        CHECK_FALSE(of.parts.part_gone(of.parts.value_gone));
        CHECK(of.parts.part_gone(of.parts.node_gone));
    }
    SUBCASE("the node first") {
        rich_node of(value_word::live_inline());
        CHECK_FALSE(of.parts.part_gone(of.parts.node_gone));
        CHECK(of.parts.part_gone(of.parts.value_gone));
    }
}

TEST_CASE("a value's garbage link keeps the flag that its node is gone") {
    rich_node of(value_word::live_inline());
    const retired_item value(of.parts.word, ferry::engine::retired::value);
    CHECK_FALSE(of.parts.part_gone(of.parts.node_gone));
    box<std::string> boxed;
    const retired_item next(boxed.link, ferry::engine::retired::box);
    value.set_next(next);
    CHECK(value.next().bits() == next.bits());
    CHECK(of.parts.part_gone(of.parts.value_gone));
    CHECK(value.next().bits() == next.bits());
}

} // namespace unit_node
