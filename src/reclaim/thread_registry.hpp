// SPDX-License-Identifier: BSL-1.0
#pragma once

// How records pass between threads and domains: taking, releasing, forking.
//
// The owner word: | generation of the fork (62) | domain dead (1) | in use (1) |

#include "ferry/detail/reclaim/domain.hpp"

namespace ferry::inline FERRY_ABI::detail {

inline constexpr std::uint64_t owner_in_use = 1;
inline constexpr std::uint64_t owner_domain_dead = 2;
inline constexpr std::uint64_t owner_flags = owner_in_use | owner_domain_dead;

constexpr std::uint64_t owner_word(std::uint64_t generation, std::uint64_t flags) noexcept {
    return (generation << 2) | flags;
}

constexpr std::uint64_t owner_generation(std::uint64_t owner) noexcept { return owner >> 2; }

struct thread_registry {
    /// This thread's record in the domain, or nullptr; frees those whose domain is gone.
    static thread_record *find_own(std::uint64_t domain_id) noexcept;

    /// Makes a record that was just taken or made this thread's.
    static void adopt(thread_record *record) noexcept;

    /// Whether a living thread of this process owns a record with this owner word.
    static bool in_use(std::uint64_t owner) noexcept;

    static std::uint64_t generation() noexcept;

    static void release_all(void *) noexcept;
    static void after_fork() noexcept;

private:
    /// Has release_all called when this thread ends.
    static void await_exit() noexcept;

    static void release_record(thread_record *record) noexcept;
};

} // namespace ferry::inline FERRY_ABI::detail
