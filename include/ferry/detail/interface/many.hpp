// SPDX-License-Identifier: BSL-1.0
#pragma once

// Operations on many keys, whose cache misses overlap. Each group of keys_in_flight is fetched
// first: the homes of all, then what a lookup reads behind them. Then the operations run one after
// another.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/operation_pin.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>

FERRY_ENGINE_BEGIN

enum class fetched_for { reading, writing };

/// Fetches what operations on the keys `at_key(first)` … need, `count` of them, and writes their
/// hashes. The caller is pinned.
template <fetched_for Use, map_engine Engine, class AtKey>
void fetch_many(Engine &core, std::size_t first, std::size_t count, AtKey &at_key,
                std::uint64_t *hashes) {
    const auto &root = *core.root();
    for (std::size_t i = 0; i < count; ++i) {
        hashes[i] = core.hash_value(at_key(first + i));
        if constexpr (Use == fetched_for::writing) {
            detail::prefetch_for_write(root.home(hashes[i]));
        } else {
            detail::prefetch(root.home(hashes[i]));
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        core.prefetch_behind(*root.home(hashes[i]), hashes[i]);
    }
}

/// Calls `f(index, value)` for the keys that are present, in order, and returns how many there
/// were. `at_key(index)` is the key. The caller is pinned by `self`.
template <map_engine Engine, class AtKey, class F>
std::size_t find_many(Engine &core, detail::thread_record &self, std::size_t count, AtKey &&at_key,
                      F &&f) {
    std::uint64_t hashes[detail::keys_in_flight];
    std::size_t hits = 0;
    for (std::size_t first = 0; first < count; first += detail::keys_in_flight) {
        const std::size_t here = std::min(detail::keys_in_flight, count - first);
        engine::fetch_many<fetched_for::reading>(core, first, here, at_key, hashes);
        for (std::size_t i = 0; i < here; ++i) {
            const auto key = [&]() -> decltype(auto) { return at_key(first + i); };
            if (const auto found = core.find_hashed(self, hashes[i], key)) {
                ++hits;
                const typename Engine::value_type &value = found.value();
                f(first + i, value);
            }
        }
    }
    return hits;
}

/// Calls `change(index)`, an operation on the key `at_key(index)`, for each index below `count`.
/// Returns how often it returned true. Pins for one group at a time, so that what the changes
/// retire need not wait for the end.
template <map_engine Engine, class AtKey, class Change>
std::size_t change_many(Engine &core, std::size_t count, AtKey &&at_key, Change &&change) {
    std::uint64_t hashes[detail::keys_in_flight];
    std::size_t changed = 0;
    for (std::size_t first = 0; first < count; first += detail::keys_in_flight) {
        const detail::operation_pin pinned(core.domain());
        const std::size_t here = std::min(detail::keys_in_flight, count - first);
        engine::fetch_many<fetched_for::writing>(core, first, here, at_key, hashes);
        for (std::size_t i = 0; i < here; ++i) {
            changed += change(first + i);
        }
    }
    return changed;
}

/// What an iterator leads to by index; a reference or a value.
template <class It>
using indexed = decltype(std::declval<const It &>()[std::iter_difference_t<It>()]);

/// What a key of a range is converted to. If the range makes what it gives, nothing else keeps it.
template <class Engine, class It>
using converted_key = std::conditional_t<std::is_reference_v<indexed<It>>,
                                         typename Engine::key_type, typename Engine::owned_key>;

/// The keys of a range, by index: as they are, or converted to Key for an Engine that cannot look
/// them up otherwise. Nothing is moved from.
template <class Engine, class It>
auto key_at(It first) {
    return [first](std::size_t index) -> decltype(auto) {
        const auto at = static_cast<std::iter_difference_t<It>>(index);
        if constexpr (Engine::template as_it_is<indexed<It>>) {
            return first[at];
        } else {
            const auto &given = first[at];
            return converted_key<Engine, It>(given);
        }
    };
}

/// The same for a range of pairs.
template <class Engine, class It>
auto pair_key_at(It first) {
    using key = decltype((std::declval<const std::remove_cvref_t<indexed<It>> &>().first));
    return [first](std::size_t index) -> decltype(auto) {
        const auto at = static_cast<std::iter_difference_t<It>>(index);
        const auto &element = first[at];
        if constexpr (std::is_reference_v<indexed<It>> && Engine::template as_it_is<key>) {
            return static_cast<key>(element.first);
        } else {
            return converted_key<Engine, It>(element.first);
        }
    };
}

FERRY_ENGINE_END
