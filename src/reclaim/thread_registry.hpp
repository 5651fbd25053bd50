// SPDX-License-Identifier: BSL-1.0
#pragma once

// How records pass between threads and domains: taking, releasing, forking.
//
// The owner word: | owning thread (39) | its process (22) | abandoned (1) | domain dead (1) | in
// use (1) |
//
// A fork leaves records in use by threads that the child does not have: they are of another
// process, and of another thread than the one that forked, which is the child's first. Both are the
// system's to tell, so that all copies of this library in a process agree: also those that are
// loaded after the fork, and also while some copies have marked the first thread's records as the
// child's (after_fork) and others have not.
//
// A wrong answer can only be that a lost record is in use. That keeps memory and frees nothing. It
// takes a child whose process has the number of an ancestor that has ended, or the number that its
// parent has in another namespace; or a first thread with the address that a thread had which an
// earlier fork lost.
//
// A thread's records are in a list, and in a digital search tree: a record at depth d has below it
// those whose domains' numbers agree with its own in the lowest d bits, on the side of the next
// bit. No way down is longer than a number has bits; of domains made one after another it is about
// the logarithm of their count. Nothing is allocated.

#include "ferry/detail/reclaim/domain.hpp"

FERRY_DETAIL_BEGIN

inline constexpr std::uint64_t owner_in_use = 1;
inline constexpr std::uint64_t owner_domain_dead = 2;
inline constexpr std::uint64_t owner_abandoned = 4;
inline constexpr std::uint64_t owner_flags = owner_in_use | owner_domain_dead | owner_abandoned;

inline constexpr std::uint64_t owner_process = ((std::uint64_t{1} << 22) - 1) << 3;
inline constexpr std::uint64_t owner_thread = ~(owner_flags | owner_process);

/// How often a thread is told of its end, at most, while it is pinned; the last time its pinned
/// records are abandoned. One less than the rounds of destructors at a thread's end: when the first
/// pin of all is made by a destructor of the first round, the thread is told from the second on.
inline constexpr unsigned tellings_of_end = 3;

struct thread_registry {
    /// This thread's record in the domain, or nullptr.
    static thread_record *find_own(std::uint64_t domain_id) noexcept;

    /// Makes a record that was just taken or made this thread's, and frees those of its records
    /// that it meets whose domain is gone.
    static void adopt(thread_record *record) noexcept;

    /// An owner word of the calling thread, without flags.
    static std::uint64_t this_owner() noexcept;

    /// A number that no ancestor of this process has, as far as this copy of the library has seen
    /// their forks. Without a call of the system. Copies need not agree: who compares numbers of
    /// two must take a difference for a fork.
    static std::uint64_t process_number() noexcept;

    /// Whether a living thread of this process owns a record with this owner word. `self` is
    /// this_owner().
    static bool in_use(std::uint64_t owner, std::uint64_t self) noexcept {
        const std::uint64_t other = owner ^ self;
        return (owner & (owner_in_use | owner_abandoned)) == owner_in_use &&
               ((other & owner_process) == 0 ||
                ((other & owner_thread) == 0 && is_first_of_process()));
    }

    /// Whether a record with this owner word is nobody's, and may be taken, or freed.
    static bool is_free(std::uint64_t owner, std::uint64_t self) noexcept {
        return !in_use(owner, self) && (owner & owner_abandoned) == 0;
    }

    /// The attempt in turn to move an epoch on that is under way in this process, in whichever
    /// domain; 0: none. A hint, which nothing relies on.
    static atomic<std::uint64_t> &attempt_under_way() noexcept;

    /// An attempt's number: a thread has one at a time.
    static std::uint64_t attempt_of(const thread_record &self) noexcept {
        return reinterpret_cast<std::uintptr_t>(&self);
    }

    static void release_all(void *) noexcept;
    static void after_fork() noexcept;
    /// As after_fork, for process_number.
    static void learn_process() noexcept;

private:
    static bool is_first_of_process() noexcept;

    /// Has release_all called when this thread ends.
    static void await_exit() noexcept;

    static void release_record(thread_record *record) noexcept;
    static void abandon_record(thread_record *record) noexcept;

    static thread_record **place_of(thread_state &mine, std::uint64_t domain_id) noexcept;
    static void hold(thread_state &mine, thread_record *record) noexcept;
    static void take_out(thread_state &mine, thread_record *record) noexcept;
    static void free_of_dead_domains(thread_state &mine) noexcept;
};

FERRY_DETAIL_END
