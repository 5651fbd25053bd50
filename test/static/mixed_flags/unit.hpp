// SPDX-License-Identifier: BSL-1.0
#pragma once

// What one unit of the program tells about itself.

namespace mixed_flags {

struct report {
    int probe;               ///< how this unit probes a bucket: FERRY_PROBE
    const char *map_type;    ///< the mangled name of the map this unit uses
    const char *first_wrong; ///< the first thing its map got wrong, nullptr: nothing
};

report run_plain();
report run_avx2();
report run_avx512();

} // namespace mixed_flags
