// SPDX-License-Identifier: BSL-1.0
#pragma once

// The machine that a model build of ferry runs on: what its atomics, barriers and thread-local
// state call. Logical threads are fibers of one operating-system thread; each operation below is a
// step, before which the scheduler may let another thread run.
//
// Outside an execution (static objects, the harness) the operations are plain ones.

#include <cstddef>
#include <cstdint>
#include <exception>

namespace ferry::model {

enum class order : std::uint8_t { relaxed, acquire, release, acq_rel, seq_cst };

std::uint64_t load(const void *at, unsigned bytes, order) noexcept;
void store(void *at, unsigned bytes, std::uint64_t value, order) noexcept;
std::uint64_t exchange(void *at, unsigned bytes, std::uint64_t value, order) noexcept;
std::uint64_t add(void *at, unsigned bytes, std::uint64_t change, order) noexcept;
std::uint64_t set_bits(void *at, unsigned bytes, std::uint64_t bits, order) noexcept;
std::uint64_t keep_bits(void *at, unsigned bytes, std::uint64_t bits, order) noexcept;
/// `may_fail`: also without a reason, as a weak one.
bool compare_exchange(void *at, unsigned bytes, std::uint64_t &expected, std::uint64_t desired,
                      order success, order failure, bool may_fail) noexcept;

/// Two neighbouring words of 8 bytes at once. Success is acquire and release; failure orders
/// nothing.
bool compare_exchange_pair(void *at, const std::uint64_t (&expected)[2],
                           const std::uint64_t (&desired)[2]) noexcept;

/// An atomic was constructed here, by a write that is none itself.
void initialized(const void *at, unsigned bytes) noexcept;

/// The heavy side of the asymmetric barrier; the light side is nothing. False: refused.
bool heavy_barrier() noexcept;

/// Zeroed when the logical thread begins.
inline constexpr std::size_t thread_storage_bytes = 64;
void *thread_storage() noexcept;

/// Of the process, in the memory of the execution; zeroed when that begins.
inline constexpr std::size_t process_storage_bytes = 64;
void *process_storage() noexcept;

/// Steps since the execution began: its time.
std::uint64_t clock() noexcept;

/// A step at which nothing happens but that others may run.
void pause() noexcept;

/// Plain accesses by the users' code, to be checked: the memory lives, and conflicting accesses are
/// ordered.
void plain_read(const void *at, std::size_t bytes) noexcept;
void plain_write(const void *at, std::size_t bytes) noexcept;

struct injected : std::exception {
    const char *what() const noexcept override { return "injected"; }
};

/// What may fail comes by here, and throws when it is its turn. Memory that is asked for does too.
void fault_point();

/// Ends the execution: what is wrong in a sentence.
[[noreturn]] void fault(const char *sentence) noexcept;

} // namespace ferry::model
