// SPDX-License-Identifier: BSL-1.0
#pragma once

// The two sides of the barrier between a pin and an advance of the epoch.
//
// A pin stores its epoch and then loads pointers. An advance follows unlinking stores and then
// loads the pins. If the pin's store comes first, the advance sees the pin. If the advance's
// barrier comes first, the pin's loads see what was unlinked before it. One of the two must hold,
// and either is enough.
//
//   asymmetric (Linux, membarrier private expedited): the pin's side is a compiler barrier. The
//     advance's side interrupts every running thread of the process, which orders that thread's
//     stores before its later loads.
//   symmetric (elsewhere, or where membarrier is refused): the pin is an exchange, and the scan is
//     a read-modify-write of each record. Both are in the record's one modification order. If the
//     scan comes after the pin, it sees the pin. If it comes before, the exchange either reads from
//     the scan and synchronizes with it, or reads from an unpin of the owner that came between. In
//     the latter case the scan saw an earlier pin of the owner. If that pin was at the present
//     epoch, the later pin is at no older one. If it was at an older epoch, the scan passed it only
//     because the owner had left. The thread that takes the record next then reads from the scan's
//     read-modify-write of the record's owner.
//
// Progress: wait-free on the pin's side. heavy_barrier is one system call. It may wait in the
// kernel for the call of another thread or process, because Linux carries out one at a time.

#include "ferry/detail/platform/atomic.hpp"

FERRY_DETAIL_BEGIN

/// The pin's side of the asymmetric barrier.
inline void light_barrier() noexcept { compiler_barrier(); }

/// Whether this process can use the asymmetric barrier. Asks the system, and registers.
bool heavy_barrier_available() noexcept;

/// The advance's side of the asymmetric barrier. False: the system refused, and nothing is ordered.
bool heavy_barrier() noexcept;

FERRY_DETAIL_END
