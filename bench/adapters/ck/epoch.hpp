// SPDX-License-Identifier: BSL-1.0
#pragma once

// Concurrency Kit's epochs: what is taken out of a structure is freed when nobody can be reading
// it. One domain for all maps.

#include "adapters/ck/headers.hpp"

namespace ferry::bench::ck {

// The calling thread takes part in the epochs as long as it has one of these. What it has deferred
// is done before it leaves.
class epoch_thread {
public:
    epoch_thread();
    ~epoch_thread();
    epoch_thread(const epoch_thread &) = delete;
    epoch_thread &operator=(const epoch_thread &) = delete;
};

// Of the calling thread, which takes part.
inline thread_local ck_epoch_record_t *epoch_record = nullptr;

// Nothing that can be found now is freed before this ends.
class reading {
public:
    reading() { ck_epoch_begin(epoch_record, nullptr); }
    ~reading() { ck_epoch_end(epoch_record, nullptr); }
    reading(const reading &) = delete;
    reading &operator=(const reading &) = delete;
};

// Calls f(what) when nobody can be reading it. Not while reading.
inline void defer(ck_epoch_entry_t *what, ck_epoch_cb_t *f) {
    constexpr unsigned between_polls = 64; // which look at every thread
    ck_epoch_call(epoch_record, what, f);
    if (epoch_record->n_pending % between_polls == 0)
        ck_epoch_poll(epoch_record);
}

} // namespace ferry::bench::ck
