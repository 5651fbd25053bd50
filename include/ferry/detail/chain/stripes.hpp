// SPDX-License-Identifier: BSL-1.0
#pragma once

// Per-thread counters and garbage lists of a map, so that threads seldom write to one cache line.
//
// A map begins with one stripe, the common one. It belongs to the first thread that counts there. A
// thread in a stripe that it does not own is a guest, and counts with read-modify-writes in second
// words. Of so many times that guests look up the common stripe, one makes the places of stripes
// or, once they are there, the thread's own. A map that few threads write to, or seldom, stays
// small. Threads with records beyond the places stay guests.
//
//   places_ ──► | stripe of record 0 | stripe of record 1 | … |     those not made: the common one
//
//   K2  Only the thread that holds a stripe's owning record writes the words of its owner (K1). The
//       owner of the common stripe is set once, by a CAS from nobody. A stripe of a thread's own is
//       made with its owner.
//   K3  A stripe lives as long as the map. What was counted in one stripe stays there, and only the
//       sum over all stripes means something.
//   K4  Only the thread with record i writes place i, and only while the common stripe is there.
//
// Progress: wait-free, but for the allocator. If it has no memory, a thread stays a guest. An
// operation allocates at most twice here: the places, and its thread's stripe.

#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/platform/rounding.hpp"
#include "ferry/detail/platform/tuning.hpp"
#include "ferry/detail/reclaim/garbage.hpp"

#include <algorithm>
#include <bit>
#include <new>

FERRY_ENGINE_BEGIN

/// A stripe of a map. `Counts`: what the engine counts.
template <class Counts>
struct map_stripe {
    static constexpr unsigned nobody = ~0u;

    explicit map_stripe(unsigned owner_index = nobody) noexcept : owner(owner_index) {}

    /// `index`: of the calling thread's record.
    bool is_owned_by(unsigned index) const noexcept {
        // relaxed: only the caller itself writes its index here (K2)
        return owner.load(detail::relaxed) == index;
    }

    Counts counts;
    /// Turns at reclamation in this map, which decide when the stripe is drained. The thread's own
    /// count would not do: a thread that writes to two maps alternately would drain one of them in
    /// all its turns, and the other in none.
    detail::counter turns;
    /// The index of the record whose thread owns the stripe.
    detail::atomic<unsigned> owner;
    /// Lookups by guests that might have a stripe of their own.
    detail::atomic<unsigned> guests{0};
    detail::garbage_stripe garbage;
};

/// The most stripes of a map on this machine, without the common one: a power of two, so that a
/// mask selects a thread's place.
inline unsigned stripe_count() noexcept {
    return std::clamp(std::bit_ceil(2 * detail::processor_count()), detail::min_stripes,
                      detail::max_stripes);
}

/// A thread's stripe in a map, and whether the thread owns it.
template <class Stripe>
struct map_seat {
    Stripe &stripe;
    bool owned;
};

/// `Most`: the largest `most`, of this map's kind. If it is 1, there is only the common stripe, and
/// record 0 owns it.
template <class Stripe, unsigned Most = detail::max_stripes>
class map_stripes {
public:
    using seat = map_seat<Stripe>;

    /// `most`: a power of two. `common` outlives this object, and shares no line with it.
    map_stripes(Stripe &common, unsigned most) noexcept : common_(common), mask_(most - 1) {}

    map_stripes(const map_stripes &) = delete;
    map_stripes &operator=(const map_stripes &) = delete;

    /// No thread uses the stripes any more.
    ~map_stripes() {
        place *const places = places_.load(detail::relaxed); // relaxed: nobody else uses them
        if (places == nullptr) {
            return;
        }
        for (unsigned i = 0; i <= mask_; ++i) {
            Stripe *const each = places[i].load(detail::relaxed); // relaxed: as above
            if (each != &common_) {
                each->~Stripe();
                free_memory(each);
            }
        }
        free_memory(places);
    }

