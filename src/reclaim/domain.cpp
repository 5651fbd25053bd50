// SPDX-License-Identifier: BSL-1.0

#include "ferry/detail/reclaim/epoch_domain.hpp"

#include "advance_pace.hpp"
#include "thread_registry.hpp"

#include "ferry/detail/platform/clock.hpp"
#include "ferry/detail/platform/hashing.hpp"
#include "ferry/detail/platform/race_detector.hpp"

#include <algorithm>
#include <type_traits>

FERRY_DETAIL_BEGIN

namespace {

/// The number of the next domain. 0: none was asked for yet.
constinit atomic<std::uint64_t> next_id{0};

#ifdef FERRY_SYMMETRIC_BARRIER
constexpr bool may_be_asymmetric = false;
#else
constexpr bool may_be_asymmetric = !FERRY_TSAN;
#endif

} // namespace

// Counts up from a random 64-bit number, so that the numbers differ from those of other copies of
// this library in the process. One of them may have been unloaded from these addresses, and threads
// keep what they cached of its domains.
std::uint64_t domain::new_id() noexcept {
    std::uint64_t id = next_id.load(relaxed); // relaxed: only uniqueness matters
    if (id == 0) {
        // Failure: another thread has drawn the first number.
        next_id.compare_exchange_strong(id, random_key().words[0], relaxed,
                                        relaxed); // relaxed: as above
    }
    do {
        id = next_id.fetch_add(1, relaxed) % (symmetric_mark - 1); // relaxed: as above
    } while (id == 0);
    return id;
}

std::uint64_t domain::given_id() const noexcept {
    std::uint64_t id = id_.load(relaxed); // relaxed: only the number matters
    if (id == no_domain_id) {
        const std::uint64_t drawn = new_id();
        // Failure: another thread gave the domain a number, which is in `id`.
        // relaxed: as above
        if (id_.compare_exchange_strong(id, drawn, relaxed, relaxed)) {
            id = drawn;
        }
    }
    return id;
}

std::uint64_t domain::process_number() noexcept { return thread_registry::process_number(); }

barrier_kind domain::decide_kind() const noexcept {
    // acquire: the registration that the decision rests on came before it [E:kind]
    barrier_kind kind = kind_.load(acquire);
    if (kind == undecided_barrier) {
        const barrier_kind wanted =
            may_be_asymmetric && heavy_barrier_available() ? asymmetric_barrier : symmetric_barrier;
        // Failure: another thread decided, and its decision is in `kind`.
        // acq_rel: publishes the registration, or sees another thread's [E:kind]
        if (kind_.compare_exchange_strong(kind, wanted, acq_rel, acquire)) {
            kind = wanted;
        }
    }
    return kind;
}

thread_record &domain::record() const {
    const thread_state &mine = this_thread();
    // relaxed: as in pin
    if ((mine.cached_domain & ~symmetric_mark) == id_.load(relaxed)) {
        return *mine.cached_record;
    }
    return attach();
}

thread_record &domain::pin_otherwise() const {
    thread_record &self = record();
    self.pin(epoch_, self.kind_);
    return self;
}

thread_record &domain::attach() const {
    const std::uint64_t id = given_id();
    thread_record *record = thread_registry::find_own(id);
    if (record == nullptr) {
        const std::uint64_t mine = thread_registry::this_owner() | owner_in_use;
        record = take_record(false, mine);
        if (record != nullptr) {
            // Clear what a thread that was lost in a fork may have left.
            record->more_pins_ = 0;
            record->reclaiming_ = false;
            record->awaited_in_ = nullptr;
        } else {
            // relaxed: only uniqueness matters
            record = make_record(record_count_.fetch_add(1, relaxed), mine);
        }
        thread_registry::adopt(record);
    }
    const std::uint64_t mark = record->kind_ == symmetric_barrier ? symmetric_mark : 0;
    this_thread().cached_domain = id | mark;
    this_thread().cached_record = record;
    return *record;
}

