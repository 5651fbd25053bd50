// SPDX-License-Identifier: BSL-1.0

#include "thread_registry.hpp"

#include <new>
#include <utility>

#include <pthread.h>

namespace ferry::inline FERRY_ABI::detail {

constinit thread_local record_cache cached_record = {0, nullptr};

namespace {

// The records this thread holds, one for each domain it has used, linked by next_of_thread_.
constinit thread_local thread_record *own_records = nullptr;

// Counts forks above the process that loaded the library. A record whose owner word carries an
// older number belonged to a thread that this process does not have.
constinit atomic<std::uint64_t> fork_generation{0};

pthread_key_t exit_key;
bool exit_key_made = false;

} // namespace

// Runs when a thread ends, after the destructors of its thread-local objects; a record that is
// taken later, by the destructor of another key, sets the key anew and this runs again.
void thread_registry::release_all(void *) noexcept {
    cached_record = {0, nullptr};
    while (thread_record *record = own_records) {
        own_records = record->next_of_thread_;
        release_record(record);
    }
}

void thread_registry::release_record(thread_record *record) noexcept {
    // A guard that outlives its thread would hold the epoch for ever; its references are as dead
    // as the thread.
    record->nesting_ = 0;
    record->reclaiming_ = false;
    record->thread_marker_ = nullptr;
    // release: our reads of protected memory come before it [E:unpin]
    record->pinned_.store(0, release);
    // acq_rel: what we wrote to the record comes before the next owner's or deleter's use, and
    // the domain's end, if it came first, before our delete [E:record-owner]
    const std::uint64_t before = record->owner_.fetch_and(~owner_in_use, acq_rel);
    if ((before & owner_domain_dead) != 0) {
        delete record; // R3: the domain went first
    }
}

// In a child of fork only the calling thread lives: its records go on, all others are free.
void thread_registry::after_fork() noexcept {
    // relaxed: the child has one thread here; threads it starts later see it by their start
    const std::uint64_t generation = fork_generation.fetch_add(1, relaxed) + 1;
    for (thread_record *record = own_records; record != nullptr; record = record->next_of_thread_) {
        // relaxed: one thread, as above
        const std::uint64_t bits = record->owner_.load(relaxed) & owner_flags;
        record->owner_.store(owner_word(generation, bits), relaxed); // relaxed: one thread
    }
}

std::uint64_t thread_registry::generation() noexcept {
    return fork_generation.load(relaxed); // relaxed: changes only while there is one thread
}

bool thread_registry::in_use(std::uint64_t owner) noexcept {
    return (owner & owner_in_use) != 0 && owner_generation(owner) == generation();
}

thread_record *thread_registry::find_own(std::uint64_t domain_id) noexcept {
    for (thread_record **link = &own_records; *link != nullptr;) {
        thread_record *record = *link;
        if (record->domain_id_ == domain_id) {
            return record;
        }
        // acquire: the domain's end comes before our delete [E:record-owner]
        if ((record->owner_.load(acquire) & owner_domain_dead) != 0) {
            *link = record->next_of_thread_;
            delete record; // R3: the domain went first, and we are the owner
        } else {
            link = &record->next_of_thread_;
        }
    }
    return nullptr;
}

void thread_registry::adopt(thread_record *record) noexcept {
    record->thread_marker_ = &cached_record;
    record->next_of_thread_ = own_records;
    own_records = record;
    // Any non-null value makes the key's destructor run at the thread's end. Without the key, or
    // the memory for it, the record stays taken when the thread ends: a leak, not an error.
    if (exit_key_made) {
        static_cast<void>(pthread_setspecific(exit_key, record));
    }
}

namespace {

// Before main, so that no operation waits for another thread's initialization.
[[gnu::constructor(101)]] void register_exit_and_fork() noexcept {
    exit_key_made = pthread_key_create(&exit_key, thread_registry::release_all) == 0;
    pthread_atfork(nullptr, nullptr, thread_registry::after_fork);
}

// When a library that ferry is linked into is unloaded, threads that used it must not call into
// what is no longer there.
[[gnu::destructor(101)]] void forget_exit() noexcept {
    if (std::exchange(exit_key_made, false)) {
        pthread_key_delete(exit_key);
    }
}

} // namespace

} // namespace ferry::inline FERRY_ABI::detail
