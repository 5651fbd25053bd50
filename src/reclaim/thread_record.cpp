// SPDX-License-Identifier: BSL-1.0

#include "thread_registry.hpp"

#include <new>

namespace ferry::inline FERRY_ABI::detail {

// Runs when a thread ends, after the destructors of its thread-local objects; a record that is
// taken later, by the destructor of another key, sets the key anew and this runs again.
void thread_registry::release_all(void *) noexcept {
    thread_state &mine = this_thread();
    mine.cached_domain = 0;
    while (thread_record *record = mine.own_records) {
        mine.own_records = record->next_of_thread_;
        release_record(record);
    }
}

void thread_registry::release_record(thread_record *record) noexcept {
    record->reclaiming_ = false;
    record->thread_mark_ = nullptr;
    // A guard that outlives its thread would hold the epoch for ever; its references are as dead
    // as the thread. Nothing is stored otherwise: the next pin is to read from the scans that
    // found the record not pinned [E:pin].
    if (record->nesting_ != 0) {
        record->nesting_ = 0;
        // release: our reads of protected memory come before it [E:unpin]
        record->pinned_.store(0, release);
    }
    // acq_rel: what we wrote to the record comes before the next owner's or deleter's use, and
    // the domain's end, if it came first, before our delete [E:record-owner]
    const std::uint64_t before = record->owner_.fetch_and(~owner_in_use, acq_rel);
    if ((before & owner_domain_dead) != 0) {
        delete record; // R3: the domain went first
    }
}

// In a child of fork only the calling thread lives: its records go on, all others are free.
void thread_registry::after_fork() noexcept {
    const std::uint64_t self = this_owner();
    for (thread_record *record = this_thread().own_records; record != nullptr;
         record = record->next_of_thread_) {
        // relaxed: the child has one thread here; threads it starts later see it by their start
        const std::uint64_t bits = record->owner_.load(relaxed) & owner_flags;
        record->owner_.store(self | bits, relaxed); // relaxed: one thread, as above
    }
}

thread_record *thread_registry::find_own(std::uint64_t domain_id) noexcept {
    for (thread_record **link = &this_thread().own_records; *link != nullptr;) {
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
    thread_state &mine = this_thread();
    record->thread_mark_ = thread_mark();
    record->next_of_thread_ = mine.own_records;
    mine.own_records = record;
    await_exit();
}

} // namespace ferry::inline FERRY_ABI::detail
