// SPDX-License-Identifier: BSL-1.0
#pragma once

// A record of a domain: the pin of a thread, with counts of its turns, or an owned pin.
// src/reclaim/thread_registry.hpp passes records from thread to thread.
//
//   R1  Only the record's owner changes `pinned_`. A scan of the symmetric kind writes it back
//       unchanged by a read-modify-write.
//   R2  A record is linked into its domain's list once, and stays there until the domain ends. A
//       thread that exits leaves its record to the next thread that asks, and the end of an owned
//       pin to the next owned pin.
//   R3  Of the domain and the record's owner, the one that ends last frees the record (`owner_`).
//   R4  A record whose thread ended while it was pinned is abandoned: it holds nothing back. It is
//       neither handed out nor freed, because its guards may still end in the thread's last
//       destructors.
//   R5  A record of an owned pin is owned by whoever holds the pin. It never becomes a thread's, nor
//       the reverse. In a child of fork it stays in use, because the thread that forked may hold the
//       pin. If a lost thread held it, it holds the epoch back for good.
//
// Progress: pin, unpin and refresh are wait-free. attach is lock-free, and allocates at most once.

#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/platform/atomic.hpp"
#include "ferry/detail/platform/barrier.hpp"
#include "ferry/detail/platform/cpu.hpp"
#include "ferry/detail/reclaim/epoch.hpp"

#ifndef FERRY_MODEL
#include <pthread.h>
#endif

FERRY_DETAIL_BEGIN

class thread_record;

/// How the pins of a domain are ordered against the scans of its records. Integers, because Boost's
/// atomics of other types cannot be initialized at compile time.
using barrier_kind = std::uint8_t;
inline constexpr barrier_kind undecided_barrier = 0;
inline constexpr barrier_kind asymmetric_barrier = 1;
inline constexpr barrier_kind symmetric_barrier = 2;

/// In `cached_domain`: the domain's barrier is symmetric. Numbers of domains are smaller.
inline constexpr std::uint64_t symmetric_mark = std::uint64_t{1} << 63;

/// What a copy of ferry keeps for each thread. It starts as zero.
struct thread_state {
    /// The record that the thread used last, and the number of its domain, with symmetric_mark if
    /// it applies. A number is never 0 and never used again, so a cached record cannot be taken for
    /// one of a newer domain.
    std::uint64_t cached_domain;
    thread_record *cached_record;
    /// The records that the thread holds, one for each domain it has used. Linked by
    /// next_of_thread_, the newest first.
    thread_record *own_records;
    /// The same records as a tree (thread_registry::place_of).
    thread_record *own_by_domain;
    /// The link to the record that is checked next for a dead domain. nullptr: the first record.
    thread_record **next_look;
    /// How often the thread was told of its end.
    unsigned ends;
};

#ifdef FERRY_MODEL
inline thread_state &this_thread() noexcept {
    static_assert(sizeof(thread_state) <= model::thread_storage_bytes);
    return *static_cast<thread_state *>(model::thread_storage());
}
inline const void *thread_mark() noexcept { return &this_thread(); }
#else
// Initial-exec: one load from the thread pointer and no call, in shared libraries too. constinit:
// no access goes through an initialization wrapper.
FERRY_API extern constinit thread_local thread_state state_of_thread
    __attribute__((tls_model("initial-exec")));
// Inlined in every build, so that one image's code does not get another image's copy of it: of
// several copies of ferry in a process each has its own state.
[[gnu::always_inline]] inline thread_state &this_thread() noexcept { return state_of_thread; }
/// A word that no other living thread of the process has. The same for each copy of ferry in it.
inline const void *thread_mark() noexcept { return reinterpret_cast<const void *>(pthread_self()); }
#endif

/// Some turns at reclamation, as the last ones that a counter has counted.
struct turn_count {
    std::uint64_t more;
    std::uint64_t after;

    /// Whether one of them is the last of a period.
    bool complete(std::uint64_t period) const noexcept {
        return (after - more) / period != after / period;
    }
};

class advance_pace;

class alignas(apart_bytes) thread_record {
public:
    /// The index of records of owned pins. They do no operations, so it selects no stripe.
    static constexpr unsigned no_index = ~0u;

    thread_record(std::uint64_t domain_id, unsigned index, barrier_kind kind,
                  std::uint64_t owner) noexcept
        : index_(index), kind_(kind), domain_id_(domain_id), owner_(owner) {}

    thread_record(const thread_record &) = delete;
    thread_record &operator=(const thread_record &) = delete;

    /// Pins at the domain's epoch. If the thread is pinned here already, only counts one more.
    /// Wait-free. `kind`: of the domain.
    [[gnu::always_inline]] void pin(const atomic<epoch_value> &global, barrier_kind kind) noexcept {
        if (pinned()) [[unlikely]] {
            ++more_pins_;
        } else {
            publish_pin(global, kind);
        }
    }

