// SPDX-License-Identifier: BSL-1.0
#pragma once

// What accesses cost, in cycles of a core. They decide the order in which cores go on, and how many
// operations fit into a time; the counts of misses hardly depend on them. Rounded figures of
// one-socket servers; no processor in particular.

#include <cstdint>

namespace ferry::sharing::costs {

inline constexpr std::uint64_t hit = 1;
inline constexpr std::uint64_t locked = 18;    // what a locked instruction takes beyond its access
inline constexpr std::uint64_t from_core = 70; // a line that another core has modified
inline constexpr std::uint64_t take_shared = 70; // writing to a line of which others have copies
inline constexpr std::uint64_t from_shared = 40; // reading a line that others only read
inline constexpr std::uint64_t from_memory = 90; // a line that no core has
inline constexpr std::uint64_t yielding = 200;   // sched_yield, and sleeping

// A core runs on until it is so far ahead of the one that is furthest behind: with accesses that
// others notice or to lines that were passed lately, and with all others.
inline constexpr std::uint64_t window = 100;
inline constexpr std::uint64_t private_window = 400;
inline constexpr std::uint64_t lately = 1000;

// A clock's nanosecond.
inline constexpr std::uint64_t cycles_per_nanosecond = 3;

} // namespace ferry::sharing::costs
