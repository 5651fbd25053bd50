// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map's garbage in stripes. A stripe has one intrusive list for each label (modulo epoch_lists),
// and expired_places lists for expired items that were put back.
//
//   G1  An item is in exactly one list, or in the hands of exactly one thread.
//   G2  A pushing thread has been pinned since before it read the label e. From that read until it
//       unpins the epoch is e or e + 1, because its pin allows at most one more advance (E1).
//   G3  Hence, for a drainer that is pinned and read epoch E after pinning, the lists of labels
//       E - 3 … E - (epoch_lists - 2) hold expired items only.
//   G4  A list is only taken whole, by exchange. A pop would read the link of an item that another
//       thread may have freed.
//
// Progress: lock-free. Apart from the disposals, two steps are not bounded. A push is retried after
// other threads' pushes. Putting a list back walks to its end if other threads filled every expired
// place.

#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/counter.hpp"
#include "ferry/detail/reclaim/domain.hpp"
#include "ferry/detail/reclaim/retired_item.hpp"

#include <algorithm>
#include <iterator>
#include <type_traits>

FERRY_DETAIL_BEGIN

class garbage_stripe {
public:
    /// Adds an item that became unreachable before the call. The caller is pinned in `home`.
    /// `owned`: the caller owns this stripe.
    void retire(retired_item item, const domain &home, bool owned) noexcept {
        // The label is read after the unlinking read-modify-write. So every thread that may still
        // hold a reference pinned at the label's epoch or before [E:label].
        push(by_label_[home.epoch() % epoch_lists], item);
        count(owned, item.kind(), 1);
    }

    /// Disposes of a few expired items, after it has put back the rest of their list. It frees at
    /// most `most_frees` of them; items of kind_retired_again only begin another grace period. If
    /// `dispose(item)` returns false, more of the item is left, and the item is put back. The
    /// caller is pinned in `home`. False: nothing was expired.
    template <class Dispose>
    bool drain(const domain &home, bool owned, Dispose &&dispose,
               unsigned most_frees = frees_per_drain) {
        retired_item taken[items_per_drain];
        unsigned count_taken = 0;
        unsigned frees = 0;
        retired_item list = take_expired(home);
        while (list && count_taken < items_per_drain && frees < most_frees) {
            frees += list.kind() != kind_retired_again;
            taken[count_taken++] = list;
            list = list.next(); // ours by the exchange (G1)
            if (!list) {
                list = take_expired(home);
            }
        }
        if (list) {
            put_back(list);
        }
        for (unsigned i = 0; i < count_taken; ++i) {
            dispose_of(owned, taken[i], dispose);
        }
        return count_taken != 0;
    }

    /// Disposes of all expired items, each to its end. The caller is pinned in `home`. False:
    /// nothing was expired.
    template <class Dispose>
    bool drain_all(const domain &home, bool owned, Dispose &&dispose) {
        bool any = false;
        while (retired_item list = take_expired(home)) {
            any = true;
            dispose_list(owned, list, dispose);
        }
        return any;
    }

    /// Whether all lists are empty, of expired and of other items. Threads may hold items in their
    /// hands.
    bool all_empty() const noexcept {
        const auto is_empty = [](const link_word &list) {
            // relaxed: what must be seen was pushed before something that the caller acquired
            return list.load(relaxed) == 0;
        };
        return std::all_of(std::begin(by_label_), std::end(by_label_), is_empty) &&
               std::all_of(std::begin(expired_), std::end(expired_), is_empty);
    }

    /// Disposes of everything, expired or not. No thread may hold a reference any more.
    template <class Dispose>
    void take_everything(Dispose &&dispose) {
        for (auto &list : by_label_) {
            dispose_list(false, take(list), dispose);
        }
        for (auto &list : expired_) {
            dispose_list(false, take(list), dispose);
        }
    }

    /// Items of one kind that wait here. May be off by operations under way.
    std::int64_t pending(retired_kind kind) const noexcept {
        return pending_[static_cast<unsigned>(kind) - 1].load();
    }

private:
    void count(bool owned, retired_kind kind, std::int64_t change) noexcept {
        pending_[static_cast<unsigned>(kind) - 1].add(owned, change);
    }

    template <class Dispose>
    void dispose_of(bool owned, retired_item item, Dispose &dispose) {
        const retired_kind kind = item.kind();
        if constexpr (std::is_void_v<std::invoke_result_t<Dispose &, retired_item>>) {
            dispose(item);
        } else if (!dispose(item)) {
            push(expired_[0], item);
            return;
        }
        count(owned, kind, -1);
    }

    template <class Dispose>
    void dispose_list(bool owned, retired_item list, Dispose &dispose) {
        while (list) {
            const retired_item next = list.next(); // ours by the exchange (G1)
            dispose_of(owned, list, dispose);
            list = next;
        }
    }

    static void push(link_word &list, retired_item item) noexcept { push_chain(list, item, item); }

    static void push_chain(link_word &list, retired_item first, retired_item last) noexcept {
        std::uint64_t head = list.load(relaxed); // relaxed: only compared and passed on
        do {
            last.set_next(retired_item::from_bits(head));
            // Failure: another thread pushed or took, and made progress. ABA is harmless: the head
            // is never dereferenced, and an equal head is the list that ours goes in front of.
            // acq_rel: publishes our link; passes on what earlier pushes published [E:garbage]
        } while (!list.compare_exchange_weak(head, first.bits(), acq_rel, relaxed));
    }

    static retired_item take(link_word &list) noexcept {
        if (list.load(relaxed) == 0) { // relaxed: avoids the exchange of an empty list
            return {};
        }
        // acquire: the links and objects that the pushing threads wrote [E:garbage]
        return retired_item::from_bits(list.exchange(0, acquire));
    }

    retired_item take_expired(const domain &home) noexcept {
        for (auto &list : expired_) {
            if (const retired_item taken = take(list)) {
                return taken;
            }
        }
        const epoch_value now = home.epoch();
        for (unsigned age = grace_epochs; age <= epoch_lists - 2; ++age) { // G3
            if (const retired_item taken = take(by_label_[epoch_before(now, age) % epoch_lists])) {
                return taken;
            }
        }
        return {};
    }

    void put_back(retired_item list) noexcept {
        for (auto &place : expired_) {
            std::uint64_t nothing = 0;
            // Failure: another thread put a list there; we try the next place.
            // release: passes the links on to the next taker [E:garbage]
            if (place.compare_exchange_strong(nothing, list.bits(), release, relaxed)) {
                return;
            }
        }
        retired_item last = list;
        while (const retired_item next = last.next()) {
            last = next;
        }
        push_chain(expired_[0], list, last);
    }

    link_word by_label_[epoch_lists] = {};
    link_word expired_[expired_places] = {};
    counter pending_[retired_kinds];
};

FERRY_DETAIL_END
