// SPDX-License-Identifier: BSL-1.0
#pragma once

// The calls of maps and sets that go through all elements, over any engine. They are weakly
// consistent: an element that is present throughout is seen exactly once, and one that was never
// present is not seen. An element that is erased and inserted again meanwhile may be seen twice.

#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/chain/cursor.hpp"
#include "ferry/detail/chain/no_value.hpp"
#include "ferry/detail/interface/container.hpp"
#include "ferry/detail/interface/items.hpp"
#include "ferry/detail/platform/clock.hpp"
#include "ferry/detail/platform/hashing.hpp"

#include <concepts>

FERRY_ENGINE_BEGIN

/// A function that is called with an element gets its key and value, in a set its key alone.
template <class Engine>
class whole_container : public container<Engine> {
    using base = container<Engine>;

public:
    using typename base::handle;
    using typename base::key_type;
    using typename base::size_type;

    // --- removal ---

    /// Erases the elements for which `pred(const Key &, const T &)`, in a set `pred(const Key &)`,
    /// is true, and returns their number. Each is erased at an instant of its own. pred runs again
    /// for an element that another thread changes in between. While this thread holds a guard,
    /// nothing that was erased can be freed.
    template <class Pred>
    size_type erase_if(Pred &&pred) {
        scan_position all;
        return erase_if(all, all_homes, pred);
    }

    /// As erase_if of all elements, but looks only at those of the next `buckets` home buckets from
    /// `position` on, of which the table has capacity() / 8, that of a flat map or set capacity()
    /// / 4. So a pass can be divided into short calls: it is over when position.finished(), and the
    /// next call begins a new one. A position fits any map, and keeps its meaning when the table
    /// grows.
    template <class Pred>
    size_type erase_if(scan_position &position, size_type buckets, Pred &&pred) {
        return erase_in(position, buckets, on_element(pred));
    }

    /// Erases the elements that are present throughout, each at an instant of its own, and calls
    /// `f(const Key &, const T &)`, in a set `f(const Key &)`, once for each element that it
    /// erased, right after it did. Returns their number. If f throws, the element that it was
    /// called with is erased.
    template <class F>
    size_type drain(F &&f) {
        const auto each = on_element(f);
        size_type erased = 0;
        walk_elements({}, [&](const key_type &key, const auto &) {
            if (const handle gone = base::extract(key)) {
                ++erased;
                if constexpr (is_set) {
                    each(gone.key(), no_value{});
                } else {
                    each(gone.key(), gone.value());
                }
            }
            return true;
        });
        return erased;
    }

    /// Erases every element that is present throughout, each at an instant of its own. Lock-free.
    void clear() {
        scan_position all;
        erase_in(all, all_homes, [](const auto &, const auto &) { return true; });
    }

    // --- whole container ---

    /// Calls `f(const Key &, const T &)`, in a set `f(const Key &)`, for the elements. (Go's
    /// Range.) References end with each call. Reclamation can proceed from time to time, unless
    /// this thread holds a guard or handle.
    template <class F>
    void for_each(F &&f) const {
        for_each_in({}, f);
    }

    /// Share `part` of `parts` equal shares of for_each, so that threads divide it; part < parts.
    template <class F>
    void for_each(size_type part, size_type parts, F &&f) const {
        for_each_in({part, parts}, f);
    }

    /// As for_each, but stops when f returns false, and then returns false.
    template <class F>
    bool for_each_while(F &&f) const {
        return walk_elements({}, on_element(f));
    }

    /// Calls `f(const Key &, const T &)`, in a set `f(const Key &)`, for up to `n` elements that
    /// are neighbours in the table, from a random place on, and returns their number. Neighbours
    /// have nothing to do with each other, unless a stranger chose the keys for a hash without a
    /// secret. The call looks at n + 16 home buckets, so it may find fewer than n; if these are
    /// empty, it goes on until it has found an element.
    template <class F>
    size_type sample(size_type n, F &&f) const {
        const auto each = on_element(f);
        size_type shown = 0;
        if (n == 0) {
            return shown;
        }
        const auto show = [&](auto &element, std::uint64_t hash) {
            return core_.call_with(element, hash, [&](const auto &key, const auto &value) {
                each(key, value);
                return ++shown == n;
            });
        };
        detail::operation_pin pinned(core_.domain());
        const unsigned shift = 64 - core_.root()->shape().bits;
        const std::uint64_t begin = detail::mix(detail::steady_nanoseconds()) >> shift << shift;
        size_type looked = 0;
        const auto look = [&](hash_cursor at) {
            while (!at.finished() && (shown == 0 || looked < 16 || looked - 16 < n)) {
                if (engine::walk(core_, pinned.self, at, 1, show)) {
                    return;
                }
                if (++looked % detail::homes_per_refresh == 0) {
                    core_.domain().refresh(pinned.self);
                }
            }
        };
        look(hash_cursor::between(begin, ~std::uint64_t{0}));
        if (shown != n && begin != 0) {
            look(hash_cursor::between(0, begin - 1));
        }
        return shown;
    }

    /// A temporary guard is refused: that of `items(map.pin())` would end before the loop.
    auto items(const guard &&under) const = delete;
    /// The elements as an input range: `for (auto [key, value] : map.items(guard))`, for a set `for
    /// (const Key &key : set.items(guard))`. An element that is present throughout is seen exactly
    /// once; one that was never present is not seen. An element that is erased and inserted again
    /// meanwhile may be seen twice. The range reads under `under`, a guard of this container's
    /// domain that must outlive it.
    auto items(const guard &under) const {
        base::check(under);
        return items_view<Engine>(core_);
    }
    auto items(const owned_guard &&under) const = delete;
    /// As above, under an owned_guard, which must outlive the range and not be refreshed. The steps
    /// may be on different threads, one after another.
    auto items(const owned_guard &under) const {
        base::check(under);
        return items_view<Engine>(core_);
    }

protected:
    using base::base;
    using base::core_;

private:
    static constexpr bool is_set = std::same_as<typename Engine::value_type, no_value>;

    /// What calls `f` with an element, given its key and value.
    template <class F>
    static auto on_element(F &f) {
        if constexpr (is_set) {
            engine::must_take_key<key_type, F>();
            return [&f](const key_type &key, const no_value &) -> decltype(auto) { return f(key); };
        } else {
            using value_type = typename Engine::value_type;
            engine::must_take_element<key_type, value_type, F>();
            return [&f](const key_type &key, const value_type &value) -> decltype(auto) {
                return f(key, value);
            };
        }
    }

    template <class F>
    void for_each_in(hash_cursor share, F &f) const {
        const auto each = on_element(f);
        walk_elements(share, [&](const key_type &key, const auto &value) {
            each(key, value);
            return true;
        });
    }

    /// Calls `f(key, value)` for the elements of a share, until it returns false. False: it did.
    template <class F>
    bool walk_elements(hash_cursor share, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        return !engine::walk_all(core_, pinned.self, share, [&](auto &shown, std::uint64_t hash) {
            return core_.call_with(
                shown, hash, [&](const auto &key, const auto &value) { return !f(key, value); });
        });
    }

    /// Erases the elements in the next `homes` homes for which `wanted(key, value)` is true.
    /// Returns how many. A position that is finished begins again.
    template <class Wanted>
    size_type erase_in(scan_position &position, size_type homes, Wanted &&wanted) {
        if (position.finished()) {
            position.restart();
        }
        detail::operation_pin pinned(core_.domain());
        return core_.erase_all_if(pinned.self, position, homes, wanted);
    }
};

FERRY_ENGINE_END
