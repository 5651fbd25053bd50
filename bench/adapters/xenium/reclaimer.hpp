// SPDX-License-Identifier: BSL-1.0
#pragma once

// How xenium's maps free what was taken out of them: Fraser's epochs, which its author's own
// benchmarks of these maps use. Threads register by themselves.

#include <cassert> // xenium needs it and does not include it
// not sorted into the above
#include <xenium/reclamation/generic_epoch_based.hpp>

namespace ferry::bench::xenium_maps {

using reclaimer = xenium::reclamation::epoch_based<>;

// Frees what the threads have retired, while no other thread uses a map: what one map leaves must
// not burden the next. xenium has no call for it; epochs go on when guards are taken.
inline void free_retired() {
    struct guarded : reclaimer::enable_concurrent_ptr<guarded> {
    } object;
    using guard = reclaimer::concurrent_ptr<guarded>::guard_ptr;

    constexpr int guards_an_epoch = 100; // its default
    constexpr int epochs = 4;            // until those retired in the present one are freed
    for (int i = 0; i != epochs * (guards_an_epoch + 1); ++i)
        const guard taken(&object);
}

} // namespace ferry::bench::xenium_maps
