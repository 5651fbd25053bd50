// SPDX-License-Identifier: BSL-1.0
#pragma once

// How records pass between threads and domains: taking, releasing, forking.
//
// The owner word: | owning thread (40) | its process (22) | domain dead (1) | in use (1) |
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

#include "ferry/detail/reclaim/domain.hpp"

namespace ferry::inline FERRY_ABI::detail {

inline constexpr std::uint64_t owner_in_use = 1;
inline constexpr std::uint64_t owner_domain_dead = 2;
inline constexpr std::uint64_t owner_flags = owner_in_use | owner_domain_dead;

inline constexpr std::uint64_t owner_process = ((std::uint64_t{1} << 22) - 1) << 2;
inline constexpr std::uint64_t owner_thread = ~(owner_flags | owner_process);

struct thread_registry {
    /// This thread's record in the domain, or nullptr; frees those whose domain is gone.
    static thread_record *find_own(std::uint64_t domain_id) noexcept;

    /// Makes a record that was just taken or made this thread's.
    static void adopt(thread_record *record) noexcept;

    /// An owner word of the calling thread, without flags.
    static std::uint64_t this_owner() noexcept;

    /// This process, as it was when the library was loaded or the process forked: without a call of
    /// the system.
    static std::uint64_t process_number() noexcept;

    /// Whether a living thread of this process owns a record with this owner word. `self` is
    /// this_owner().
    static bool in_use(std::uint64_t owner, std::uint64_t self) noexcept {
        const std::uint64_t other = owner ^ self;
        return (owner & owner_in_use) != 0 &&
               ((other & owner_process) == 0 ||
                ((other & owner_thread) == 0 && is_first_of_process()));
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
};

} // namespace ferry::inline FERRY_ABI::detail
