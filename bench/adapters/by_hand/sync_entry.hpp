// SPDX-License-Identifier: BSL-1.0
#pragma once

// One key of a sync_map: a pointer to the value's box, which is changed by compare-exchange.
//
//   state      the key is   in the dirty map, if there is one   who changes it
//   a box      present      yes                                 anybody
//   nil        absent       yes                                 anybody, but to expunged
//   expunged   absent       no                                  the holder of the map's lock alone
//
//   box ◄──► nil            store, remove
//   nil ──► expunged        the dirty map is made, and this key left out of it
//   expunged ──► nil        before it is put back there, with a new box to follow
//
// Who stores into an expunged entry would store where the next read map will not have it: that is
// why it must take the lock first.
//
// Boxes and entries are read under a pin, which protects them.

#include "adapters/by_hand/epoch_garbage.hpp"

#include <atomic>
#include <memory>

namespace ferry::bench::by_hand {

template <class Value>
struct value_box : collectable {
    template <class First>
    explicit value_box(const First &first) : value(first) {}

    const Value value;
};

template <class Key, class Value>
class sync_entry : public collectable {
public:
    using box = value_box<Value>;

    sync_entry(const Key &k, std::unique_ptr<box> first) : key(k), state_(first.release()) {}

    // Nobody else has it.
    ~sync_entry() {
        box *last = state_.load(std::memory_order_relaxed); // relaxed: nobody else has it
        if (last != expunged())
            delete last;
    }

    // Null: absent.
    box *load() const {
        // LP: find, insert (key is present). acquire: the box
        box *seen = state_.load(std::memory_order_acquire);
        return seen == expunged() ? nullptr : seen;
    }

    struct loaded_or_stored {
        box *actual; // null: expunged, nothing was done
        bool stored;
    };

    template <class First>
    loaded_or_stored try_load_or_store(const First &value) {
        // acquire: the box
        box *seen = state_.load(std::memory_order_acquire);
        if (seen != nullptr)
            return {seen == expunged() ? nullptr : seen, false};
        auto fresh = std::make_unique<box>(value);
        // Failure: another thread stored, or expunged the entry.
        // LP: insert (known key). release: the box; acquire: the other's
        if (state_.compare_exchange_strong(seen, fresh.get(), std::memory_order_release,
                                           std::memory_order_acquire))
            return {fresh.release(), true};
        return {seen == expunged() ? nullptr : seen, false};
    }

    // False: expunged, nothing was done. Else the old box, or null, is the caller's to retire.
    bool try_swap(box *fresh, box *&old) {
        // acquire: the box, which whoever retires it must have seen
        old = state_.load(std::memory_order_acquire);
        do {
            if (old == expunged())
                return false;
            // Failure: another thread changed the value, and made progress.
            // LP: assign (known key). seq_cst: publishes the box; the old one is unlinked before
            // its label is read
        } while (!state_.compare_exchange_weak(old, fresh, std::memory_order_seq_cst,
                                               std::memory_order_acquire));
        return true;
    }

    // The old box, now the caller's to retire; null: the key was absent.
    box *remove() {
        // acquire: as in try_swap
        box *old = state_.load(std::memory_order_acquire);
        do {
            if (old == nullptr || old == expunged())
                return nullptr; // LP: erase (absent)
            // Failure: another thread changed the value, and made progress.
            // LP: erase. seq_cst: the old box is unlinked before its label is read
        } while (!state_.compare_exchange_weak(old, nullptr, std::memory_order_seq_cst,
                                               std::memory_order_acquire));
        return old;
    }

    // --- by the holder of the map's lock ---

    // As try_swap, of an entry that is not expunged.
    box *swap_locked(box *fresh) {
        // LP: assign (dirty key). seq_cst: as in try_swap
        return state_.exchange(fresh, std::memory_order_seq_cst);
    }

    // Whether the entry is expunged.
    bool try_expunge_locked() {
        box *seen = nullptr;
        // Failure: it has a value, and stays.
        // relaxed: nothing is behind either state; the lock orders the rest
        return state_.compare_exchange_strong(seen, expunged(), std::memory_order_relaxed);
    }

    // True: it was expunged, and must be put into the dirty map before the lock is released.
    bool unexpunge_locked() {
        box *seen = expunged();
        // Failure: it was not expunged.
        // relaxed: as above
        return state_.compare_exchange_strong(seen, nullptr, std::memory_order_relaxed);
    }

    bool is_expunged_locked() const {
        // relaxed: only the lock's holder changes that
        return state_.load(std::memory_order_relaxed) == expunged();
    }

    const Key key;

private:
    // An address that no box has.
    static box *expunged() {
        alignas(box) static char place;
        return reinterpret_cast<box *>(&place);
    }

    std::atomic<box *> state_;
};

} // namespace ferry::bench::by_hand
