// SPDX-License-Identifier: BSL-1.0
#include "tests/seen.hpp"

#include <ferry/detail/platform/wide_cas.hpp>

#include <atomic>
#include <cstring>

namespace ferry::sharing::seen {

std::uint64_t read(const std::uint64_t &from) { return from; }
void write(std::uint64_t &to, std::uint64_t value) { to = value; }
void add(std::uint64_t &to) { ++to; }
void add_atomically(std::uint64_t &to) { std::atomic_ref(to).fetch_add(1); }

bool exchange_in_vain(std::uint64_t &at) {
    std::uint64_t never = ~std::uint64_t{0};
    return std::atomic_ref(at).compare_exchange_strong(never, 0);
}

bool try_take(std::uint64_t &lock) {
    std::uint64_t free = 0;
    return std::atomic_ref(lock).compare_exchange_strong(free, 1);
}

void store_with_release(std::uint64_t &to, std::uint64_t value) {
    std::atomic_ref(to).store(value, std::memory_order_release);
}

void add_to_both(void *two_words) {
    auto &at = *static_cast<detail::wide_atomic *>(two_words);
    for (;;) {
        const detail::wide_word now{at.first.load(detail::relaxed),
                                    at.second.load(detail::relaxed)};
        if (detail::wide_compare_exchange(at, now, {now.first + 1, now.second + 1}))
            return;
    }
}

void copy(void *to, const void *from, std::size_t bytes) { std::memcpy(to, from, bytes); }

} // namespace ferry::sharing::seen
