// SPDX-License-Identifier: BSL-1.0
#pragma once

// Lists of the machine's own, which must not be in the memory of the execution.

#include <cstdlib>
#include <new>
#include <vector>

namespace ferry::model {

template <class T>
struct heap {
    using value_type = T;

    heap() = default;
    template <class U>
    heap(const heap<U> &) noexcept {}

    T *allocate(std::size_t n) {
        if (void *const place = std::malloc(n * sizeof(T)))
            return static_cast<T *>(place);
        throw std::bad_alloc();
    }
    void deallocate(T *place, std::size_t) noexcept { std::free(place); }

    template <class U>
    friend bool operator==(const heap &, const heap<U> &) noexcept {
        return true;
    }
};

template <class T>
using list = std::vector<T, heap<T>>;

} // namespace ferry::model
