// SPDX-License-Identifier: BSL-1.0
#pragma once

// What stands in for Go's garbage collector: what was unlinked is freed when no thread can have it
// any more, by ferry's own epochs. A reader pays a pin, two plain stores.

#include <ferry/detail/chain/stripes.hpp>
#include <ferry/detail/reclaim/garbage.hpp>
#include <ferry/guard.hpp>

#include <cstddef>
#include <memory>

namespace ferry::bench::by_hand {

// The base of all that is retired.
struct collectable {
    detail::link_word link{0};

    // Only of a link that is a collectable's.
    static collectable &of(detail::link_word &link) {
        return *reinterpret_cast<collectable *>(&link); // a class and its first member
    }
};

class epoch_garbage {
public:
    using free_function = void (*)(detail::retired_item) noexcept;

    explicit epoch_garbage(free_function free) : free_(free) {}

    // Nobody else uses what is here.
    ~epoch_garbage() {
        for (unsigned i = 0; i != count_; ++i)
            stripes_[i].take_everything(free_);
    }

    epoch_garbage(const epoch_garbage &) = delete;
    epoch_garbage &operator=(const epoch_garbage &) = delete;

    // Takes what was unlinked under this pin, and frees a little of what has expired. Unlinking is
    // a seq_cst read-modify-write, or happens under a lock that readers take as well: so it comes
    // before the epoch is read with which the object is labelled, as ferry demands.
    void retire(const guard &pin, collectable &object, detail::retired_kind kind) noexcept {
        detail::thread_record &self = pin.record();
        const detail::stripe_seat seat(self.index(), count_ - 1);
        stripes_[seat.index].retire({object.link, kind}, domain_, seat.owned);
        const detail::turn_count turns = self.count_turns(1);
        // Tables are large and few: they do not wait until enough small things are retired.
        const bool large = kind == detail::retired_kind{6};
        if (large)
            domain_.try_advance();
        else if (turns.complete(detail::turns_per_advance))
            domain_.try_advance_in_turn(self);
        if (large || turns.complete(detail::turns_per_drain))
            stripes_[seat.index].drain(domain_, seat.owned, free_);
        // Threads that have gone leave theirs to others.
        if (turns.complete(detail::turns_per_visit)) {
            const auto other =
                static_cast<unsigned>(turns.after / detail::turns_per_visit) & (count_ - 1);
            stripes_[other].drain(domain_, other == self.index(), free_);
        }
    }

    // Frees all that no other thread can have.
    void collect() {
        guard pin;
        for (unsigned epoch = 0; epoch != detail::grace_epochs + 1; ++epoch) {
            domain_.try_advance();
            pin.refresh();
            for (unsigned i = 0; i != count_; ++i)
                stripes_[i].drain_all(domain_, i == pin.record().index(), free_);
        }
    }

private:
    const free_function free_;
    detail::domain &domain_ = detail::domain_of(default_domain());
    const unsigned count_ = engine::stripe_count();
    const std::unique_ptr<detail::garbage_stripe[]> stripes_{new detail::garbage_stripe[count_]};
};

} // namespace ferry::bench::by_hand
