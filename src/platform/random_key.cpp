// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/platform/hashing.hpp"

#include <chrono>

#include <sys/auxv.h>
#include <sys/random.h>
#include <unistd.h>

#ifndef GRND_INSECURE
#define GRND_INSECURE 0x0004 // Linux 5.6
#endif

FERRY_DETAIL_BEGIN

namespace {

bool fill(key_material &key, unsigned flags) noexcept {
    return getrandom(key.words, sizeof key.words, flags) == static_cast<ssize_t>(sizeof key.words);
}

/// A key for a system that gives no random bytes at all. It is made from bytes that the system gave
/// the process at its start, the clock, the process number and an address. No two calls return the
/// same key: between two calls of one thread the clock moves on, other threads have other stacks,
/// and a forked child has another number.
key_material guessable_key() noexcept {
    std::uint64_t given[2] = {0, 0};
    if (const unsigned long at = getauxval(AT_RANDOM)) {
        std::memcpy(given, reinterpret_cast<const void *>(at), sizeof given);
    }
    const auto now =
        static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    const auto process = static_cast<std::uint64_t>(getpid());
    const auto here = reinterpret_cast<std::uintptr_t>(&given);
    return key_material::expand(mix(given[0] ^ now) ^ mix(given[1] ^ here ^ (process << 48)));
}

} // namespace

key_material random_key() noexcept {
    key_material key;
    // Early at boot the generator may have no entropy yet. We do not wait for it, and take bytes of
    // a generator that is not seeded well.
    if (fill(key, GRND_NONBLOCK) || fill(key, GRND_INSECURE)) {
        return key;
    }
    return guessable_key();
}

FERRY_DETAIL_END
