// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changing the value of a live key: update, upsert, compute, compare_exchange.
//
// Progress: lock-free. The user's function runs again for each successful change of the same key
// by another thread in between.

#include "ferry/detail/table/insert.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// A box for the results of a function that may have to run again.
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

    /// Makes what `f()` returns the box's value, in place of an earlier one.
    template <class F>
    value_word fill(F &&f) {
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
        return live_word(value_state::live_box, box_);
    }

    /// As fill(), but what the box holds already is kept.
    template <class F>
    value_word fill_once(F &&f) {
        return full_ ? live_word(value_state::live_box, box_) : fill(std::forward<F>(f));
    }

    void published() noexcept {
        box_ = nullptr;
        full_ = false;
    }

private:
    Core &core_;
    box_type *box_ = nullptr;
    bool full_ = false;
};

/// Walks to `key` and, while it is live, calls `on_live(node, state, link)` until that returns
/// true. False: the key is absent.
template <class Core, class K, class OnLive>
bool change_live(Core &core, table *root, std::uint64_t hash, const K &key, OnLive &&on_live) {
    bool live = false;
    walk_path(
        root, hash,
        [&](slot_word word) {
            auto *node = core.node_at(word);
            if (!core.equal(node->key, key)) {
                return false;
            }
            value_word state = node->state.load(); // LP: change of an absent key, if DEAD
            node->prefetch_link(state);
            while (state.is_live()) {
                if (on_live(*node, state, word)) {
                    live = true;
                    return true;
                }
                // Another thread changed the key, and made progress.
            }
            return !state.is_dropped();
        },
        [](slot &, table &) { return true; },        // LP: change of an absent key: EMPTY's load
        [](table &) -> table * { return nullptr; }); // LP: change of an absent key: null next
    return live;
}

/// replace_state by the box's value, `fresh`.
template <class Core>
bool replace_by(Core &core, detail::thread_record &self, typename Core::node_type &node,
                value_word &state, value_word fresh, result_box<Core> &box) noexcept {
    if (!engine::replace_state(core, self, node, state, fresh)) {
        return false;
    }
    box.published();
    return true;
}

/// The live value becomes what `make(box, value)` puts into the box, if `wanted(value)`. False:
/// the key was absent, or its value not wanted.
template <class Core, class K, class Wanted, class Make>
bool update_if(Core &core, detail::thread_record &self, std::uint64_t hash, const K &key,
               Wanted &&wanted, Make &&make) {
    table *const root = core.root();
    result_box<Core> box(core);
    bool changed = false;
    engine::change_live(core, root, hash, key, [&](auto &node, value_word &state, slot_word) {
        const auto &current = *node.value_at(state);
        if (!wanted(current)) {
            return true;
        }
        changed = engine::replace_by(core, self, node, state, make(box, current), box);
        return changed;
    });
    core.after_write(self, *root);
    return changed;
}

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
