// SPDX-License-Identifier: BSL-1.0
#pragma once

// A table that only ever fills up: an array of atomic pointers to elements, linear probing.
//
//   T1  A slot changes once, from null to an element.
//   T2  An element's key never changes, and it lives as long as the table. So a reference to it
//       needs no protection.
//   T3  From a key's home to its element there is no null slot: who inserts takes the first one.
//
// Progress: lock-free; finding is wait-free.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>

namespace ferry::bench::by_hand {

template <class Key, class Value, class Hash>
class fixed_table {
public:
    // Slots: twice as many as elements are expected, so that probes stay short.
    explicit fixed_table(std::size_t expected)
        : capacity_(std::bit_ceil(2 * std::max<std::size_t>(expected, 1))),
          slots_(new std::atomic<element *>[capacity_] {}) {}

    ~fixed_table() {
        for (std::size_t i = 0; i != capacity_; ++i)
            delete slots_[i].load(std::memory_order_relaxed); // relaxed: nobody else is left
    }

    fixed_table(const fixed_table &) = delete;
    fixed_table &operator=(const fixed_table &) = delete;

    // Null: absent.
    const Value *find(const Key &key) const {
        std::size_t at = home_of(key);
        for (std::size_t tried = 0; tried != capacity_; ++tried, at = after(at)) {
            // LP: find. acquire: the element
            const element *seen = slots_[at].load(std::memory_order_acquire);
            if (seen == nullptr)
                return nullptr;
            if (seen->key == key)
                return &seen->value;
        }
        return nullptr;
    }

    // The key's value, and whether it was made by this call, from `first`.
    template <class First>
    std::pair<const Value *, bool> try_emplace(const Key &key, const First &first) {
        std::unique_ptr<element> fresh;
        std::size_t at = home_of(key);
        for (std::size_t tried = 0; tried != capacity_; ++tried, at = after(at)) {
            // LP: insert (key is present). acquire: the element
            element *seen = slots_[at].load(std::memory_order_acquire);
            if (seen == nullptr) {
                if (fresh == nullptr)
                    fresh.reset(new element{key, Value(first)});
                // Failure: another thread filled the slot, for good, and `seen` is its element.
                // LP: insert. release: the element; acquire: the other's
                if (slots_[at].compare_exchange_strong(seen, fresh.get(), std::memory_order_release,
                                                       std::memory_order_acquire))
                    return {&fresh.release()->value, true};
            }
            if (seen->key == key)
                return {&seen->value, false};
        }
        throw std::length_error("the fixed table is full: construct it for more elements, as it "
                                "cannot grow");
    }

    // Exact when nobody inserts.
    std::size_t size() const {
        std::size_t count = 0;
        for (std::size_t i = 0; i != capacity_; ++i)
            // relaxed: only whether there is an element
            count += slots_[i].load(std::memory_order_relaxed) != nullptr;
        return count;
    }

private:
    struct element {
        const Key key;
        const Value value;
    };

    std::size_t home_of(const Key &key) const { return hash_(key) & (capacity_ - 1); }
    std::size_t after(std::size_t at) const { return (at + 1) & (capacity_ - 1); }

    std::size_t capacity_; // a power of two
    std::unique_ptr<std::atomic<element *>[]> slots_;
    [[no_unique_address]] Hash hash_;
};

} // namespace ferry::bench::by_hand
