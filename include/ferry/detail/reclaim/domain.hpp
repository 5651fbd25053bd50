// SPDX-License-Identifier: BSL-1.0
#pragma once

// An epoch domain: the epoch, and the list of the records of its threads and owned pins.
//
// Epoch-based reclamation after K. Fraser, "Practical lock-freedom" (2004). The asymmetric barrier
// of membarrier(2) replaces the fence of each pin, and costs one more epoch of grace.
//
//   D1  The epoch advances from e to e + 1 only if a scan found no record in use that is pinned at
//       another epoch than e.
//   D2  The kind of barrier is decided before the domain's first pin and never changes. If the
//       system refuses a heavy barrier later, the epoch stands still: memory is kept, and is not
//       freed too early.
//
// Progress: pinning is wait-free, except that a thread's first pin in a domain allocates its record
// and is lock-free. Making an owned pin is lock-free. An advance is one bounded attempt.

#include "ferry/detail/reclaim/counter.hpp"
#include "ferry/detail/reclaim/thread_record.hpp"

FERRY_DETAIL_BEGIN

/// The number of a domain that has none yet.
inline constexpr std::uint64_t no_domain_id = ~std::uint64_t{0};

class domain {
public:
    /// The domain gets its number from the first thread that uses it, so construction runs no code.
    constexpr domain() noexcept = default;
    domain(std::uint64_t id, barrier_kind kind) noexcept : id_(id), kind_(kind) {}

    domain(const domain &) = delete;
    domain &operator=(const domain &) = delete;

    /// Frees the records, except those that threads still own (R3). The domain must not be used
    /// afterwards. This is no destructor, because the default domain is never destroyed and must
    /// not register code for it.
    FERRY_API void end() noexcept;

    /// A number that no other domain of the process has or had. Not 0, and so far below
    /// symmetric_mark that with the mark it is not no_domain_id.
    static std::uint64_t new_id() noexcept;

    /// A number that this process does not share with its ancestors. An object that stores it can
    /// tell later whether it is in a child of fork. Another copy of the library may have another
    /// number. Not covered: a copy that is loaded into a process whose number an ancestor had that
    /// made the object.
    FERRY_API static std::uint64_t process_number() noexcept;

    /// This thread's record. Does not pin. A thread's first call in this domain may throw
    /// std::bad_alloc and is lock-free; later calls are wait-free.
    thread_record &record() const;

    /// Pins this thread, whose record it returns. As record().
    [[gnu::always_inline]] thread_record &pin() const {
        const thread_state &mine = this_thread();
        // relaxed: only the number matters. If it equals the cached one, this thread has read it
        // here before, and pins are asymmetric. All else is for pin_otherwise: another number, none
        // yet, or a cached number with symmetric_mark
        if (mine.cached_domain == id_.load(relaxed)) [[likely]] {
            thread_record &self = *mine.cached_record;
            self.pin(epoch_, asymmetric_barrier);
            return self;
        }
        return pin_otherwise();
    }

    bool refresh(thread_record &self) const noexcept { return self.refresh(epoch_); }

    /// Makes an owned pin, in a free record or a new one. Lock-free. May throw std::bad_alloc.
    FERRY_API thread_record &pin_owned() const;
    /// Ends an owned pin, on any thread. Wait-free.
    FERRY_API static void unpin_owned(thread_record &record) noexcept;

    /// no_domain_id until a thread has used the domain.
    std::uint64_t id() const noexcept { return id_.load(relaxed); } // relaxed: as in record()

    epoch_value epoch() const noexcept {
        // seq_cst: a label is loaded after the unlinking read-modify-write, in one total order with
        // it and with the advances [E:label]. A drainer sees what an advance established
        // [E:advance]
        return epoch_.load(seq_cst);
    }

    /// Makes one attempt to advance the epoch. False: a pinned thread holds it back, another thread
    /// was faster, or the system refused the barrier.
    FERRY_API bool try_advance() noexcept;

    /// Like try_advance, but at the pace of advance_pace: all domains of this copy of the library
    /// with this kind of barrier begin one attempt in attempt_interval. If none is due, the thread
    /// notes which barrier would serve it. At a later turn it advances the epoch by that one,
    /// whichever thread issued it.
    FERRY_API void try_advance_in_turn(thread_record &self) noexcept;

    /// Epochs since the oldest pin that is held now. 0: none is held, or none is old.
    FERRY_API std::uint64_t oldest_pin_age() const noexcept;

    /// Nanoseconds since an attempt to advance the epoch first failed for a pin that has held it
    /// back ever since: no pin that holds it back is younger. 0: none does, or no attempt was made.
    FERRY_API std::uint64_t held_nanoseconds() const noexcept;

    /// Whether the system refused a heavy barrier after it had granted it. The epoch may then stand
    /// still.
    bool barrier_refused() const noexcept {
        return barrier_refused_.load(relaxed); // relaxed: only for statistics, orders nothing
    }

    /// The maps that live in this domain; those of units without assertions are not counted.
    rare_counter &checked_maps() noexcept { return checked_maps_; }

    bool symmetric() const noexcept { return decide_kind() == symmetric_barrier; }

private:
    friend struct thread_registry;

    FERRY_API thread_record &pin_otherwise() const;
    thread_record &attach() const;
    thread_record *take_record(bool owned, std::uint64_t new_owner) const;
    thread_record *make_record(unsigned index, std::uint64_t new_owner) const;
    FERRY_API barrier_kind decide_kind() const noexcept;
    bool issue_barrier(barrier_kind kind) noexcept;
    bool advance_from(epoch_value now) noexcept;
    void note_held(epoch_value now) noexcept;
    std::uint64_t given_id() const noexcept;

    mutable atomic<std::uint64_t> id_{no_domain_id};
    mutable atomic<barrier_kind> kind_{undecided_barrier};
    atomic<bool> barrier_refused_{false};
    mutable atomic<thread_record *> records_{}; // null; only {} is constant with Boost's atomics
    mutable atomic<unsigned> record_count_{0};
    rare_counter checked_maps_;
    alignas(apart_bytes) atomic<epoch_value> epoch_{first_epoch};
    // The last epoch that a pin was found to hold back, and when that was first noticed.
    atomic<epoch_value> held_at_{~epoch_value{0}};
    atomic<std::uint64_t> held_since_{0};
    [[maybe_unused]] char
        apart_[apart_bytes - 2 * sizeof(atomic<epoch_value>) - sizeof(atomic<std::uint64_t>)] = {};
};

FERRY_DETAIL_END
