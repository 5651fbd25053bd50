// SPDX-License-Identifier: BSL-1.0

// A value that can be copied like memory on its way into the map: each cell of the table in the
// header's opening comment, and what becomes of a value that is not published.

#include <cstdint>
#include <new>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/detail/node/pending_copy.hpp>

#include "free_as_the_map.hpp"
#include "support/counted.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"

namespace unit_pending_copy {

using namespace ferry::test;
using ferry::detail::grace_epochs;
using ferry::engine::live_word;
using ferry::engine::making;
using ferry::engine::node;
using ferry::engine::node_memory;
using ferry::engine::pending_copy;
using ferry::engine::vacancy;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

struct pair_of_numbers {
    std::uint64_t one;
    std::uint64_t two;
    friend bool operator==(const pair_of_numbers &, const pair_of_numbers &) = default;
};

constexpr pair_of_numbers wanted{8, 9};

using node_type = node<counted_key, pair_of_numbers, false, true>;
using memory_type = node_memory<node_type, ledger_allocator<char>>;
using box_type = node_type::box_type;

// Two makers and a pending value that uses them. At the end everything that was made must be gone.
struct bench {
    struct key_maker {
        bench &home;
        void operator()(counted_key *place) const {
            if (home.key_throws)
                throw injected();
            ++home.keys_made;
            home.memory.construct(place, std::uint64_t{7});
        }
    };
    struct value_maker {
        bench &home;
        making operator()(pair_of_numbers *place) const {
            if (home.declines)
                return making::declined;
            if (home.throws)
                throw injected();
            ++home.values_made;
            home.memory.construct(place, wanted);
            return making::done;
        }
    };
    using pending_type = pending_copy<memory_type, node_type, key_maker, value_maker>;

    ~bench() {
        CHECK(book.blocks() == 0);
        CHECK(book.wrong() == 0);
        CHECK(counted_key::alive() == keys_before);
        CHECK(keys_made <= 1);
        CHECK(values_made <= most_values);
    }

    // Frees what a test published, as the map does.
    void free_box(value_word word) {
        free_retired_box<node_type>(memory, node_type::box_at(word.address()));
    }

    std::int64_t keys_before = counted_key::alive();
    ledger book;
    memory_type memory{ledger_allocator<char>(book)};
    int most_values = 1;
    bool declines = false;
    bool throws = false;
    bool key_throws = false;
    int keys_made = 0;
    int values_made = 0;
    key_maker make_key{*this};
    value_maker make_value{*this};
};

// A pending value, made after its bench and gone before it.
struct fixture : bench {
    pending_type pending{memory, 0, make_key, make_value};

