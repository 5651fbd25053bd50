// SPDX-License-Identifier: BSL-1.0

// The memory of nodes that hold characters: it goes back as it came, whatever happens to a node.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/inline_string.hpp>
#include <ferry/unusable_address.hpp>

#include "support/counted.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"
#include "support/maps.hpp"

namespace api_inline_string_memory {

using namespace ferry::test;

namespace {

template <class T, template <class> class Allocator>
using string_map_with =
    ferry::concurrent_map<ferry::inline_string, T, ferry::hash<ferry::inline_string>,
                          std::equal_to<>, Allocator<std::pair<const std::string_view, T>>>;

template <class T>
using booked_string_map = string_map_with<T, ledger_allocator>;

template <class T>
booked_string_map<T> made(ledger &book, ferry::options how = {}) {
    return booked_string_map<T>(how, {}, {}, typename booked_string_map<T>::allocator_type(book));
}

// Not all of the same size, and none in a short string's place.
std::string long_key_of(std::uint64_t number) {
    return std::string(16 + number % 90, 'k') + std::to_string(number);
}

struct alignas(64) wide {
    std::uint64_t number;
    friend bool operator==(const wide &, const wide &) = default;
};

// A value made of a number.
template <class T>
T value_of(std::uint64_t number) {
    return T{number};
}

} // namespace

TEST_CASE("a node takes its key's characters and at most its alignment beside its parts") {
    for (std::size_t length = 0; length < 200; ++length) {
        ledger book;
        auto map = made<std::uint64_t>(book);
        map.insert(std::string(length, 'x'), 1);
        CHECK(book.blocks() == 1);
        CHECK(book.bytes() == (32 + length + 7) / 8 * 8);
    }
}

TEST_CASE_TEMPLATE("all that was allocated goes back with the same size and alignment", T,
                   std::uint64_t, counted_value, wide) {
    ledger book;
    for (const bool drops : {false, true}) {
        auto map = made<T>(book, {.drop_on_erase = drops});
        std::mt19937_64 random(7);
        for (int step = 0; step < 30'000; ++step) {
            const std::uint64_t number = random() % 3000;
            const std::string key = long_key_of(number);
            switch (random() % 6) {
            case 0:
                map.try_emplace(key, value_of<T>(number));
                break;
            case 1:
                map.insert_or_assign(key, value_of<T>(number));
                break;
            case 2:
            case 3:
                map.erase(key);
                break;
            case 4:
                map.compute(key, [&](const T *value) {
                    return value != nullptr ? std::nullopt : std::optional(value_of<T>(number));
                });
                break;
            default: {
                const auto found = map.find(key);
                REQUIRE((!found || (*found == value_of<T>(number) && found.key() == key)));
            }
            }
        }
        map.shrink_to_fit();
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("a value of great alignment stands where it should, before the characters") {
    ledger book;
    auto map = made<wide>(book);
    for (std::uint64_t i = 0; i < 100; ++i) {
        map.try_emplace(long_key_of(i), wide{i});
        const auto found = map.find(long_key_of(i));
        CHECK(reinterpret_cast<std::uintptr_t>(&*found) % 64 == 0);
        CHECK(found.key() == long_key_of(i));
    }
}

TEST_CASE("a node that was made for a key that came meanwhile goes back, or serves as a box") {
    ledger book;
    for (const bool erased : {false, true}) {
        auto map = made<counted_value>(book);
        const std::string key = long_key_of(77);
        const auto [handle, inserted] = map.get_or_emplace_with(key, [&] {
            map.try_emplace(key, 1u);
            if (erased)
                map.erase(key);
            return counted_value(2);
        });
        CHECK(inserted == erased);
        CHECK(handle->number() == (erased ? 2 : 1));
        CHECK(handle.key() == key);
        CHECK(map.size() == 1);
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
    CHECK(counted_value::alive() == 0);
}

TEST_CASE_TEMPLATE("a string that gets no memory is not in the map", T, std::uint64_t,
                   counted_value) {
    ledger book;
    auto map = made<T>(book);
    map.insert("present", value_of<T>(1));
    const auto before = book.bytes();
    book.refuse_after(0);
    CHECK_THROWS_AS(map.try_emplace(long_key_of(1), 2u), std::bad_alloc);
    CHECK_THROWS_AS(map.insert_or_assign(long_key_of(1), value_of<T>(2)), std::bad_alloc);
    CHECK_THROWS_AS(map.compute(long_key_of(1), [](const T *) { return value_of<T>(2); }),
                    std::bad_alloc);
    CHECK(book.bytes() == before);
    CHECK(map.size() == 1);
    CHECK(map.erase("present") == 1);
    book.refuse_nothing();
    CHECK(map.try_emplace(long_key_of(1), 2u));
}

TEST_CASE("a value that is not made leaves no characters behind") {
    ledger book;
    auto map = made<counted_value>(book);
    CHECK_THROWS_AS(
        map.get_or_emplace_with(long_key_of(1), []() -> counted_value { throw injected(); }),
        injected);
    CHECK(map.compute(long_key_of(2), [](const counted_value *) -> std::optional<counted_value> {
        return std::nullopt;
    }) == ferry::compute_result::unchanged);
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
    CHECK(map.empty());
}

namespace {

// Returns addresses that a slot cannot hold, and takes them back.
template <class T>
struct tagging_allocator {
    using value_type = T;
    static constexpr std::uintptr_t tag = std::uintptr_t{0xb4} << 56;

    tagging_allocator() = default;
    template <class U>
    tagging_allocator(const tagging_allocator<U> &) noexcept {}

    T *allocate(std::size_t n) {
        taken += n * sizeof(T);
        T *const place = std::allocator<T>().allocate(n);
        return reinterpret_cast<T *>(reinterpret_cast<std::uintptr_t>(place) ^ tag);
    }
    void deallocate(T *place, std::size_t n) noexcept {
        back += n * sizeof(T);
        place = reinterpret_cast<T *>(reinterpret_cast<std::uintptr_t>(place) ^ tag);
        std::allocator<T>().deallocate(place, n);
    }

    template <class U>
    friend bool operator==(const tagging_allocator &, const tagging_allocator<U> &) noexcept {
        return true;
    }

    inline static std::size_t taken = 0;
    inline static std::size_t back = 0;
};

} // namespace

TEST_CASE("memory of a string at an address that a slot cannot hold goes back") {
    string_map_with<int, tagging_allocator> map;
    CHECK_THROWS_AS(map.insert("a string of some characters more than others", 1),
                    ferry::unusable_address);
    using bytes = tagging_allocator<ferry::engine::aligned_unit<8>>;
    CHECK(bytes::taken == 80);
    CHECK(bytes::back == 80);
    CHECK(map.empty());
}

TEST_CASE("strings and their values come from a memory resource") {
    std::pmr::synchronized_pool_resource pool;
    ferry::pmr::concurrent_map<ferry::inline_string, int> map(&pool);
    for (int i = 0; i < 1000; ++i)
        map.insert(long_key_of(static_cast<std::uint64_t>(i)), i);
    CHECK(map.get(long_key_of(999)) == 999);
    ferry::pmr::concurrent_set<ferry::inline_string> set(&pool);
    CHECK(set.insert(long_key_of(1)));
}

} // namespace api_inline_string_memory
