// SPDX-License-Identifier: BSL-1.0
#include "runtime/prepare.hpp"

#include "machine/directory.hpp"
#include "runtime/memory.hpp"

#include <malloc.h>
#include <sys/personality.h>
#include <unistd.h>

namespace ferry::sharing {

void prepare_process(char **arguments) {
    constexpr unsigned long ask = 0xffff'ffff;
    const int now = personality(ask);
    // A system that does not allow it lets runs differ a little.
    if (now != -1 && (now & ADDR_NO_RANDOMIZE) == 0 &&
        personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) != -1)
        execv("/proc/self/exe", arguments);
    // runtime/memory.cpp knows this number. Setting it keeps it from growing.
    mallopt(M_MMAP_THRESHOLD, static_cast<int>(fresh_from_bytes));
    // Each thread has memory of its own, as on a machine with as many processors.
    mallopt(M_ARENA_MAX, static_cast<int>(2 * most_cores));
}

} // namespace ferry::sharing
