// SPDX-License-Identifier: BSL-1.0
#pragma once

// Making a value the live one of a node that is there: in the place that the node has free, if it
// has one and nobody reads there any more; else in memory of its own.
//
// Progress: lock-free. A retry is caused by another thread's change of the same key, or by its
// claim of the place, of which there is one at a time and one an operation.

#include "ferry/detail/entry/pending_copy.hpp"
#include "ferry/detail/entry/pending_value.hpp"
#include "ferry/detail/table/core.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// LIVE or DEAD → LIVE(the value of `fresh`), and `state` is that then; an old value stays readable
/// under the pin. False: another thread changed the key, and `state` is what it is now. The caller
/// is pinned by `self` since before it read `state`.
///
/// `Fresh`: pending_value or result_box; where places are used again, pending_copy or result_copy.
/// Its value has been made.
template <class Core, class Fresh>
bool publish(Core &core, detail::thread_record &self, typename Core::node_type &node,
             value_word &state, Fresh &fresh) {
    const value_word first_seen = state;
    do {
        value_word to;
        if constexpr (Core::node_type::reuses_places) {
            const value_word seen = state;
            const detail::epoch_value now = core.domain().epoch();
            if (fresh.hold.take(node, state, now)) {
                fresh.copy(fresh.hold.place());
                to = fresh.hold.word_after(state, now);
            } else if (state == seen) {
                to = fresh.in_box().with(core.inside_after(seen));
            } else {
                continue;
            }
        } else {
            to = fresh.as_value();
        }
        const value_word old = state;
        // Failure: another thread changed the key, and made progress; or took its free place.
        // LP: insert (known key); assign, update, upsert, compute (live key)
        if (node.state.try_change(state, to)) {
            state = to;
            fresh.published(to);
            if (!old.is_live()) {
                core.count_revived(self);
            }
            core.retire_value(self, node, old, to);
            return true;
        }
    } while (state.same_value(first_seen));
    return false;
}

/// The result of a function that may have to run again, in a box.
template <class Core>
class result_box {
public:
    using value_type = typename Core::value_type;
    using box_type = typename Core::node_type::box_type;

    explicit result_box(Core &core) noexcept : core_(core) {}
    result_box(const result_box &) = delete;
    result_box &operator=(const result_box &) = delete;

    ~result_box() {
        if (full_) {
            core_.memory().free_box(box_);
        } else if (box_ != nullptr) {
            core_.memory().deallocate(box_);
        }
    }

    /// Makes what `f()` returns the value, in place of an earlier one.
    template <class F>
    void fill(F &&f) {
        const auto make = [&](value_type *place) {
            core_.memory().construct_from(place, std::forward<F>(f));
            return true;
        };
        if (box_ == nullptr) {
            box_ = core_.memory().make_box(make);
        } else {
            if (std::exchange(full_, false)) {
                core_.memory().destroy(std::addressof(box_->value));
            }
            make(std::addressof(box_->value));
        }
        full_ = true;
    }

    bool is_filled() const noexcept { return full_; }

    value_word as_value() const noexcept { return live_word(value_state::live_box, box_); }

    void published(value_word) noexcept {
        box_ = nullptr;
        full_ = false;
    }

private:
    Core &core_;
    box_type *box_ = nullptr;
    bool full_ = false;
};

/// The same for values that can be copied like memory.
template <class Core>
class result_copy : public copied_value<typename Core::memory_type, typename Core::node_type> {
    using base = copied_value<typename Core::memory_type, typename Core::node_type>;

public:
    explicit result_copy(Core &core) noexcept : base(core.memory()) {}

    template <class F>
    void fill(F &&f) {
        base::memory_.construct_from(base::place(), std::forward<F>(f));
        filled_ = true;
    }

    bool is_filled() const noexcept { return filled_; }

private:
    bool filled_ = false;
};

template <class Core>
using result_of =
    std::conditional_t<Core::node_type::reuses_places, result_copy<Core>, result_box<Core>>;

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
