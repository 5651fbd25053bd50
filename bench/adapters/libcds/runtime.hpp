// SPDX-License-Identifier: BSL-1.0
#pragma once

// libcds as a whole: its reclamation schemes and the registration of threads.

#include <cds/container/vyukov_mpmc_cycle_queue.h>
#include <cds/gc/dhp.h>
#include <cds/gc/hp.h>
#include <cds/init.h>
#include <cds/urcu/general_buffered.h>

namespace ferry::bench::libcds {

using hazard_pointers = cds::gc::HP;
using dynamic_hazard_pointers = cds::gc::DHP;
using buffered_rcu = cds::urcu::gc<cds::urcu::general_buffered<>>;

// Starts libcds and registers the calling thread, once. Called before a map is made; the map must
// be destroyed by the same thread, before the program ends.
void require_runtime();

struct thread_scope {
    thread_scope();
    ~thread_scope();
    thread_scope(const thread_scope &) = delete;
    thread_scope &operator=(const thread_scope &) = delete;
};

} // namespace ferry::bench::libcds