/// Takes a free record of a thread, or of an owned pin, and gives it this owner word. nullptr:
/// there is none.
thread_record *domain::take_record(bool owned, std::uint64_t new_owner) const {
    // acquire: the records' contents [E:record-list]
    for (thread_record *record = records_.load(acquire); record != nullptr;
         record = record->next_in_domain_) {
        // acquire: the last owner's writes come before ours [E:record-owner]
        std::uint64_t owner = record->owner_.load(acquire);
        // Failure: another thread took this record; we look at the next one.
        // acq_rel: as the load [E:record-owner]
        if (record->is_of_owned_pin() == owned && thread_registry::is_free(owner, new_owner) &&
            record->owner_.compare_exchange_strong(owner, new_owner, acq_rel, acquire)) {
            tell_acquired(&record->owner_);
            // acq_rel read-modify-write: comes after the scans that passed the record [E:pin]
            record->pinned_.exchange(0, acq_rel);
            return record;
        }
    }
    return nullptr;
}

/// Makes a record with this owner word, and links it. The domain has its number.
thread_record *domain::make_record(unsigned index, std::uint64_t new_owner) const {
    auto *const made = new thread_record(id(), index, decide_kind(), new_owner);
    // relaxed: the CAS below orders the list
    thread_record *head = records_.load(relaxed);
    do {
        made->next_in_domain_ = head;
        // Failure: another thread linked its record first, and made progress.
        // acq_rel: publishes the record; comes after every scan that missed it [E:record-list]
    } while (!records_.compare_exchange_weak(head, made, acq_rel, relaxed));
    return made;
}

// The pin is published on this thread, as a thread's is. Other threads load under it after they
// were given it, so after its publication: what orders a pin against a scan orders their loads, too
// [E:pin].
thread_record &domain::pin_owned() const {
    given_id();
    const std::uint64_t mine = thread_registry::owner_of_pin() | owner_in_use;
    thread_record *record = take_record(true, mine);
    if (record == nullptr) {
        record = make_record(thread_record::no_index, mine);
    }
    record->publish_pin(epoch_, record->kind_);
    return *record;
}

void domain::unpin_owned(thread_record &record) noexcept {
    tell_release(&record.pinned_);
    // release: the reads under the pin come before it. Those of other threads came before these
    // passed the pin on [E:unpin]
    record.pinned_.store(0, release);
    thread_registry::release_record(&record);
}

/// Issues the heavy barrier, if this kind needs one. False: the system refused it.
bool domain::issue_barrier(barrier_kind kind) noexcept {
    if (kind == asymmetric_barrier && !heavy_barrier()) {
        barrier_refused_.store(true, relaxed); // relaxed: only for statistics, orders nothing
        return false;
    }
    return true;
}

/// Moves the epoch on from `now`, if all pins show it. The barrier, where this kind needs one,
/// began after the thread had read `now`.
bool domain::advance_from(epoch_value now) noexcept {
    // acq_rel read-modify-write: we see the records' contents. A thread that links a record after
    // this reads from it, so its loads under its pin see what we saw unlinked [E:record-list]
    for (thread_record *record = records_.fetch_add(0, acq_rel); record != nullptr;
         record = record->next_in_domain_) {
        const std::uint64_t pin = record->scan_pin();
        tell_acquired(&record->pinned_);
        // acq_rel read-modify-write: if the owner has left, its reads of protected memory come
        // before the advance. The thread that takes the record next reads from this, so its loads
        // under its pin see what we saw unlinked [E:record-owner]
        if (pin != 0 && pin != pin_word(now) &&
            thread_registry::in_use(record->owner_.fetch_add(0, acq_rel),
                                    thread_registry::this_owner())) {
            note_held(now);
            return false;
        }
        tell_acquired(&record->owner_);
    }
    tell_release(&epoch_);
    // Failure: another thread advanced the epoch, which is as good.
    // seq_cst: in one total order with the labels [E:label]. The scan's reads come before what the
    // new epoch allows [E:advance]
    return epoch_.compare_exchange_strong(now, epoch_after(now, 1), seq_cst, relaxed);
}

/// A pin holds the epoch back at `now`. If threads note two epochs at once, the time may be that of
/// the other one, which is as new.
void domain::note_held(epoch_value now) noexcept {
    if (held_at_.load(relaxed) != now) {                  // relaxed: only compared
        held_since_.store(steady_nanoseconds(), relaxed); // relaxed: the store below publishes it
        held_at_.store(now, release);                     // release: the time [E:held]
    }
}

bool domain::try_advance() noexcept {
    const epoch_value now = epoch();
    return issue_barrier(decide_kind()) && advance_from(now);
}