    /// Counts one more pin of a thread that is pinned here. Wait-free.
    void pin_again() noexcept {
        FERRY_ASSERT(pinned() && owned_by_this_thread(), "only a pinned thread can pin again");
        ++more_pins_;
    }

    /// Ends one pin. Wait-free; nothing is freed or allocated.
    [[gnu::always_inline]] void unpin() noexcept {
        FERRY_ASSERT(owned_by_this_thread(),
                     "a guard or handle was released on another thread than it was made on: "
                     "release it on the thread that made it, or use an owned_guard or owned "
                     "handle");
        FERRY_ASSERT(pinned(), "a guard or handle was released twice");
        if (more_pins_ == 0) [[likely]] {
            // release: our reads of protected memory come before it [E:unpin]
            pinned_.store(0, release);
        } else {
            --more_pins_;
        }
    }

    /// Renews the pin at the present epoch. False: it is not this thread's only pin here.
    /// Wait-free.
    bool refresh(const atomic<epoch_value> &global) noexcept {
        if (more_pins_ != 0) {
            return false;
        }
        // release: our reads of protected memory come before it [E:unpin]
        pinned_.store(0, release);
        publish_pin(global, kind_);
        return true;
    }

    /// The pin word as the owner last wrote it, for the scan of an epoch advance.
    std::uint64_t scan_pin() noexcept {
        if (kind_ == symmetric_barrier) {
            // seq_cst read-modify-write: a later pin's exchange reads from it [E:pin] [E:unpin]
            return pinned_.fetch_add(0, seq_cst);
        }
        // acquire: the owner's reads before its unpin come before what the advance allows
        // [E:unpin]. The heavy barrier before the scan is the partner of the pin [E:pin]
        return pinned_.load(acquire);
    }

    bool owned_by_this_thread() const noexcept { return thread_mark_ == thread_mark(); }

    /// Only for the owner.
    bool pinned() const noexcept { return pinned_.load(relaxed) != 0; } // relaxed: our own (R1)
    bool pinned_once() const noexcept { return pinned() && more_pins_ == 0; }

    /// Small, and unique among the domain's records of threads. Chooses the thread's stripes.
    unsigned index() const noexcept { return index_; }
    bool is_of_owned_pin() const noexcept { return index_ == no_index; }
    std::uint64_t domain_id() const noexcept { return domain_id_; }

    /// Counts turns at reclamation, of this thread in all maps of this domain.
    turn_count count_turns(std::uint64_t more) noexcept { return {more, turns_ += more}; }

    /// Counts an operation that met an old table. Returns how many this thread has had in this
    /// domain, modulo 2^32.
    std::uint32_t increment_looks() noexcept { return ++looks_; }

    /// False: the thread is reclaiming already. Keeps a user's destructor that uses the map from
    /// reclaiming inside a reclaim. end_reclaiming() must follow a true.
    bool begin_reclaiming() noexcept {
        if (reclaiming_) {
            return false;
        }
        reclaiming_ = true;
        return true;
    }
    void end_reclaiming() noexcept { reclaiming_ = false; }

private:
    friend class domain;
    friend struct thread_registry;

    [[gnu::always_inline]] void publish_pin(const atomic<epoch_value> &global,
                                            barrier_kind kind) noexcept {
        // acquire: what was unlinked before this epoch began is seen unlinked [E:advance]
        const std::uint64_t word = pin_word(global.load(acquire));
        if (kind == symmetric_barrier) {
            // seq_cst read-modify-write: in one order with every scan of this record [E:pin]
            pinned_.exchange(word, seq_cst);
        } else {
            // release: comes after the reads under an earlier pin. The light barrier orders the pin
            // against the scan; its partner is the heavy barrier before the scan [E:pin]
            pinned_.store(word, release);
            light_barrier();
        }
    }

    // Written by the owner only (R1).
    atomic<std::uint64_t> pinned_{0};
    /// The owner's pins beside the one that `pinned_` stands for.
    unsigned more_pins_ = 0;
    const unsigned index_;
    const barrier_kind kind_;
    bool reclaiming_ = false;
    std::uint32_t looks_ = 0;
    std::uint64_t turns_ = 0;
    /// A barrier with this ticket or a later one serves for an advance from the epoch awaited_at_
    /// (A2). Tickets count in one pace only, and copies of the library that use this record have
    /// one each. nullptr: none is awaited.
    const advance_pace *awaited_in_ = nullptr;
    std::uint64_t awaited_ticket_ = 0;
    epoch_value awaited_at_ = 0;
    const std::uint64_t domain_id_;

    // Seldom written. Every scan reads the first two.
    alignas(line_bytes) atomic<std::uint64_t> owner_;
    thread_record *next_in_domain_ = nullptr;
    /// The thread_mark() of the owner.
    const void *thread_mark_ = nullptr;
    thread_record *next_of_thread_ = nullptr;
    thread_record *below_[2] = {};
};
static_assert(sizeof(thread_record) == apart_bytes, "what scans read is on the second line");

FERRY_DETAIL_END
