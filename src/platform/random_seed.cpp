// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/hashing.hpp"

#include <chrono>

#include <sys/random.h>

namespace ferry::inline FERRY_ABI::detail {

namespace {

std::uint64_t process_secret() noexcept {
    std::uint64_t secret = 0;
    if (getrandom(&secret, sizeof secret, GRND_NONBLOCK) != sizeof secret) {
        // No entropy yet, early at boot: addresses and the clock are what there is.
        secret = static_cast<std::uint64_t>(
                     std::chrono::steady_clock::now().time_since_epoch().count()) ^
                 reinterpret_cast<std::uintptr_t>(&secret);
    }
    return secret | 1; // 0 means not drawn
}

constinit atomic<std::uint64_t> shared_secret{0};
constinit atomic<std::uint64_t> seeds_drawn{0};

} // namespace

std::uint64_t random_seed() noexcept {
    std::uint64_t secret = shared_secret.load(relaxed); // relaxed: the number is all there is
    if (secret == 0) {
        const std::uint64_t drawn = process_secret();
        // Failure: another thread drew first, and its secret is in `secret`.
        // relaxed: as above
        if (shared_secret.compare_exchange_strong(secret, drawn, relaxed, relaxed)) {
            secret = drawn;
        }
    }
    // relaxed: only uniqueness matters
    return mix(secret + 0x9e3779b97f4a7c15u * seeds_drawn.fetch_add(1, relaxed));
}

} // namespace ferry::inline FERRY_ABI::detail