    /// The most stripes, without the common one.
    unsigned most() const noexcept { return mask_ + 1; }

    /// The seat of the thread whose record has this index.
    [[gnu::always_inline]] seat seat_of(unsigned index) noexcept {
        if constexpr (Most == 1) {
            return {common_, index == 0};
        }
        Stripe &at = stripe_at(index);
        return at.is_owned_by(index) ? seat{at, true} : seat_of_guest(at, index);
    }

    /// One stripe after the other, as `turn` goes on.
    Stripe &in_turn(std::uint64_t turn) noexcept {
        const std::uint64_t index = turn % (std::uint64_t{mask_} + 2);
        return index <= mask_ ? stripe_at(static_cast<unsigned>(index)) : common_;
    }

    /// Calls f(stripe) for each stripe. Those that are made meanwhile may be left out.
    template <class F>
    void for_each(F &&f) const {
        f(common_);
        // acquire: as in stripe_at [E:stripe]
        if (const place *const places = places_.load(detail::acquire)) {
            for (unsigned i = 0; i <= mask_; ++i) {
                // acquire: as in stripe_at [E:stripe]
                Stripe *const each = places[i].load(detail::acquire);
                if (each != &common_) {
                    f(*each);
                }
            }
        }
    }

private:
    using place = detail::atomic<Stripe *>;

    Stripe &stripe_at(unsigned index) noexcept {
        // acquire: the places as they were made [E:stripe]
        place *const places = places_.load(detail::acquire);
        if (places == nullptr) {
            return common_;
        }
        return *places[index & mask_].load(detail::acquire); // acquire: the stripe [E:stripe]
    }

    [[gnu::noinline, gnu::cold]] seat seat_of_guest(Stripe &at, unsigned index) noexcept {
        unsigned owner = at.owner.load(detail::relaxed); // relaxed: only compared
        // Failure: another thread is the first.
        // relaxed: gives only this thread something, and is read back only by it (K2)
        if (owner == Stripe::nobody &&
            at.owner.compare_exchange_strong(owner, index, detail::relaxed, detail::relaxed)) {
            return {at, true};
        }
        // relaxed: decides only when a stripe is made
        if (&at == &common_ && index <= mask_ &&
            (at.guests.fetch_add(1, detail::relaxed) + 1) % detail::guests_per_stripe == 0) {
            make_for(index);
        }
        return {at, false};
    }

    /// Makes the places, or the thread's stripe if they are there.
    void make_for(unsigned index) noexcept {
        place *places = places_.load(detail::acquire); // acquire: as in stripe_at [E:stripe]
        if (places == nullptr) {
            make_places();
        } else if (void *const memory = memory_of(sizeof(Stripe))) {
            // release: the stripe as it was made [E:stripe]
            places[index].store(::new (memory) Stripe(index), detail::release); // K4
        }
    }

    void make_places() noexcept {
        void *const memory = memory_of(most() * sizeof(place));
        if (memory == nullptr) {
            return;
        }
        auto *const made = static_cast<place *>(memory);
        for (unsigned i = 0; i <= mask_; ++i) {
            ::new (static_cast<void *>(made + i)) place(&common_);
        }
        place *none = nullptr;
        // Failure: another thread's places are there.
        // release: the places as they were made [E:stripe]
        if (!places_.compare_exchange_strong(none, made, detail::release, detail::relaxed)) {
            free_memory(memory);
        }
    }

    /// Whole lines that no other object shares. nullptr: there is none.
    static void *memory_of(std::size_t bytes) noexcept {
        return ::operator new (detail::rounded_up(bytes, detail::apart_bytes),
                               std::align_val_t{detail::apart_bytes}, std::nothrow);
    }
    static void free_memory(void *memory) noexcept {
        ::operator delete (memory, std::align_val_t{detail::apart_bytes});
    }

    // Read by every thread that writes to the map.
    detail::atomic<place *> places_{nullptr};
    Stripe &common_;
    const unsigned mask_;
};

FERRY_ENGINE_END
