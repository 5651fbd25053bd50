// SPDX-License-Identifier: BSL-1.0
#pragma once

// An allocator with a state: it writes every allocation into a ledger and crosses it out again.
// It can be told to fail. When it ends, everything must be crossed out.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <utility>

namespace ferry::test {

class ledger {
public:
    ledger() = default;
    ledger(const ledger &) = delete;
    ledger &operator=(const ledger &) = delete;

    ~ledger() {
        if (!open_.empty()) {
            std::fprintf(stderr, "a ledger ends, and %zu blocks were not freed\n", open_.size());
            std::abort();
        }
    }

    void *allocate(std::size_t bytes, std::size_t alignment) {
        const std::lock_guard lock(mutex_);
        ++attempts_;
        if (refuse_after_ == 0)
            throw std::bad_alloc();
        if (refuse_after_ != never)
            --refuse_after_;
        void *const place = ::operator new(bytes, std::align_val_t(alignment));
        open_.emplace(place, std::pair(bytes, alignment));
        bytes_ += bytes;
        return place;
    }

    void deallocate(void *place, std::size_t bytes, std::size_t alignment) noexcept {
        const std::lock_guard lock(mutex_);
        const auto entry = open_.find(place);
        if (entry == open_.end() || entry->second != std::pair(bytes, alignment)) {
            ++wrong_;
            return;
        }
        open_.erase(entry);
        bytes_ -= bytes;
        ::operator delete(place, std::align_val_t(alignment));
    }

    // From here on so many allocations succeed, then all fail.
    void refuse_after(std::size_t allocations) {
        const std::lock_guard lock(mutex_);
        refuse_after_ = allocations;
    }
    void refuse_nothing() { refuse_after(never); }

    std::size_t attempts() const { return locked(attempts_); }
    // Deallocations of what was not allocated, or with another size or alignment.
    std::size_t wrong() const { return locked(wrong_); }
    std::size_t bytes() const { return locked(bytes_); }
    std::size_t blocks() const {
        const std::lock_guard lock(mutex_);
        return open_.size();
    }

private:
    static constexpr std::size_t never = static_cast<std::size_t>(-1);

    std::size_t locked(const std::size_t &value) const {
        const std::lock_guard lock(mutex_);
        return value;
    }

    mutable std::mutex mutex_;
    std::map<void *, std::pair<std::size_t, std::size_t>> open_;
    std::size_t attempts_ = 0;
    std::size_t wrong_ = 0;
    std::size_t bytes_ = 0;
    std::size_t refuse_after_ = never;
};

template <class T>
class ledger_allocator {
public:
    using value_type = T;

    explicit ledger_allocator(ledger &book) noexcept : book_(&book) {}
    template <class U>
    ledger_allocator(const ledger_allocator<U> &other) noexcept : book_(other.book()) {}

    T *allocate(std::size_t n) {
        return static_cast<T *>(book_->allocate(n * sizeof(T), alignof(T)));
    }
    void deallocate(T *place, std::size_t n) noexcept {
        book_->deallocate(place, n * sizeof(T), alignof(T));
    }

    ledger *book() const noexcept { return book_; }

    template <class U>
    friend bool operator==(const ledger_allocator &a, const ledger_allocator<U> &b) noexcept {
        return a.book() == b.book();
    }

private:
    ledger *book_;
};

} // namespace ferry::test
