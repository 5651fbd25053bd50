// SPDX-License-Identifier: BSL-1.0

// The map's allocator: everything comes from it and goes back, and it may fail.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/unusable_address.hpp>

#include "support/counted.hpp"
#include "support/ledger.hpp"
#include "support/maps.hpp"

namespace api_allocators {

using namespace ferry::test;

namespace {

using allocator = ledger_allocator<std::pair<const int, counted_value>>;
using booked_map =
    ferry::concurrent_map<int, counted_value, ferry::hash<int>, std::equal_to<>, allocator>;

booked_map made(ledger &book) { return booked_map(0, {}, {}, allocator(book)); }

} // namespace

TEST_CASE("nodes and values come from the map's allocator") {
    ledger book;
    booked_map map = made(book);
    const auto before = book.bytes();
    for (int i = 0; i < 100; ++i)
        map.try_emplace(i, 1u);
    CHECK(book.bytes() >= before + 100 * sizeof(counted_value));
    const auto attempts = book.attempts();
    map.insert_or_assign(1, counted_value(2));
    CHECK(book.attempts() > attempts);
}

TEST_CASE("everything allocated is deallocated, with the same size and alignment") {
    ledger book;
    {
        booked_map map = made(book);
        for (unsigned round = 0; round < 5; ++round) {
            for (int i = 0; i < 2000; ++i) {
                map.try_emplace(i, round);
                map.insert_or_assign(i, counted_value(round + 1));
                if (i % 2 == 0)
                    map.erase(i);
                map.compute(i, [](const counted_value *value) {
                    return value != nullptr ? std::nullopt : std::optional(counted_value(9));
                });
            }
            map.erase_if([](const int &key, const counted_value &) { return key % 3 == 0; });
        }
        map.shrink_to_fit();
    }
    CHECK(book.blocks() == 0);
    CHECK(book.bytes() == 0);
    CHECK(book.wrong() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("a map destroyed with garbage and in the middle of a migration gives all of it back") {
    ledger book;
    for (int stop = 0; stop < 40; ++stop) {
        booked_map map = made(book);
        int next = 0;
        while (!map.migrating() || next < 300)
            map.try_emplace(next++, 1u);
        for (int i = 0; i < stop; ++i) {
            map.erase(i);
            map.insert_or_assign(i + 100, counted_value(2));
            map.migrate(1);
        }
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("an insert that gets no memory throws and changes nothing") {
    ledger book;
    {
        booked_map map = made(book);
        for (int i = 0; i < 100; ++i)
            map.try_emplace(i, static_cast<unsigned>(i));
        book.refuse_after(0);
        CHECK_THROWS_AS(map.try_emplace(100, 1u), std::bad_alloc);
        CHECK_THROWS_AS(map.insert_or_assign(5, counted_value(50)), std::bad_alloc);
        CHECK_THROWS_AS(map.update(6, [](const counted_value &) { return counted_value(60); }),
                        std::bad_alloc);
        CHECK_FALSE(map.contains(100));
        CHECK(map.size() == 100);
        CHECK(map.find(5)->number() == 5);
        CHECK(map.find(6)->number() == 6);
        book.refuse_nothing();
        CHECK(map.try_emplace(100, 1u));
    }
    CHECK(book.blocks() == 0);
    CHECK(counted_value::alive() == 0);
}

TEST_CASE("lookups and erases need no memory") {
    ledger book;
    booked_map map = made(book);
    for (int i = 0; i < 1000; ++i)
        map.try_emplace(i, static_cast<unsigned>(i));
    book.refuse_after(0);
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(map.contains(i));
        REQUIRE_FALSE(map.contains(i + 1000));
        REQUIRE(map.find(i)->number() == static_cast<unsigned>(i));
        REQUIRE_FALSE(map.try_emplace(i, 1u));
        REQUIRE(map.erase(i) == 1);
    }
    map.for_each([](const int &, const counted_value &) {});
    map.reclaim();
    map.clear();
    CHECK(map.empty());
}

TEST_CASE("a moved map takes its allocator along") {
    ledger book;
    {
        booked_map from = made(book);
        from.try_emplace(1, 10u);
        const booked_map to = std::move(from);
        CHECK(to.get_allocator().book() == &book);
        CHECK(to.find(1)->number() == 10);
    }
    CHECK(book.blocks() == 0);
    CHECK(book.wrong() == 0);
}

namespace {

// What an allocator makes of the addresses it returns. Nothing is there.
enum class address { as_it_is, with_a_tag, with_a_bit_too_many, not_aligned, none };

struct bending {
    address as = address::as_it_is;
    std::size_t bent = 0;
    std::size_t back = 0; // of those, deallocated
};

template <class T>
class bending_allocator {
public:
    using value_type = T;

    explicit bending_allocator(bending &how) noexcept : how_(&how) {}
    template <class U>
    bending_allocator(const bending_allocator<U> &other) noexcept : how_(other.how()) {}

    T *allocate(std::size_t n) {
        if (how_->as == address::none)
            return nullptr;
        T *const place = std::allocator<T>().allocate(n);
        how_->bent += how_->as != address::as_it_is;
        return from(number(place) ^ change());
    }
    void deallocate(T *place, std::size_t n) noexcept {
        if ((number(place) & upper) != 0 || number(place) % 8 != 0) {
            ++how_->back;
            place = from(number(place) ^ change());
        }
        std::allocator<T>().deallocate(place, n);
    }

    bending *how() const noexcept { return how_; }

    template <class U>
    friend bool operator==(const bending_allocator &a, const bending_allocator<U> &b) noexcept {
        return a.how() == b.how();
    }

private:
    static constexpr std::uintptr_t upper = std::uintptr_t{0xffff} << 48;

    static std::uintptr_t number(T *place) { return reinterpret_cast<std::uintptr_t>(place); }
    static T *from(std::uintptr_t number) { return reinterpret_cast<T *>(number); }

    std::uintptr_t change() const {
        switch (how_->as) {
        case address::with_a_tag:
            return std::uintptr_t{0xb4} << 56;
        case address::with_a_bit_too_many:
            return std::uintptr_t{1} << 48;
        case address::not_aligned:
            return 4;
        default:
            return 0;
        }
    }

    bending *how_;
};

template <class T>
using bent_map = ferry::concurrent_map<int, T, ferry::hash<int>, std::equal_to<>,
                                       bending_allocator<std::pair<const int, T>>>;

// Each of them needs memory: key 1 is there with its first value, key 2 is not.
template <class T>
std::vector<std::function<void(bent_map<T> &)>> operations_that_allocate() {
    using map = bent_map<T>;
    const auto next = [](const T &) { return T(7); };
    return {
        [](map &m) { m.insert(2, T(7)); },
        [](map &m) { m.insert(std::pair(2, T(7))); },
        [](map &m) {
            m.insert_range(std::vector{std::pair(1, T(7)), std::pair(2, T(7))});
        },
        [](map &m) { m.try_emplace(2, 7); },
        [](map &m) { m.insert_or_assign(1, T(7)); },
        [](map &m) { m.insert_or_assign(2, T(7)); },
        [](map &m) { m.exchange(1, T(7)); },
        [](map &m) { m.exchange(2, T(7)); },
        [](map &m) { m.get_or_emplace(2, 7); },
        [](map &m) { m.get_or_emplace_with(2, [] { return T(7); }); },
        [=](map &m) { m.update(1, next); },
        [=](map &m) { m.upsert(1, next, 7); },
        [=](map &m) { m.upsert(2, next, 7); },
        [](map &m) { m.compute(1, [](const T *) { return T(7); }); },
        [](map &m) { m.compute(2, [](const T *) { return T(7); }); },
        [](map &m) { m.compare_exchange(1, T(1), T(7)); },
    };
}

} // namespace

TEST_CASE_TEMPLATE("memory at an address that a slot cannot hold goes back, and nothing changes", T,
                   int, counted_value) {
    const auto operations = operations_that_allocate<T>();
    for (const address as :
         {address::with_a_tag, address::with_a_bit_too_many, address::not_aligned, address::none}) {
        for (std::size_t i = 0; i != operations.size(); ++i) {
            INFO("address ", static_cast<int>(as), ", operation ", i);
            bending how;
            bent_map<T> map(0, {}, {}, bending_allocator<std::pair<const int, T>>(how));
            map.insert(1, T(1));
            how.as = as;
            std::string sentence;
            try {
                operations[i](map);
            } catch (const ferry::unusable_address &error) {
                const std::bad_alloc &base = error;
                sentence = base.what();
            }
            CHECK(sentence.find("48 bits") != sentence.npos);
            CHECK(how.bent == (as == address::none ? 0 : 1));
            CHECK(how.back == how.bent);
            CHECK(map.size() == 1);
            CHECK(map.get(1) == T(1));
            CHECK_FALSE(map.contains(2));
            how.as = address::as_it_is;
            operations[i](map);
            CHECK((map.get(1) == T(7) || map.get(2) == T(7)));
        }
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

TEST_CASE("a set, too, gives back memory at an address that a slot cannot hold") {
    bending how;
    ferry::concurrent_set<int, ferry::hash<int>, std::equal_to<>, bending_allocator<int>> set(
        0, {}, {}, bending_allocator<int>(how));
    how.as = address::with_a_tag;
    CHECK_THROWS_AS(set.insert(1), ferry::unusable_address);
    CHECK(how.back == 1);
    CHECK(set.empty());
    how.as = address::as_it_is;
    CHECK(set.insert(1));
}

} // namespace api_allocators