// Only the record's owner reads and writes what it awaits.
void domain::try_advance_in_turn(thread_record &self) noexcept {
    advance_pace &pace = advance_pace::of(self.kind_);
    const epoch_value now = epoch();
    const bool awaits = self.awaited_in_ == &pace && self.awaited_at_ == now;
    if (awaits && pace.has_carried_out(self.awaited_ticket_)) {
        advance_from(now); // A2
    } else if (const auto attempt = pace.try_begin(steady_nanoseconds())) {
        if (issue_barrier(self.kind_)) {
            pace.carried_out(attempt.ticket);
            advance_from(now);
        }
        pace.end(attempt, steady_nanoseconds());
    } else if (!awaits) {
        self.awaited_in_ = &pace;
        self.awaited_at_ = now;
        self.awaited_ticket_ = pace.ticket_to_await();
    }
}

std::uint64_t domain::oldest_pin_age() const noexcept {
    const epoch_value now = epoch();
    const std::uint64_t self = thread_registry::this_owner();
    std::uint64_t age = 0;
    // acquire: the records' contents [E:record-list]
    for (thread_record *record = records_.load(acquire); record != nullptr;
         record = record->next_in_domain_) {
        // relaxed: only for statistics, orders nothing
        const std::uint64_t pin = record->pinned_.load(relaxed);
        // relaxed: as above
        if (pin != 0 && thread_registry::in_use(record->owner_.load(relaxed), self)) {
            const std::uint64_t behind = epoch_distance(now, pinned_epoch(pin));
            if (behind <= epoch_mask / 2 && behind > age) {
                age = behind; // if larger, the pin is newer than the epoch we read
            }
        }
    }
    return age;
}

std::uint64_t domain::held_nanoseconds() const noexcept {
    // acquire: the time [E:held]
    if (held_at_.load(acquire) != epoch() || oldest_pin_age() == 0) {
        return 0; // the pin has ended, perhaps after the last attempt
    }
    const std::uint64_t since = held_since_.load(relaxed); // relaxed: ordered by the load above
    const std::uint64_t now = steady_nanoseconds();
    return now - std::min(since, now);
}

void domain::end() noexcept {
    FERRY_ASSERT(checked_maps_.load() == 0,
                 "an epoch_domain was destroyed while a map of it lives: destroy guards and "
                 "handles, then maps, then the domain");
    const std::uint64_t self = thread_registry::this_owner();
    // acquire: the records' contents [E:record-list]
    for (thread_record *record = records_.load(acquire); record != nullptr;) {
        thread_record *next = record->next_in_domain_;
        // relaxed: no thread may use it
        [[maybe_unused]] const std::uint64_t owner = record->owner_.load(relaxed);
        FERRY_ASSERT(record->pinned_.load(relaxed) == 0 || // relaxed: as above
                         !thread_registry::in_use(owner, self) ||
                         thread_registry::is_inherited_pin(owner, self),
                     "an epoch_domain was destroyed while a guard or handle of it lives: destroy "
                     "guards and handles, then maps, then the domain");
        // acq_rel: the owner's writes come before our delete, or ours before the owner's
        // [E:record-owner]
        if (thread_registry::is_free(record->owner_.fetch_or(owner_domain_dead, acq_rel), self)) {
            tell_acquired(&record->owner_);
            delete record; // R3: no owner is left, and it is not abandoned (R4)
        }
        record = next;
    }
}

FERRY_DETAIL_END

FERRY_BEGIN

epoch_domain::epoch_domain(barrier choice)
    : impl_(detail::domain::new_id(),
            choice == barrier::symmetric ? detail::symmetric_barrier : detail::undecided_barrier) {}

namespace detail {

// The default domain is initialized at compile time and never destroyed. So it can be used before
// any constructor runs, after all destructors, and by copies of this library that are loaded while
// others use it. It is the `domain` of which an epoch_domain consists, so that no destructor is
// registered, not even an empty one.
//
// It is weak and visible, as the only symbol of a static library, because it must be bound as the
// templates are. The loader may bind one image's templates to another's. Then a map's constructor
// runs in one image and `ferry::guard here;` in the other, and both must name one domain.
extern domain domain_of_process;
[[gnu::weak, gnu::visibility("default")]] constinit domain domain_of_process;

static_assert(std::is_trivially_destructible_v<domain>);
static_assert(sizeof(epoch_domain) == sizeof(domain) && std::is_standard_layout_v<epoch_domain>);

} // namespace detail

epoch_domain &default_domain() noexcept {
    return reinterpret_cast<epoch_domain &>(detail::domain_of_process);
}

FERRY_END
