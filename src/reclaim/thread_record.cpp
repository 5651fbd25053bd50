// SPDX-License-Identifier: BSL-1.0

#include "thread_registry.hpp"

#include "ferry/detail/platform/race_detector.hpp"

#include <new>
#include <utility>

FERRY_DETAIL_BEGIN

// The destructor of the thread's key. It runs when a thread ends, after the destructors of its
// thread-local objects. Guards and handles that other keys keep may end in the destructors of those
// keys, before or after this one. So a pinned record stays the thread's, and the key is set again
// for the next round. The key is also set again for a record that such a destructor takes later.
void thread_registry::release_all(void *) noexcept {
    thread_state &mine = this_thread();
    mine.cached_domain = 0;
    mine.own_by_domain = nullptr;
    mine.next_look = nullptr;
    const bool last = ++mine.ends >= tellings_of_end;
    for (thread_record *record = std::exchange(mine.own_records, nullptr); record != nullptr;) {
        thread_record *next = record->next_of_thread_;
        if (!record->pinned()) {
            release_record(record);
        } else if (last) {
            abandon_record(record);
        } else {
            hold(mine, record);
        }
        record = next;
    }
    if (mine.own_records != nullptr) {
        await_exit();
    }
}

void thread_registry::release_record(thread_record *record) noexcept {
    record->reclaiming_ = false;
    record->thread_mark_ = nullptr;
    tell_release(&record->owner_);
    // The pin is not touched, so that the next pin reads from the scans that found the record not
    // pinned [E:pin].
    // acq_rel: our writes to the record come before its use by the next owner or deleter. The
    // domain's end, if it came first, comes before our delete [E:record-owner]
    const std::uint64_t before = record->owner_.fetch_and(~owner_in_use, acq_rel);
    if ((before & owner_domain_dead) != 0) {
        delete record; // R3: the domain went first
    }
}

// The record's guard outlives its thread, or ends in the thread's very last destructors. It would
// hold the epoch back for ever, or for a time that we cannot know. So its references end here:
// scans pass over the record. It stays with its pins, so that a guard that still ends cannot change
// another thread's record.
void thread_registry::abandon_record(thread_record *record) noexcept {
    tell_release(&record->owner_);
    // acq_rel: our reads of protected memory come before scans that see this [E:record-owner]
    record->owner_.fetch_or(owner_abandoned, acq_rel); // R4
}

// In a child of fork only the calling thread lives. It keeps its records; all others are free.
void thread_registry::after_fork() noexcept {
    const std::uint64_t self = this_owner();
    for (thread_record *record = this_thread().own_records; record != nullptr;
         record = record->next_of_thread_) {
        // relaxed: the child has one thread here; threads that it starts later see this by their
        // start
        const std::uint64_t bits = record->owner_.load(relaxed) & owner_flags;
        record->owner_.store(self | bits, relaxed); // relaxed: one thread, as above
    }
}

// The link in the tree to the thread's record of this domain, or where that link would be.
thread_record **thread_registry::place_of(thread_state &mine, std::uint64_t domain_id) noexcept {
    thread_record **place = &mine.own_by_domain;
    for (std::uint64_t bits = domain_id; *place != nullptr && (*place)->domain_id_ != domain_id;
         bits >>= 1) {
        place = &(*place)->below_[bits & 1];
    }
    return place;
}

void thread_registry::hold(thread_state &mine, thread_record *record) noexcept {
    record->below_[0] = nullptr;
    record->below_[1] = nullptr;
    *place_of(mine, record->domain_id_) = record;
    record->next_of_thread_ = mine.own_records;
    mine.own_records = record;
}

// Removes a record from the tree. Any leaf below it may take its place.
void thread_registry::take_out(thread_state &mine, thread_record *record) noexcept {
    thread_record **const place = place_of(mine, record->domain_id_);
    thread_record **end = place;
    for (thread_record *at = record; at->below_[0] != nullptr || at->below_[1] != nullptr;
         at = *end) {
        end = &at->below_[at->below_[0] == nullptr];
    }
    thread_record *const instead = std::exchange(*end, nullptr);
    if (instead != record) {
        instead->below_[0] = record->below_[0];
        instead->below_[1] = record->below_[1];
        *place = instead;
    }
}

// Checks two records for each that the thread takes, all in turn. New records stand before the
// checked ones. So a round through n records takes n / 2 new ones, and of the n it leaves those
// whose domain lived at its beginning. A thread never has more than about three times as many
// records as it uses domains at a time.
void thread_registry::free_of_dead_domains(thread_state &mine) noexcept {
    thread_record **link = mine.next_look != nullptr ? mine.next_look : &mine.own_records;
    for (unsigned looks = 0; looks != 2 && mine.own_records != nullptr; ++looks) {
        if (*link == nullptr) {
            link = &mine.own_records;
        }
        thread_record *const record = *link;
        // acquire: the domain's end comes before our delete [E:record-owner]
        if ((record->owner_.load(acquire) & owner_domain_dead) != 0) {
            *link = record->next_of_thread_;
            take_out(mine, record);
            delete record; // R3: the domain went first, and we are the owner
        } else {
            link = &record->next_of_thread_;
        }
    }
    mine.next_look = link;
}

thread_record *thread_registry::find_own(std::uint64_t domain_id) noexcept {
    return *place_of(this_thread(), domain_id);
}

void thread_registry::adopt(thread_record *record) noexcept {
    thread_state &mine = this_thread();
    free_of_dead_domains(mine);
    record->thread_mark_ = thread_mark();
    hold(mine, record);
    await_exit();
}

FERRY_DETAIL_END
