// SPDX-License-Identifier: BSL-1.0
#pragma once

// How records pass between threads and domains: taking, releasing, forking.
//
//   owner: | owning thread (39) | process (22) | abandoned (1) | domain dead (1) | in use (1) |
//
// The thread is 0 in the record of an owned pin, which may end on any thread of the process, or of
// a child (R5). No thread's number is 0: it is made of its address.
//
// After a fork the child finds records in use by threads that it does not have. Their words name
// another process, and another thread than the one that forked, which is the child's first. The
// system tells both, so all copies of this library in a process agree. This includes copies that
// are loaded after the fork. It also holds while some copies have marked the first thread's records
// as the child's (after_fork) and others have not.
//
// If after_fork has run before the child starts a thread, a wrong answer can only be that a lost
// record is in use. That keeps memory and frees nothing too early. It can happen if the child's
// process has the number of an ended ancestor, or the number that its parent has in another
// namespace. It can also happen if the child's first thread has the address of a thread that an
// earlier fork lost, or if two threads' addresses agree in bits 6 to 44. A child made by _Fork or a
// raw clone runs no fork handlers, and must not use ferry. A fork handler that was registered
// before ferry's must not start threads.
//
// A thread's records are in a list, and in a digital search tree. Below a record at depth d are
// records whose domain numbers agree with its own in the lowest d bits; their next bit selects the
// side. A path down is no longer than a number has bits. For domains that were made one after
// another it is about the logarithm of their count. Nothing is allocated.

#include "ferry/detail/reclaim/domain.hpp"

FERRY_DETAIL_BEGIN

inline constexpr std::uint64_t owner_in_use = 1;
inline constexpr std::uint64_t owner_domain_dead = 2;
inline constexpr std::uint64_t owner_abandoned = 4;
inline constexpr std::uint64_t owner_flags = owner_in_use | owner_domain_dead | owner_abandoned;

inline constexpr std::uint64_t owner_process = ((std::uint64_t{1} << 22) - 1) << 3;
inline constexpr std::uint64_t owner_thread = ~(owner_flags | owner_process);

/// How often a pinned thread is told of its end, at most. The last time, its pinned records are
/// abandoned. This is one less than the rounds of destructors at a thread's end: if a destructor of
/// the first round makes the thread's first pin, the thread is told from the second round on.
inline constexpr unsigned tellings_of_end = 3;

struct thread_registry {
    /// This thread's record in the domain, or nullptr.
    static thread_record *find_own(std::uint64_t domain_id) noexcept;

    /// Gives this thread a record that was just taken or made. Frees records of the thread that it
    /// finds to belong to dead domains.
    static void adopt(thread_record *record) noexcept;

    /// An owner word of the calling thread, without flags.
    static std::uint64_t this_owner() noexcept;
    /// The owner word of an owned pin that is made in this process, without flags.
    static std::uint64_t owner_of_pin() noexcept { return this_owner() & owner_process; }

    /// A number that no ancestor of this process has, as far as this copy of the library has seen
    /// their forks. Makes no system call once the library is loaded. Copies need not agree: code
    /// that compares the numbers of two copies must take a difference for a fork.
    static std::uint64_t process_number() noexcept;

    /// Whether a living thread of this process, or an owned pin, owns a record with this owner
    /// word. `self` is this_owner(); its flags do not matter, nor its thread for a record of an
    /// owned pin.
    static bool in_use(std::uint64_t owner, std::uint64_t self) noexcept {
        const std::uint64_t other = owner ^ self;
        return (owner & (owner_in_use | owner_abandoned)) == owner_in_use &&
               ((owner & owner_thread) == 0 || (other & owner_process) == 0 ||
                ((other & owner_thread) == 0 && is_first_of_process()));
    }

    /// Whether a record with this owner word is nobody's, so that it may be taken or freed.
    static bool is_free(std::uint64_t owner, std::uint64_t self) noexcept {
        return !in_use(owner, self) && (owner & owner_abandoned) == 0;
    }

    /// Whether a record with this owner word is of an owned pin that an ancestor made. A thread
    /// that this process does not have may hold it.
    static bool is_inherited_pin(std::uint64_t owner, std::uint64_t self) noexcept {
        return (owner & owner_thread) == 0 && ((owner ^ self) & owner_process) != 0;
    }

    /// Leaves a record that is not pinned to whoever takes it next.
    static void release_record(thread_record *record) noexcept;

    static void release_all(void *) noexcept;
    static void after_fork() noexcept;
    /// As after_fork, for process_number.
    static void learn_process() noexcept;

private:
    static bool is_first_of_process() noexcept;

    /// Makes the system call release_all when this thread ends.
    static void await_exit() noexcept;

    static void abandon_record(thread_record *record) noexcept;

    static thread_record **place_of(thread_state &mine, std::uint64_t domain_id) noexcept;
    static void hold(thread_state &mine, thread_record *record) noexcept;
    static void take_out(thread_state &mine, thread_record *record) noexcept;
    static void free_of_dead_domains(thread_state &mine) noexcept;
};

FERRY_DETAIL_END
