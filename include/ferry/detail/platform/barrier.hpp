// SPDX-License-Identifier: BSL-1.0
#pragma once

// The two sides of the barrier between a pin and an epoch advance.
//
// A pin stores its epoch and then loads pointers; an advance follows unlinking stores and then
// loads the pins. If our store comes first, the advance sees the pin; if the advance's barrier
// comes first, our loads see what was unlinked before it. Either is enough, and one must hold.
//
//   asymmetric (Linux, membarrier private expedited): the pin's side is a compiler barrier, the
//     advance's side interrupts every thread of the process that runs, which orders its stores
//     before its later loads.
//   symmetric (elsewhere, or where membarrier is refused): the pin is an exchange and the scan
//     reads each record by a read-modify-write. Both are in the record's one modification order.
//     Either the scan comes after the pin and sees it. Or it comes before: then the exchange reads
//     from it and synchronizes with it, or reads the owner's own unpin that came between; in that
//     case the scan saw an earlier pin of the owner: at the present epoch, and the later pin is at
//     no older one; or at an older one, of an owner that had left, and then whoever takes the
//     record next reads from the scan's read-modify-write of the record's owner.
//
// Progress: wait-free on the pin's side; heavy_barrier is one system call, which may wait in the
// kernel for another thread's, or another process's: Linux carries them out one at a time.

#include "ferry/detail/platform/atomic.hpp"

FERRY_DETAIL_BEGIN

/// The pin's side of the asymmetric pair.
inline void light_barrier() noexcept { compiler_barrier(); }

/// Whether the asymmetric pair is to be had in this process: asks the system, and registers.
bool heavy_barrier_available() noexcept;

/// The advance's side of the asymmetric pair. False: the system refused, nothing is ordered.
bool heavy_barrier() noexcept;

FERRY_DETAIL_END
