// SPDX-License-Identifier: BSL-1.0
#pragma once

// std::allocator of ferry's nodes and boxes, which counts them: whatever map allocates by it, a
// test allocator's own std::allocator too. For all units of a program, or for none of it: included
// before everything else, by the compiler's -include.

#include "counts.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include <ferry/detail/node/node.hpp>
#include <ferry/detail/node/node_memory.hpp>

namespace ferry::test {

template <class T, held_kind Kind>
struct counted_allocator {
    using value_type = T;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using propagate_on_container_move_assignment = std::true_type;
    using is_always_equal = std::true_type;

    [[nodiscard]] T *allocate(std::size_t n) {
        void *place;
        if constexpr (alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
            place = ::operator new (n * sizeof(T), std::align_val_t{alignof(T)});
        else
            place = ::operator new(n * sizeof(T));
        count_held(Kind, static_cast<std::int64_t>(n));
        return static_cast<T *>(place);
    }
    void deallocate(T *place, std::size_t n) noexcept {
        count_held(Kind, -static_cast<std::int64_t>(n));
        if constexpr (alignof(T) > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
            ::operator delete (place, std::align_val_t{alignof(T)});
        else
            ::operator delete(place);
    }
};

} // namespace ferry::test

template <class Key, class T, bool KeepsHash, bool ReusesPlaces>
struct std::allocator<ferry::engine::node<Key, T, KeepsHash, ReusesPlaces>>
    : ferry::test::counted_allocator<ferry::engine::node<Key, T, KeepsHash, ReusesPlaces>,
                                     ferry::test::held_kind::nodes> {
    allocator() = default;
    template <class U>
    allocator(const std::allocator<U> &) noexcept {}
    friend bool operator==(const allocator &, const allocator &) noexcept { return true; }
};

// Of nodes with characters it counts the units.
template <std::size_t Alignment>
struct std::allocator<ferry::engine::aligned_unit<Alignment>>
    : ferry::test::counted_allocator<ferry::engine::aligned_unit<Alignment>,
                                     ferry::test::held_kind::nodes> {
    allocator() = default;
    template <class U>
    allocator(const std::allocator<U> &) noexcept {}
    friend bool operator==(const allocator &, const allocator &) noexcept { return true; }
};

template <class T>
struct std::allocator<ferry::engine::box<T>>
    : ferry::test::counted_allocator<ferry::engine::box<T>, ferry::test::held_kind::boxes> {
    allocator() = default;
    template <class U>
    allocator(const std::allocator<U> &) noexcept {}
    friend bool operator==(const allocator &, const allocator &) noexcept { return true; }
};
