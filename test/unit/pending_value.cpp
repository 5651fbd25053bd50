// SPDX-License-Identifier: BSL-1.0

// A value on its way into the map: each cell of the table in the header's opening comment, and
// what becomes of a value that is not published.

#include <cstdint>
#include <new>

#include <doctest/doctest.h>
#include <ferry/detail/node/pending_value.hpp>

#include "free_as_the_map.hpp"
#include "support/counted.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"

namespace unit_pending_value {

using namespace ferry::test;
using ferry::engine::making;
using ferry::engine::no_value;
using ferry::engine::node;
using ferry::engine::node_memory;
using ferry::engine::pending_value;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

using node_type = node<counted_key, counted_value, false>;
using memory_type = node_memory<node_type, ledger_allocator<char>>;

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
        making operator()(counted_value *place) const {
            if (home.declines)
                return making::declined;
            if (home.throws)
                throw injected();
            ++home.values_made;
            home.memory.construct(place, std::uint64_t{8});
            return making::done;
        }
    };
    using pending_type = pending_value<memory_type, node_type, key_maker, value_maker>;

    ~bench() {
        CHECK(book.blocks() == 0);
        CHECK(book.wrong() == 0);
        CHECK(counted_key::alive() == keys_before);
        CHECK(counted_value::alive() == values_before);
        CHECK(keys_made <= 1);
        CHECK(values_made <= most_values);
    }

    // Frees what a test published, as the map does.
    void free_linked(node_type *linked) { ferry::test::free_linked(memory, linked); }
    void free_box(value_word word) {
        free_retired_box<node_type>(memory, node_type::box_at(word.address()));
    }

    std::int64_t keys_before = counted_key::alive();
    std::int64_t values_before = counted_value::alive();
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

} // namespace

TEST_CASE("a new node of which nothing was made holds its first value inside") {
    bench at;
    node_type *node = nullptr;
    {
        bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
        CHECK(pending.made_node() == nullptr);
        node = pending.as_node();
        CHECK(pending.made_node() == node);
        CHECK(node->state.load() == value_word::live_inline());
        CHECK(node->value_at(node->state.load())->number() == 8);
        CHECK(at.book.blocks() == 1);
        pending.node_published();
    }
    CHECK(at.book.blocks() == 1);
    at.free_linked(node);
}

TEST_CASE("a value for a known key of which nothing was made is in a box, without a node") {
    bench at;
    value_word word;
    {
        bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
        word = pending.as_value();
        CHECK(word.state() == value_state::live_box);
        CHECK(node_type::box_at(word.address())->value.number() == 8);
        CHECK(at.keys_made == 0);
        pending.published(word);
    }
    CHECK(at.book.blocks() == 1);
    at.free_box(word);
}

TEST_CASE("a box that was made is kept when it is needed again as a value") {
    bench at;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    const value_word first = pending.as_value();
    CHECK(pending.as_value() == first);
    CHECK(at.book.blocks() == 1);
}

TEST_CASE("a box that was made becomes the value of a new node around it") {
    bench at;
    node_type *node = nullptr;
    {
        bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
        const value_word word = pending.as_value();
        node = pending.as_node();
        CHECK(node->state.load() == word);
        CHECK(at.book.blocks() == 2);
        pending.node_published();
    }
    CHECK(at.book.blocks() == 2);
    // The place inside was never used: the node's own end frees the memory.
    at.free_linked(node);
}

TEST_CASE("a node around a box gives the box away when a value is needed after all") {
    bench at;
    value_word word;
    {
        bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
        word = pending.as_value();
        pending.as_node();
        CHECK(pending.as_value() == word);
        pending.published(word);
    }
    CHECK(at.book.blocks() == 1);
    CHECK(node_type::box_at(word.address())->value.intact());
    at.free_box(word);
}

TEST_CASE("a node that was made is kept when a node is needed again") {
    bench at;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    node_type *const node = pending.as_node();
    CHECK(pending.as_node() == node);
    CHECK(at.book.blocks() == 1);
}

TEST_CASE("a node that was made serves as a spare when a value is needed") {
    bench at;
    node_type *node = nullptr;
    {
        bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
        node = pending.as_node();
        const value_word word = pending.as_value();
        CHECK(word.state() == value_state::live_spare);
        CHECK(node_type::at(word.address()) == node);
        SUBCASE("and is given away as one") { pending.published(word); }
        SUBCASE("and is a node once more when that is needed after all") {
            CHECK(pending.as_node() == node);
            CHECK(node->state.load() == value_word::live_inline());
            pending.node_published();
        }
    }
    CHECK(at.book.blocks() == 1);
    free_retired_spare(at.memory, node);
}

TEST_CASE("what is not published is freed, whatever was made") {
    bench at;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    SUBCASE("nothing") {}
    SUBCASE("a node") { pending.as_node(); }
    SUBCASE("a box") { pending.as_value(); }
    SUBCASE("a box and a node around it") {
        pending.as_value();
        pending.as_node();
    }
    SUBCASE("a node that was to be a spare") {
        pending.as_node();
        pending.as_value();
    }
}

