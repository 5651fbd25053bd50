// SPDX-License-Identifier: BSL-1.0
#pragma once

// The position of an iteration is a hash. A step visits the home bucket of the root that the
// position falls into. So an iteration can go on in a new root, and threads can share it by ranges.
//
// Progress: an iteration never drives a migration.

#include "ferry/detail/chain/engine.hpp"
#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/domain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

FERRY_ENGINE_BEGIN

/// A position in an iteration over a range of hashes. Users see it as ferry::scan_position.
class hash_cursor {
public:
    /// Before the first of all hashes.
    hash_cursor() noexcept = default;

    /// One of `parts` equal ranges.
    hash_cursor(std::size_t part, std::size_t parts) noexcept : finished_(part >= parts) {
        FERRY_ASSERT(part < parts, "for_each(part, parts, f): part must be less than parts");
        if (!finished_) {
            *this = between(bound(part, parts), bound(part + 1, parts) - 1);
        }
    }

    /// The hashes from `first` to `last`, both inclusive. For the interface.
    static hash_cursor between(std::uint64_t first, std::uint64_t last) noexcept {
        hash_cursor made;
        made.first_ = first;
        made.position_ = first;
        made.last_ = last;
        return made;
    }
    /// Back to the beginning of its range. For the interface.
    void restart() noexcept {
        position_ = first_;
        finished_ = false;
    }

    /// Whether the iteration is over.
    bool finished() const noexcept { return finished_; }

    /// Visits one home of the present root: `core.walk_hashes(root, first, last, f)` shows f what
    /// has hashes from first to last. True: f returned true. The caller is pinned during the call,
    /// and may refresh its pin between calls. For the interface.
    template <map_engine Core, class F>
    bool step(Core &core, F &&f) {
        auto &root = *core.root();
        const unsigned shift = 64 - root.shape().bits;
        const std::uint64_t end = std::min(last_, position_ | ((std::uint64_t{1} << shift) - 1));
        const bool stopped = core.walk_hashes(root, position_, end, f);
        finished_ = end == last_;
        position_ = end + 1;
        return stopped;
    }

private:
    static std::uint64_t bound(std::size_t part, std::size_t parts) noexcept {
        __extension__ using wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<wide>(part) << 64) / parts);
    }

    std::uint64_t first_ = 0;
    std::uint64_t position_ = 0;
    std::uint64_t last_ = ~std::uint64_t{0};
    bool finished_ = false;
};

/// Shows f what is in the next `homes` homes of the cursor's range, until f returns true. Refreshes
/// the pin now and then if it is the thread's only one. True: f returned true.
template <map_engine Core, class F>
bool walk(Core &core, detail::thread_record &self, hash_cursor &cursor, std::size_t homes, F &&f) {
    for (std::size_t done = 0; done != homes && !cursor.finished();) {
        if (cursor.step(core, f)) {
            return true;
        }
        if (++done % detail::homes_per_refresh == 0) {
            core.domain().refresh(self);
        }
    }
    return false;
}

inline constexpr std::size_t all_homes = ~std::size_t{0};

/// As walk, to the end of the cursor's range.
template <map_engine Core, class F>
bool walk_all(Core &core, detail::thread_record &self, hash_cursor cursor, F &&f) {
    return engine::walk(core, self, cursor, all_homes, f);
}

FERRY_ENGINE_END

FERRY_MAP_BEGIN

/// A position in a pass over a map or set that is divided into several calls, such as
/// `erase_if(position, buckets, pred)`. A new one stands at the beginning. `finished()`: the pass
/// is over; the next call begins another. It holds no pin and refers to no map: the position is a
/// hash, which has its place in a table of any size. One thread at a time uses it.
using scan_position = engine::hash_cursor;

FERRY_MAP_END
