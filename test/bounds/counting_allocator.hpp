// SPDX-License-Identifier: BSL-1.0
#pragma once

// Counts, for each thread, what it allocates and frees. Memory comes from a pool that was written
// to before, and is given out in order: no fault of a page is the allocator's.

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>

namespace ferry::test {

struct allocations {
    unsigned made = 0;
    unsigned freed = 0;
};
inline constinit thread_local allocations allocated;

class pool {
public:
    explicit pool(std::size_t bytes) : bytes_(bytes), memory_(new std::byte[bytes]()) {}

    void *take(std::size_t bytes) {
        const std::size_t place =
            used_.fetch_add((bytes + 15) / 16 * 16, std::memory_order_relaxed);
        if (place + bytes > bytes_)
            throw std::bad_alloc();
        return memory_.get() + place;
    }

private:
    const std::size_t bytes_;
    const std::unique_ptr<std::byte[]> memory_;
    std::atomic<std::size_t> used_{0};
};

template <class T>
class counting_allocator {
public:
    using value_type = T;

    explicit counting_allocator(pool &from) : from_(&from) {}
    template <class U>
    counting_allocator(const counting_allocator<U> &other) : from_(other.from_) {}

    T *allocate(std::size_t n) {
        ++allocated.made;
        return static_cast<T *>(from_->take(n * sizeof(T)));
    }
    void deallocate(T *, std::size_t) noexcept { ++allocated.freed; }

    template <class U>
    friend bool operator==(const counting_allocator &a, const counting_allocator<U> &b) {
        return a.from_ == b.from_;
    }

private:
    template <class>
    friend class counting_allocator;

    pool *from_;
};

} // namespace ferry::test