TEST_CASE("a maker that declines leaves nothing to put") {
    bench at;
    at.declines = true;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    SUBCASE("as a node") { CHECK(pending.as_node() == nullptr); }
    SUBCASE("as a value") {
        CHECK(pending.as_value().bits() == 0);
        CHECK(at.book.blocks() == 0);
    }
}

TEST_CASE("a maker that throws leaves nothing behind") {
    bench at;
    at.throws = true;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    SUBCASE("as a node") { CHECK_THROWS_AS(pending.as_node(), injected); }
    SUBCASE("as a value") { CHECK_THROWS_AS(pending.as_value(), injected); }
}

TEST_CASE("a key that throws leaves nothing behind, whatever was made before") {
    bench at;
    at.key_throws = true;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    SUBCASE("nothing") {}
    SUBCASE("a box") { pending.as_value(); }
    CHECK_THROWS_AS(pending.as_node(), injected);
}

TEST_CASE("an allocation that fails leaves nothing behind") {
    bench at;
    bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
    SUBCASE("of the node") {
        at.book.refuse_after(0);
        CHECK_THROWS_AS(pending.as_node(), std::bad_alloc);
    }
    SUBCASE("of the box") {
        at.book.refuse_after(0);
        CHECK_THROWS_AS(pending.as_value(), std::bad_alloc);
    }
    SUBCASE("of the node around a box") {
        at.book.refuse_after(1);
        pending.as_value();
        CHECK_THROWS_AS(pending.as_node(), std::bad_alloc);
    }
    at.book.refuse_nothing();
}

TEST_CASE("a set's value is the same word whether or not a node was made") {
    using set_node = node<counted_key, no_value, false>;
    const std::int64_t before = counted_key::alive();
    ledger book;
    node_memory<set_node, ledger_allocator<char>> memory{ledger_allocator<char>(book)};
    auto make_key = [&](counted_key *place) { memory.construct(place, std::uint64_t{7}); };
    auto make_value = [](no_value *) {};
    {
        pending_value<decltype(memory), set_node, decltype(make_key), decltype(make_value)> pending(
            memory, 0, make_key, make_value);
        CHECK(pending.as_value() == value_word::live_inline());
        CHECK(book.blocks() == 0);
        CHECK(pending.as_node()->state.load() == value_word::live_inline());
        CHECK(pending.as_value() == value_word::live_inline());
        pending.published(value_word::live_inline());
    }
    CHECK(book.blocks() == 0);
    CHECK(counted_key::alive() == before);
}

namespace {

// What was made before the value was forgotten, and what is wanted of it afterwards. Loops, as
// doctest does not try each subcase of one group with each of the next.
enum class made_before { nothing, box, node, node_around_box };
enum class wanted_then {
    nothing,
    declined,
    throws,
    forgotten_again,
    value,
    node,
    node_after_value
};

bench::pending_type &make_before(bench::pending_type &pending, made_before what) {
    if (what == made_before::box || what == made_before::node_around_box)
        CHECK(pending.make_value() == making::done);
    if (what == made_before::node || what == made_before::node_around_box)
        CHECK(pending.as_node() != nullptr);
    return pending;
}

void want_then(bench &at, bench::pending_type &pending, wanted_then what, freed_first first) {
    const node_type *const made = pending.made_node();
    switch (what) {
    case wanted_then::nothing:
        return;
    case wanted_then::declined:
        at.declines = true;
        CHECK(pending.make_value() == making::declined);
        CHECK(pending.as_node() == nullptr);
        return;
    case wanted_then::throws:
        at.throws = true;
        CHECK_THROWS_AS(pending.make_value(), injected);
        return;
    case wanted_then::forgotten_again:
        CHECK(pending.make_value() == making::done);
        pending.forget_value();
        return;
    case wanted_then::value: {
        const value_word word = pending.as_value();
        CHECK(word.state() == value_state::live_box);
        pending.published(word);
        at.free_box(word);
        return;
    }
    case wanted_then::node_after_value:
        CHECK(pending.make_value() == making::done);
        [[fallthrough]];
    case wanted_then::node: {
        node_type *const node = pending.as_node();
        CHECK((made == nullptr || node == made));
        CHECK(node->value_at(node->state.load())->number() == 8);
        pending.node_published();
        free_linked(at.memory, node, first);
        return;
    }
    }
}

} // namespace

TEST_CASE("a value that was forgotten is made again, whatever had been made of it") {
    for (const made_before before :
         {made_before::nothing, made_before::box, made_before::node, made_before::node_around_box})
        for (const wanted_then then :
             {wanted_then::nothing, wanted_then::declined, wanted_then::throws,
              wanted_then::forgotten_again, wanted_then::value, wanted_then::node,
              wanted_then::node_after_value})
            for (const freed_first first : {freed_first::value, freed_first::node}) {
                INFO("made before: ", static_cast<int>(before),
                     ", wanted then: ", static_cast<int>(then));
                bench at;
                at.most_values = 2;
                bench::pending_type pending(at.memory, 0, at.make_key, at.make_value);
                const node_type *const made = make_before(pending, before).made_node();
                pending.forget_value();
                CHECK(counted_value::alive() == at.values_before);
                CHECK(pending.made_node() == made);
                want_then(at, pending, then, first);
            }
}

} // namespace unit_pending_value