    pair_of_numbers copied() const {
        pair_of_numbers to{};
        pending.copy(&to);
        return to;
    }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a new node of which nothing was made holds its value inside") {
    CHECK(pending.made_node() == nullptr);
    node_type *const linked = pending.as_node();
    CHECK(pending.made_node() == linked);
    CHECK(linked->state.load() == value_word::live_inline());
    CHECK(*linked->first.address() == wanted);
    CHECK(book.blocks() == 1);
    CHECK(pending.as_node() == linked);
    pending.node_published();
    free_linked(memory, linked);
}

TEST_CASE_FIXTURE(fixture, "a new node after a value was made holds a copy of it") {
    CHECK(pending.make_value() == making::done);
    CHECK(book.blocks() == 0);
    CHECK(keys_made == 0);
    node_type *const linked = pending.as_node();
    CHECK(linked->state.load() == value_word::live_inline());
    CHECK(*linked->first.address() == wanted);
    CHECK(copied() == wanted);
    CHECK(values_made == 1);
    pending.node_published();
    free_linked(memory, linked);
}

TEST_CASE_FIXTURE(fixture, "a new node after a box was made leaves the box to be freed") {
    CHECK(pending.make_value() == making::done);
    pending.in_box();
    node_type *const linked = pending.as_node();
    CHECK(linked->state.load() == value_word::live_inline());
    CHECK(*linked->first.address() == wanted);
    CHECK(book.blocks() == 2);
    pending.node_published();
    free_linked(memory, linked);
}

TEST_CASE_FIXTURE(fixture, "a value of which nothing was made is made without memory or a key") {
    CHECK(pending.make_value() == making::done);
    CHECK(pending.make_value() == making::done);
    CHECK(copied() == wanted);
    CHECK(book.attempts() == 0);
    CHECK(keys_made == 0);
}

TEST_CASE_FIXTURE(fixture, "a value after a node was made is a copy of the node's") {
    const node_type *const made = pending.as_node();
    CHECK(pending.make_value() == making::done);
    CHECK(copied() == wanted);
    CHECK(values_made == 1);
    CHECK(pending.made_node() == made); // it has the key, and goes when the operation ends
    CHECK(book.blocks() == 1);
    CHECK(pending.as_node() == made);
}

TEST_CASE_FIXTURE(fixture, "a box holds a copy, and is the same when it is needed again") {
    CHECK(pending.make_value() == making::done);
    const value_word word = pending.in_box();
    CHECK(word.state() == value_state::live_box);
    CHECK_FALSE(word.vacancy().is_some());
    CHECK(node_type::box_at(word.address())->value == wanted);
    CHECK(pending.in_box() == word);
    CHECK(book.blocks() == 1);
    pending.published(word.with(vacancy::since(5)));
    CHECK(book.blocks() == 1);
    CHECK(copied() == wanted);
    free_box(word);
}

TEST_CASE_FIXTURE(fixture, "a box that was given away is not used again") {
    CHECK(pending.make_value() == making::done);
    const value_word word = pending.in_box();
    pending.published(word);
    const value_word next = pending.in_box();
    CHECK(next != word);
    free_box(word);
}

TEST_CASE_FIXTURE(fixture, "a value in the place that was held leaves the box to be freed") {
    node_type at(value_word::dead().with(vacancy::since(0)));
    CHECK(pending.make_value() == making::done);
    pending.in_box();
    value_word seen = at.state.load();
    REQUIRE(pending.hold.take(at, seen, grace_epochs + 1));
    pending.copy(pending.hold.place());
    CHECK(*at.first.address() == wanted);
    const value_word to = pending.hold.word_after(seen, grace_epochs + 1);
    REQUIRE(at.state.try_change(seen, to));
    pending.published(to);
    CHECK(book.blocks() == 1);
    CHECK(at.state.load() == value_word::live_inline());
}

TEST_CASE("a value in a box gives back the place that was held meanwhile") {
    node_type at(value_word::dead().with(vacancy::since(0)));
    value_word word;
    bench here;
    {
        bench::pending_type pending(here.memory, 0, here.make_key, here.make_value);
        REQUIRE(pending.make_value() == making::done);
        value_word seen = at.state.load();
        REQUIRE(pending.hold.take(at, seen, grace_epochs + 1));
        word = pending.in_box();
        REQUIRE(at.state.try_change(seen, word));
        pending.published(word);
        CHECK_FALSE(at.state.load().vacancy().is_some());
    }
    CHECK(at.state.load() == word.with(vacancy::since(0)));
    here.free_box(word);
}

TEST_CASE_FIXTURE(fixture, "what is not published is freed, whatever was made of a copied value") {
    SUBCASE("nothing") {}
    SUBCASE("a node") { pending.as_node(); }
    SUBCASE("a value") { pending.make_value(); }
    SUBCASE("a box") {
        pending.make_value();
        pending.in_box();
    }
    SUBCASE("a box and then a node") {
        pending.make_value();
        pending.in_box();
        pending.as_node();
    }
    SUBCASE("a node and then a box") {
        pending.as_node();
        pending.make_value();
        pending.in_box();
    }
}

TEST_CASE_FIXTURE(fixture, "a maker of a copied value that declines leaves nothing to put") {
    declines = true;
    SUBCASE("as a node") { CHECK(pending.as_node() == nullptr); }
    SUBCASE("as a value") { CHECK(pending.make_value() == making::declined); }
    CHECK(pending.made_node() == nullptr);
    CHECK(book.blocks() == 0);
    CHECK(keys_made == 0);
}

TEST_CASE_FIXTURE(fixture, "a maker of a copied value that throws leaves nothing behind") {
    throws = true;
    SUBCASE("as a node") { CHECK_THROWS_AS(pending.as_node(), injected); }
    SUBCASE("as a value") { CHECK_THROWS_AS(pending.make_value(), injected); }
    CHECK(book.blocks() == 0);
    CHECK(keys_made == 0);
}

TEST_CASE_FIXTURE(fixture, "a key that throws leaves a copied value as it was") {
    key_throws = true;
    SUBCASE("before anything was made") {
        CHECK_THROWS_AS(pending.as_node(), injected);
        CHECK(book.blocks() == 0);
        return;
    }
    SUBCASE("after the value") { pending.make_value(); }
    SUBCASE("after a box") {
        pending.make_value();
        pending.in_box();
    }
    CHECK_THROWS_AS(pending.as_node(), injected);
    CHECK(pending.made_node() == nullptr);
    CHECK(copied() == wanted);
    key_throws = false;
    CHECK(*pending.as_node()->first.address() == wanted);
}

TEST_CASE_FIXTURE(fixture, "an allocation that fails leaves a copied value as it was") {
    SUBCASE("of a node of which nothing was made") {
        book.refuse_after(0);
        CHECK_THROWS_AS(pending.as_node(), std::bad_alloc);
        CHECK(values_made == 0);
    }
    SUBCASE("of a node after the value") {
        pending.make_value();
        book.refuse_after(0);
        CHECK_THROWS_AS(pending.as_node(), std::bad_alloc);
        CHECK(copied() == wanted);
    }
    SUBCASE("of a box") {
        pending.make_value();
        book.refuse_after(0);
        CHECK_THROWS_AS(pending.in_box(), std::bad_alloc);
        CHECK(copied() == wanted);
    }
    SUBCASE("of a box after a node") {
        pending.as_node();
        pending.make_value();
        book.refuse_after(0);
        CHECK_THROWS_AS(pending.in_box(), std::bad_alloc);
        CHECK(*pending.made_node()->first.address() == wanted);
    }
    CHECK(book.blocks() == (pending.made_node() != nullptr ? 1u : 0u));
    book.refuse_nothing();
}

namespace {

struct too_large {
    unsigned char bytes[ferry::detail::largest_copied_value + 1];
};
struct not_copied_like_memory {
    not_copied_like_memory() = default;
    not_copied_like_memory(const not_copied_like_memory &) noexcept {}
};
struct not_movable {
    not_movable() = default;
    not_movable(const not_movable &) = delete;
    not_movable &operator=(const not_movable &) = delete;
};

// It sees each construction: copying like memory would keep some from it.
template <class T>
struct watching_allocator : ledger_allocator<T> {
    template <class U, class... Args>
    void construct(U *, Args &&...);
};
template <class T>
struct watching_own_type : ledger_allocator<T> {
    void construct(T *, const T &);
};

template <class T>
struct watching_moves : ledger_allocator<T> {
    void construct(T *, T &&);
};

template <class T, class Allocator = ledger_allocator<T>>
constexpr bool reuses = ferry::engine::copied_like_memory<T, Allocator>;

} // namespace

TEST_CASE("a copied value that was forgotten is made again") {
    enum class wanted_then { declined, value, node };
    // Loops, as doctest does not try each subcase of one group with each of the next.
    for (const bool value_before : {false, true})
        for (const bool node_before : {false, true})
            for (const auto then : {wanted_then::declined, wanted_then::value, wanted_then::node}) {
                fixture at;
                at.most_values = 2;
                bench::pending_type &pending = at.pending;
                if (value_before)
                    CHECK(pending.make_value() == making::done);
                if (node_before)
                    CHECK(pending.as_node() != nullptr);
                const node_type *const made = pending.made_node();
                const int before = at.values_made;
                pending.forget_value();
                CHECK(pending.made_node() == made);
                switch (then) {
                case wanted_then::declined:
                    at.declines = true;
                    CHECK(pending.make_value() == making::declined);
                    CHECK(pending.as_node() == nullptr);
                    break;
                case wanted_then::value:
                    CHECK(pending.make_value() == making::done);
                    CHECK(at.copied() == wanted);
                    CHECK(at.values_made == before + 1);
                    break;
                case wanted_then::node:
                    node_type *const node = pending.as_node();
                    CHECK((made == nullptr || node == made));
                    CHECK(*node->first.address() == wanted);
                    CHECK(at.values_made == before + 1);
                    break;
                }
            }
}

TEST_CASE("places are used again for small values that can be copied like memory, and no others") {
    static_assert(reuses<int> && reuses<pair_of_numbers> && reuses<const char *>);
    static_assert(!reuses<too_large> && !reuses<not_copied_like_memory> && !reuses<not_movable>);
    static_assert(!reuses<counted_value> && !reuses<ferry::engine::no_value>);
    static_assert(!reuses<int, watching_allocator<int>>);
    static_assert(!reuses<int, watching_own_type<int>>);
    // As a map has it: values are constructed by what the allocator is rebound to.
    static_assert(!reuses<int, watching_own_type<std::pair<const int, int>>>);
    static_assert(!reuses<int, watching_moves<std::pair<const int, int>>>);
    static_assert(reuses<int, ledger_allocator<std::pair<const int, int>>>);
}

} // namespace unit_pending_copy
