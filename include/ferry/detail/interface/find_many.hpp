// SPDX-License-Identifier: BSL-1.0
#pragma once

// Looking up many keys, several at a time: while memory for one key is on its way, that for others
// is requested.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/thread_record.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

FERRY_ENGINE_BEGIN

/// Calls `f(index, value)` for the keys that are present, in order, and returns how many there
/// were. `at_key(index)` is the key. The caller is pinned by `self`.
template <map_engine Engine, class AtKey, class F>
std::size_t find_many(Engine &core, detail::thread_record &self, std::size_t count, AtKey &&at_key,
                      F &&f) {
    std::uint64_t hashes[detail::keys_in_flight];
    std::size_t hits = 0;
    for (std::size_t first = 0; first < count; first += detail::keys_in_flight) {
        const std::size_t here = std::min(detail::keys_in_flight, count - first);
        const auto &root = *core.root();
        for (std::size_t i = 0; i < here; ++i) {
            hashes[i] = core.hash_value(at_key(first + i));
            detail::prefetch(root.home(hashes[i]));
        }
        for (std::size_t i = 0; i < here; ++i) {
            core.prefetch_behind(*root.home(hashes[i]), hashes[i]);
        }
        for (std::size_t i = 0; i < here; ++i) {
            const auto key = [&]() -> decltype(auto) { return at_key(first + i); };
            if (const auto found = core.find_hashed(self, hashes[i], key)) {
                ++hits;
                f(first + i, found.value());
            }
        }
    }
    return hits;
}

FERRY_ENGINE_END
