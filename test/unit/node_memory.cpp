// SPDX-License-Identifier: BSL-1.0

// Making and freeing nodes and boxes: what throws leaves nothing, and all goes back to the user's
// allocator.

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/detail/entry/node_memory.hpp>

#include "support/counted.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"

using namespace ferry::test;
using ferry::engine::node;
using ferry::engine::node_memory;

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

} // namespace

TEST_CASE("a node is made with its key and its hash and without a value") {
    const balance before;
    ledger book;
    memory_type memory{ledger_allocator<char>(book)};
    node_type *const made = memory.make_node(
        0x1234, [&](counted_key *place) { memory.construct(place, std::uint64_t{7}); });
    CHECK(made->key.number() == 7);
    CHECK(made->hash.value == 0x1234);
    CHECK(made->state.load() == ferry::engine::value_word::live_inline());
    CHECK(book.blocks() == 1);
    CHECK(book.bytes() == sizeof(node_type));
    memory.free_node(made);
    CHECK(book.blocks() == 0);
    CHECK(before.holds());
}

TEST_CASE("a spare node is freed with its first value, a box with its value") {
    const balance before;
    ledger book;
    memory_type memory{ledger_allocator<char>(book)};
    node_type *const spare =
        memory.make_node(0, [&](counted_key *place) { memory.construct(place, std::uint64_t{7}); });
    memory.construct(spare->first.address(), std::uint64_t{8});
    auto *const boxed = memory.make_box();
    memory.construct_from(&boxed->value, [] { return counted_value(9); });
    CHECK(boxed->value.intact());
    CHECK(book.blocks() == 2);
    memory.free_spare(spare);
    memory.free_box(boxed);
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
    CHECK(before.holds());
}

TEST_CASE("a key whose constructor throws leaves no node") {
    ledger book;
    memory_type memory{ledger_allocator<char>(book)};
    CHECK_THROWS_AS(memory.make_node(0, [](counted_key *) { throw injected(); }), injected);
    CHECK(book.attempts() == 1);
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
}

TEST_CASE("an allocator that refuses makes no node and no box, and no key") {
    ledger book;
    book.refuse_after(0);
    memory_type memory{ledger_allocator<char>(book)};
    bool called = false;
    CHECK_THROWS_AS(memory.make_node(0, [&](counted_key *) { called = true; }), std::bad_alloc);
    CHECK_THROWS_AS(static_cast<void>(memory.make_box()), std::bad_alloc);
    CHECK_FALSE(called);
    CHECK(book.blocks() == 0);
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
    auto *const boxed = memory.make_box();
    memory.construct_from(&boxed->value, [] { return std::string("made by a function"); });
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
    auto *const boxed = memory.make_box();
    memory.construct_from(&boxed->value, [] { return fixed(7); });
    CHECK(boxed->value.number == 7);
    memory.free_box(boxed);
}
