// SPDX-License-Identifier: BSL-1.0
#pragma once

// How records pass between threads and domains: taking, releasing, forking.
//
// The owner word: | generation of the fork (61) | abandoned (1) | domain dead (1) | in use (1) |
//
// A thread's records are in a list, and in a digital search tree: a record at depth d has below it
// those whose domains' numbers agree with its own in the lowest d bits, on the side of the next
// bit. No way down is longer than a number has bits; of domains made one after another it is about
// the logarithm of their count. Nothing is allocated.

#include "ferry/detail/reclaim/domain.hpp"

namespace ferry::inline FERRY_ABI::detail {

inline constexpr std::uint64_t owner_in_use = 1;
inline constexpr std::uint64_t owner_domain_dead = 2;
inline constexpr std::uint64_t owner_abandoned = 4;
inline constexpr std::uint64_t owner_flags = owner_in_use | owner_domain_dead | owner_abandoned;

constexpr std::uint64_t owner_word(std::uint64_t generation, std::uint64_t flags) noexcept {
    return (generation << 3) | flags;
}

constexpr std::uint64_t owner_generation(std::uint64_t owner) noexcept { return owner >> 3; }

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

    /// Whether a living thread of this process owns a record with this owner word.
    static bool in_use(std::uint64_t owner) noexcept;

    /// Whether a record with this owner word is nobody's, and may be taken, or freed.
    static bool is_free(std::uint64_t owner) noexcept {
        return !in_use(owner) && (owner & owner_abandoned) == 0;
    }

    static std::uint64_t generation() noexcept;

    /// The attempt in turn to move an epoch on that is under way in this process, in whichever
    /// domain; 0: none. A hint, which nothing relies on.
    static atomic<std::uint64_t> &attempt_under_way() noexcept;

    /// An attempt's number: a thread has one at a time.
    static std::uint64_t attempt_of(const thread_record &self) noexcept {
        return reinterpret_cast<std::uintptr_t>(&self);
    }

    static void release_all(void *) noexcept;
    static void after_fork() noexcept;

private:
    /// Has release_all called when this thread ends.
    static void await_exit() noexcept;

    static void release_record(thread_record *record) noexcept;
    static void abandon_record(thread_record *record) noexcept;

    static thread_record **place_of(thread_state &mine, std::uint64_t domain_id) noexcept;
    static void hold(thread_state &mine, thread_record *record) noexcept;
    static void take_out(thread_state &mine, thread_record *record) noexcept;
    static void free_of_dead_domains(thread_state &mine) noexcept;
};

} // namespace ferry::inline FERRY_ABI::detail
