// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/reclaim/epoch_domain.hpp"

#include "thread_registry.hpp"

#include <new>
#include <utility>

namespace ferry::inline FERRY_ABI::detail {

namespace {

constinit atomic<std::uint64_t> domains_made{0};

constexpr barrier_kind initial_kind(barrier choice) noexcept {
#ifdef FERRY_SYMMETRIC_BARRIER
    static_cast<void>(choice);
    return barrier_kind::symmetric;
#else
    return FERRY_TSAN || choice == barrier::symmetric ? barrier_kind::symmetric
                                                      : barrier_kind::undecided;
#endif
}

} // namespace

std::uint64_t domain::new_id() noexcept {
    // Of the address, so that the numbers differ from those of another copy of this library in
    // the process: an executable's and a plugin's, say.
    const std::uint64_t copy = reinterpret_cast<std::uintptr_t>(&domains_made);
    return (copy << 16) + domains_made.fetch_add(1, relaxed); // relaxed: only uniqueness matters
}

barrier_kind domain::decide_kind() const noexcept {
    // acquire: the registration behind the decision came before it [E:kind]
    barrier_kind kind = kind_.load(acquire);
    if (kind == barrier_kind::undecided) {
        const barrier_kind wanted =
            heavy_barrier_available() ? barrier_kind::asymmetric : barrier_kind::symmetric;
        // Failure: another thread decided, and its decision is in `kind`.
        // acq_rel: publishes the registration, or sees another thread's [E:kind]
        if (kind_.compare_exchange_strong(kind, wanted, acq_rel, acquire)) {
            kind = wanted;
        }
    }
    return kind;
}

thread_record &domain::attach() const {
    thread_record *record = thread_registry::find_own(id_);
    if (record == nullptr) {
        const std::uint64_t mine = owner_word(thread_registry::generation(), owner_in_use);
        // acquire: the records' contents [E:record-list]
        for (thread_record *free = records_.load(acquire); free != nullptr;
             free = free->next_in_domain_) {
            // acquire: the last owner's writes come before ours [E:record-owner]
            std::uint64_t owner = free->owner_.load(acquire);
            // Failure: another thread took this record; we look at the next one.
            // acq_rel: as the load [E:record-owner]
            if (thread_registry::is_free(owner) &&
                free->owner_.compare_exchange_strong(owner, mine, acq_rel, acquire)) {
                record = free;
                // What a thread lost in a fork has left behind.
                record->nesting_ = 0;
                record->reclaiming_ = false;
                // acq_rel read-modify-write: after the scans that passed the record [E:pin]
                record->pinned_.exchange(0, acq_rel);
                break;
            }
        }
        if (record == nullptr) {
            // relaxed: only uniqueness matters
            const unsigned index = record_count_.fetch_add(1, relaxed);
            record = new thread_record(id_, index, symmetric(), mine);
            // relaxed: the exchange below orders the list
            thread_record *head = records_.load(relaxed);
            do {
                record->next_in_domain_ = head;
                // Failure: another thread linked its record first, and made progress.
                // acq_rel: publishes the record; after every scan that missed it [E:record-list]
            } while (!records_.compare_exchange_weak(head, record, acq_rel, relaxed));
        }
        thread_registry::adopt(record);
    }
    this_thread().cached_domain = id_;
    this_thread().cached_record = record;
    return *record;
}

bool domain::try_advance() noexcept {
    epoch_value now = epoch();
    if (decide_kind() == barrier_kind::asymmetric && !heavy_barrier()) {
        barrier_refused_.store(true, relaxed); // relaxed: a fact for people, orders nothing
        return false;
    }
    // acq_rel read-modify-write: the records' contents, and whoever links a record after this
    // reads from it, so that its loads under the pin see what we saw unlinked [E:record-list]
    for (thread_record *record = records_.fetch_add(0, acq_rel); record != nullptr;
         record = record->next_in_domain_) {
        const std::uint64_t pin = record->scan_pin();
        // acq_rel read-modify-write: if the owner has left, its reads of protected memory come
        // before the advance; and whoever takes the record next reads from this, so that its loads
        // under the pin see what we saw unlinked [E:record-owner]
        if (pin != 0 && pin != pin_word(now) &&
            thread_registry::in_use(record->owner_.fetch_add(0, acq_rel))) {
            return false;
        }
    }
    // Failure: another thread advanced the epoch, which is as good.
    // seq_cst: in one order with the labels [E:label]; the scan's reads come before whatever the
    // new epoch allows [E:advance]
    return epoch_.compare_exchange_strong(now, epoch_after(now, 1), seq_cst, relaxed);
}

void domain::try_advance_in_turn(thread_record &self) noexcept {
    const epoch_value now = epoch();
    const bool first_turn = std::exchange(self.considered_, now) != now;
    // relaxed: a hint who tries; what an attempt needs it orders itself
    if (first_turn && tried_.exchange(now, relaxed) == now) {
        return;
    }
    atomic<std::uint64_t> &under_way = thread_registry::attempt_under_way();
    const std::uint64_t ours = thread_registry::attempt_of(self);
    std::uint64_t seen = 0;
    // Failure: another thread tries, here or in another domain, and may be in the system's call,
    // for which we would wait. It may have been stopped, too: so we do not leave it to that one
    // more often than so many times.
    // relaxed: a hint who tries, as above
    if (!under_way.compare_exchange_strong(seen, ours, relaxed, relaxed)) {
        if (++self.skipped_ <= turns_skipped) {
            return;
        }
        under_way.store(ours, relaxed); // relaxed: as above; from here on it is our attempt
    }
    self.skipped_ = 0;
    try_advance();
    seen = ours;
    // Failure: another thread took us for stopped, and it is its attempt that is under way.
    // relaxed: as above
    under_way.compare_exchange_strong(seen, 0, relaxed, relaxed);
}

std::uint64_t domain::oldest_pin_age() const noexcept {
    const epoch_value now = epoch();
    std::uint64_t age = 0;
    // acquire: the records' contents [E:record-list]
    for (thread_record *record = records_.load(acquire); record != nullptr;
         record = record->next_in_domain_) {
        // relaxed: a figure for people, orders nothing
        const std::uint64_t pin = record->pinned_.load(relaxed);
        // relaxed: as above
        if (pin != 0 && thread_registry::in_use(record->owner_.load(relaxed))) {
            const std::uint64_t behind = epoch_distance(now, pinned_epoch(pin));
            if (behind <= epoch_mask / 2 && behind > age) {
                age = behind; // further off is a pin newer than our reading of the epoch
            }
        }
    }
    return age;
}

domain::~domain() {
    // acquire: the records' contents [E:record-list]
    for (thread_record *record = records_.load(acquire); record != nullptr;) {
        thread_record *next = record->next_in_domain_;
        FERRY_ASSERT(record->pinned_.load(relaxed) == 0 || // relaxed: nobody may use it
                         !thread_registry::in_use(record->owner_.load(relaxed)), // relaxed: same
                     "an epoch_domain was destroyed while a guard or handle of it lives: destroy "
                     "guards and handles, then maps, then the domain");
        // An abandoned record stays (R4).
        // acq_rel: the owner's writes come before our delete, or ours before the owner's
        // [E:record-owner]
        if (thread_registry::is_free(record->owner_.fetch_or(owner_domain_dead, acq_rel))) {
            delete record; // R3: no owner is left
        }
        record = next;
    }
}

} // namespace ferry::inline FERRY_ABI::detail

namespace ferry::inline FERRY_ABI {

epoch_domain::epoch_domain(barrier choice)
    : impl_(detail::domain::new_id(), detail::initial_kind(choice)) {}

epoch_domain::epoch_domain(default_tag) noexcept
    : impl_(detail::domain::new_id(), detail::initial_kind(barrier::automatic)) {}

namespace {

alignas(epoch_domain) unsigned char default_storage[sizeof(epoch_domain)];

} // namespace

// Made before main and before static objects, so that no operation waits for another thread's
// initialization; never destroyed, as threads and static objects may use it to the very end.
struct default_domain_maker {
    [[gnu::constructor(102)]] static void make() noexcept {
        ::new (static_cast<void *>(default_storage)) epoch_domain(epoch_domain::default_tag{});
    }
};

epoch_domain &default_domain() noexcept {
    return *std::launder(reinterpret_cast<epoch_domain *>(default_storage));
}

} // namespace ferry::inline FERRY_ABI
