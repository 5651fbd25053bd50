// SPDX-License-Identifier: BSL-1.0
#pragma once

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ferry::bench {

// So that no map is built in the holes that the one before left, strewn by the order in which that
// freed its nodes.
inline void give_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace ferry::bench
