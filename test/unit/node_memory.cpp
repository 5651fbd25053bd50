// SPDX-License-Identifier: BSL-1.0

// Making and freeing nodes and boxes: what throws leaves nothing, and all goes back to the user's
// allocator.

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/detail/node/node_memory.hpp>

#include "child.hpp"
#include "free_as_the_map.hpp"
#include "support/counted.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"
#include "support/scale.hpp"

namespace unit_node_memory {

using namespace ferry::test;
using ferry::engine::live_word;
using ferry::engine::making;
using ferry::engine::node;
using ferry::engine::node_memory;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

using node_type = node<counted_key, counted_value, true>;
using memory_type = node_memory<node_type, ledger_allocator<char>>;

// What is alive before and after must be the same; other tests count the same types.
class balance {
public:
    bool holds() const {
        return counted_key::alive() == keys_ && counted_value::alive() == values_ &&
               counted_key::damaged() == 0 && counted_value::damaged() == 0;
    }

private:
    std::int64_t keys_ = counted_key::alive();
    std::int64_t values_ = counted_value::alive();
};

struct fixture {
    // A maker of keys and one of values, each of one number.
    auto key_maker() {
        return [this](counted_key *place) { memory.construct(place, std::uint64_t{7}); };
    }
    auto value_maker() {
        return [this](counted_value *place) { memory.construct(place, std::uint64_t{8}); };
    }

    // Nothing is left but what the ledger says.
    bool nothing_left() const { return before.holds() && book.blocks() == 0 && book.wrong() == 0; }

    balance before;
    ledger book;
    memory_type memory{ledger_allocator<char>(book)};
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a node is made with its key, its hash and its first value") {
    node_type *const made =
        memory.make_node(0x1234, key_maker(), value_word::live_inline(), value_maker());
    CHECK(made->key.number() == 7);
    CHECK(made->first.address()->number() == 8);
    CHECK(made->hash.value == 0x1234);
    CHECK(made->state.load() == value_word::live_inline());
    CHECK(book.blocks() == 1);
    CHECK(book.bytes() == sizeof(node_type));
    memory.free_spare(made);
    CHECK(nothing_left());
}

TEST_CASE_FIXTURE(fixture, "a node around a box has no first value to wait for") {
    auto *const box = memory.make_box(value_maker());
    CHECK(box->value.intact());
    const value_word word = live_word(value_state::live_box, box);
    node_type *const made = memory.make_node(0, key_maker(), word, [](counted_value *) {});
    CHECK(made->state.load() == word);
    CHECK(book.blocks() == 2);
    // Without a first value that goes as well.
    free_linked(memory, made);
    CHECK(nothing_left());
}

TEST_CASE_FIXTURE(fixture, "the value is made before the key, which may be what it is made of") {
    bool has_value = false;
    node_type *const made = memory.make_node(
        0,
        [&](counted_key *place) {
            CHECK(has_value);
            key_maker()(place);
        },
        value_word::live_inline(),
        [&](counted_value *place) {
            value_maker()(place);
            has_value = true;
        });
    memory.free_spare(made);
}

TEST_CASE_FIXTURE(fixture, "a value that is not made makes no node and no box, and no key") {
    const auto declines = [](counted_value *) { return making::declined; };
    bool key_made = false;
    CHECK(memory.make_node(
              0, [&](counted_key *) { key_made = true; }, value_word::live_inline(), declines) ==
          nullptr);
    CHECK(memory.make_box(declines) == nullptr);
    CHECK_FALSE(key_made);
    CHECK(nothing_left());
}

TEST_CASE_FIXTURE(fixture, "a constructor that throws leaves nothing") {
    const auto throws = [](auto *) { throw injected(); };
    SUBCASE("of the key of a node") {
        CHECK_THROWS_AS(memory.make_node(0, throws, value_word::live_inline(), value_maker()),
                        injected);
    }
    SUBCASE("of the first value") {
        CHECK_THROWS_AS(memory.make_node(0, key_maker(), value_word::live_inline(), throws),
                        injected);
    }
    SUBCASE("of the value in a box") { CHECK_THROWS_AS(memory.make_box(throws), injected); }
    CHECK(book.attempts() == 1);
    CHECK(nothing_left());
}

TEST_CASE_FIXTURE(fixture, "the key of a node around a box may throw: the box is its owner's") {
    auto *const box = memory.make_box(value_maker());
    CHECK_THROWS_AS(memory.make_node(
                        0, [](counted_key *) { throw injected(); },
                        live_word(value_state::live_box, box), [](auto *) {}),
                    injected);
    CHECK(box->value.intact());
    memory.free_box(box);
    CHECK(nothing_left());
}

TEST_CASE_FIXTURE(fixture, "an allocator that refuses makes no node and no box") {
    book.refuse_after(0);
    CHECK_THROWS_AS(memory.make_node(0, key_maker(), value_word::live_inline(), value_maker()),
                    std::bad_alloc);
    CHECK_THROWS_AS(static_cast<void>(memory.make_box(value_maker())), std::bad_alloc);
    CHECK(nothing_left());
}

namespace {

// Sees to the construction of its elements, as std::pmr's does for types that use allocators.
template <class T>
struct constructing_allocator {
    using value_type = T;

    constructing_allocator() = default;
    template <class U>
    constructing_allocator(const constructing_allocator<U> &) noexcept {}

    T *allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
    void deallocate(T *place, std::size_t n) { std::allocator<T>().deallocate(place, n); }

    template <class U, class... Args>
    void construct(U *place, Args &&...args) {
        ::new (static_cast<void *>(place)) U(std::forward<Args>(args)...);
        ++constructed;
    }
    template <class U>
    void destroy(U *object) {
        object->~U();
        --constructed;
    }

    inline static int constructed = 0;

    template <class U>
    friend bool operator==(const constructing_allocator &,
                           const constructing_allocator<U> &) noexcept {
        return true;
    }
};

} // namespace

TEST_CASE("an allocator that constructs sees every construction and destruction") {
    using string_node = node<int, std::string, false>;
    node_memory<string_node, constructing_allocator<char>> memory{constructing_allocator<char>()};
    auto &count = constructing_allocator<std::string>::constructed;
    auto *const boxed = memory.make_box([&](std::string *place) {
        memory.construct_from(place, [] { return std::string("made by a function"); });
    });
    CHECK(count == 1);
    memory.free_box(boxed);
    CHECK(count == 0);
}

TEST_CASE("a value that cannot be moved is made in place from a function's result") {
    struct fixed {
        explicit fixed(int made_of) : number(made_of) {}
        fixed(const fixed &) = delete;
        fixed &operator=(const fixed &) = delete;
        int number;
    };
    node_memory<node<int, fixed, false>, std::allocator<char>> memory{std::allocator<char>()};
    auto *const boxed = memory.make_box(
        [&](fixed *place) { memory.construct_from(place, [] { return fixed(7); }); });
    CHECK(boxed->value.number == 7);
    memory.free_box(boxed);
}

TEST_CASE("a ledger with blocks that were not freed ends the program" * doctest::skip(under_tsan)) {
    const child_end end = run_in_child([] {
        static_cast<void>(ledger().allocate(8, 8));
        return 0;
    });
    CHECK(end.aborted);
    CHECK(end.said.find("1 blocks were not freed") != end.said.npos);
}

} // namespace unit_node_memory
