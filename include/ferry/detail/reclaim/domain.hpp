// SPDX-License-Identifier: BSL-1.0
#pragma once

// An epoch domain: the epoch, and the list of the threads' records.
//
// Epoch-based reclamation after K. Fraser, "Practical lock-freedom" (2004), with the asymmetric
// barrier of membarrier(2) in place of a fence on each pin, and one more epoch of grace.
//
//   D1  The epoch moves from e to e + 1 only while no record shows a pin at another epoch than e.
//   D2  The kind of barrier is decided before the domain's first pin and never changes. When the
//       system refuses a heavy barrier later, the epoch stands still: memory is kept, not freed
//       too early.
//
// Progress: pinning is wait-free but for a thread's first pin here, which allocates its record;
// an advance is one bounded attempt.

#include "ferry/detail/reclaim/thread_record.hpp"

FERRY_DETAIL_BEGIN

/// Integers, as Boost's atomics of other types cannot be initialized at compile time.
using barrier_kind = std::uint8_t;
inline constexpr barrier_kind undecided_barrier = 0;
inline constexpr barrier_kind asymmetric_barrier = 1;
inline constexpr barrier_kind symmetric_barrier = 2;

/// Of a domain that has no number yet.
inline constexpr std::uint64_t no_domain_id = ~std::uint64_t{0};

class domain {
public:
    /// Without a number until a thread comes, so that no code has to run for it.
    constexpr domain() noexcept = default;
    domain(std::uint64_t id, barrier_kind kind) noexcept : id_(id), kind_(kind) {}

    domain(const domain &) = delete;
    domain &operator=(const domain &) = delete;

    /// Frees the records, but those of threads that own them yet. The domain is used no more. Not a
    /// destructor: one domain is never destroyed, and no code is to be registered for it.
    FERRY_API void end() noexcept;

    /// A number that no other domain of the process ever had, neither 0 nor no_domain_id.
    static std::uint64_t new_id() noexcept;

    /// A number of this process that its ancestors do not have: it tells whether this is a child of
    /// fork for something that was made before. Another copy of the library may have another one.
    FERRY_API static std::uint64_t process_number() noexcept;

    /// This thread's record, not pinned by the call. May throw std::bad_alloc, the first time a
    /// thread comes here; lock-free then, wait-free afterwards.
    [[gnu::always_inline]] thread_record &record() const {
        const thread_state &mine = this_thread();
        // relaxed: the number is all there is. If it is the cached one, this thread has read it
        // here before; any other, and none yet, leads to attach
        if (mine.cached_domain == id_.load(relaxed)) [[likely]] {
            return *mine.cached_record;
        }
        return attach();
    }

    [[gnu::always_inline]] thread_record &pin() const {
        thread_record &self = record();
        self.pin(epoch_);
        return self;
    }

    bool refresh(thread_record &self) const noexcept { return self.refresh(epoch_); }

    /// no_domain_id until a thread has come.
    std::uint64_t id() const noexcept { return id_.load(relaxed); } // relaxed: as in record()

    epoch_value epoch() const noexcept {
        // seq_cst: a label is read after the unlinking read-modify-write, in one order with it and
        // with the advances [E:label]; a drainer reads what an advance established [E:advance]
        return epoch_.load(seq_cst);
    }

    /// One attempt to move the epoch on. False: a pinned thread holds it back, another thread was
    /// faster, or the system refused the barrier.
    FERRY_API bool try_advance() noexcept;

    /// As try_advance, in a thread's turn: the first whose turn comes at this epoch tries, and the
    /// others leave it to that one, each once, so that no two do the same for nothing. From a
    /// thread's second turn at the epoch on it tries itself: the first may have been stopped, or
    /// held back by a pin. While an attempt of another thread is under way in this process, in
    /// whichever domain, turns are left out, but not more than turns_skipped in a row: what an
    /// attempt asks of the system waits there for other attempts.
    FERRY_API void try_advance_in_turn(thread_record &self) noexcept;

    /// Epochs since the oldest pin now held, 0 when none is.
    FERRY_API std::uint64_t oldest_pin_age() const noexcept;

    /// Whether the system refused a heavy barrier after having granted it, so that the epoch may
    /// stand still.
    bool barrier_refused() const noexcept {
        return barrier_refused_.load(relaxed); // relaxed: a fact for people, orders nothing
    }

    bool symmetric() const noexcept { return decide_kind() == symmetric_barrier; }

private:
    friend struct thread_registry;

    FERRY_API thread_record &attach() const;
    FERRY_API barrier_kind decide_kind() const noexcept;
    std::uint64_t given_id() const noexcept;

    mutable atomic<std::uint64_t> id_{no_domain_id};
    mutable atomic<barrier_kind> kind_{undecided_barrier};
    atomic<bool> barrier_refused_{false};
    mutable atomic<thread_record *> records_{}; // null: so it is constant with Boost's atomics
    mutable atomic<unsigned> record_count_{0};
    /// The last epoch at which an advance was tried in turn.
    atomic<epoch_value> tried_{~epoch_value{0}};
    alignas(apart_bytes) atomic<epoch_value> epoch_{first_epoch};
    [[maybe_unused]] char apart_[apart_bytes - sizeof(atomic<epoch_value>)] = {};
};

FERRY_DETAIL_END
