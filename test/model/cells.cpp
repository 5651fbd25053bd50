// SPDX-License-Identifier: BSL-1.0
#include "cells.hpp"

#include "elements.hpp"
#include "sched/allocation.hpp"

#include <ferry/detail/chain/stripes.hpp>
#include <ferry/detail/node/node.hpp>
#include <ferry/detail/node/tables.hpp>
#include <ferry/detail/platform/hashing.hpp>
#include <ferry/detail/reclaim/guard.hpp>
#include <ferry/detail/reclaim/owned_guard.hpp>
#include <ferry/detail/reclaim/waiting_flag.hpp>
#include <reclaim/thread_registry.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace ferry::model {

namespace {

namespace did = linear::did;

// Of the last cell in two parts, which are retired apart, as a node and its first value are.
struct content {
    content(unsigned number, bool two) : in_parts(two), rest(number), value(number) {}
    ~content() {}

    using parts_type = engine::value_parts<true>;

    detail::link_word link{0};
    parts_type parts;
    const bool in_parts;
    union {
        value_object rest;
    };
    union {
        value_object value;
    };
};

using stripe = engine::map_stripe<detail::counter>;

// What one thread has left there for any other.
struct passed_content {
    owned_guard under;
    const content *at;
    unsigned seen;
};

struct cells {
    std::array<detail::atomic<content *>, 3> all{};
    detail::atomic<passed_content *> passed{};
    int in_hand = 0; // owned pins that a thread is about to pass on, or to end
    detail::atomic<unsigned> finished{0};
    detail::garbage_stripe garbage;
    detail::waiting_flag wait;
    stripe common;
    engine::map_stripes<stripe, 4> stripes{common, 4};
    std::int64_t counted = 0;
};

// What a thread holds between calls.
struct held_content {
    std::optional<guard> pinned;
    std::optional<guard> under; // the pin that protects it
    std::optional<guard> late;  // what that was, when the thread had deserted
    const content *at = nullptr;
    unsigned seen = 0;
};

// Counts an owned pin that is in a thread's hand.
class counts_in_hand {
public:
    explicit counts_in_hand(cells &those) : those_(those) { ++those_.in_hand; }
    counts_in_hand(const counts_in_hand &) = delete;
    counts_in_hand &operator=(const counts_in_hand &) = delete;
    ~counts_in_hand() { --those_.in_hand; }

private:
    cells &those_;
};

class cells_subject final : public subject {
public:
    cells_subject() { abandon(); }

    void make(const setting &how) override {
        domain_ = new epoch_domain(how.symmetric ? barrier::symmetric : barrier::automatic);
        cells_ = new cells;
    }

    void perform(unsigned thread, const call &what, record &notes) override {
        try {
            attempt(thread, what, notes);
        } catch (const injected &) {
            notes.end_without_effect();
        } catch (const std::bad_alloc &) {
            notes.end_without_effect();
        }
    }

    void leave(unsigned thread) override {
        let_go(mine(thread));
        mine(thread).pinned.reset();
        detail::thread_registry::release_all(nullptr);
    }

    void forked() override { detail::thread_registry::after_fork(); }

    std::size_t kept() override {
        if (cells_ == nullptr)
            return 0;
        const std::int64_t all = cells_->garbage.pending(ferry::engine::retired::box) +
                                 cells_->garbage.pending(ferry::engine::retired::value);
        return static_cast<std::size_t>(std::max<std::int64_t>(all, 0));
    }

    void reclaim_all_but(std::size_t most) override {
        if (cells_ == nullptr || cells_->in_hand != 0)
            return; // a lost thread has an owned pin
        take_pin();
        for (unsigned i = 0; i != 2 * detail::grace_epochs && kept() > most; ++i) {
            const guard here(*domain_);
            home().try_advance();
            cells_->garbage.drain_all(home(), false, dispose);
        }
        if (kept() > most)
            fault("what was retired is not freed when nobody is pinned");
    }

    void destroy() override {
        end_cells();
        detail::thread_registry::release_all(nullptr);
        delete std::exchange(domain_, nullptr);
        // Of all records these alone are left.
        for (const detail::thread_record *&each : deserted_)
            delete std::exchange(each, nullptr);
    }

    std::string inspect(unsigned unfinished) override {
        if (cells_ == nullptr)
            return {};
        const std::int64_t sum = counted();
        if (sum < cells_->counted || sum > cells_->counted + std::int64_t{unfinished})
            return "the stripes do not add up to what was counted";
        if (unfinished != 0 || cells_->garbage.all_empty() || cells_->wait.is_up())
            return {};
        return "garbage lies there, and the flag does not say so";
    }
    std::size_t lookup_bound() override { return 0; }

    std::string describe(const void *at, std::uint64_t value) override {
        if (cells_ != nullptr && at == &cells_->all[0])
            return "cell 0 = " + std::to_string(value & 0xfffff);
        if (cells_ != nullptr && at == &cells_->all[1])
            return "cell 1 = " + std::to_string(value & 0xfffff);
        if (cells_ != nullptr && at == &cells_->all[2])
            return "cell 2 = " + std::to_string(value & 0xfffff);
        return std::to_string(reinterpret_cast<std::uintptr_t>(at) & 0xfffff) + " = " +
               std::to_string(value);
    }

    void abandon() noexcept override {
        cells_ = nullptr;
        domain_ = nullptr;
        deserted_ = {};
        for (auto &each : mine_)
            ::new (static_cast<void *>(&each)) held_content; // nothing is destroyed
    }

private:
    static constexpr unsigned threads = 8;

    static void end_all_of(content *one) {
        one->rest.~value_object();
        one->value.~value_object();
        delete one;
    }

    static constexpr auto dispose = [](detail::retired_item item) {
        if (item.kind() == ferry::engine::retired::value) {
            auto *const of = reinterpret_cast<content *>(
                reinterpret_cast<std::byte *>(&item.link()) - offsetof(content, parts));
            of->value.~value_object();
            if (of->parts.part_gone(content::parts_type::value_gone))
                delete of;
            return;
        }
        auto *const of = reinterpret_cast<content *>(&item.link());
        if (!of->in_parts)
            return end_all_of(of);
        of->rest.~value_object();
        if (of->parts.part_gone(content::parts_type::node_gone))
            delete of;
    };

    void end_cells() {
        cells *const those = std::exchange(cells_, nullptr);
        if (those == nullptr)
            return;
        delete those->passed.load(detail::relaxed);
        those->garbage.take_everything(dispose);
        for (const auto &cell : those->all)
            if (content *const last = cell.load(detail::relaxed))
                end_all_of(last);
        delete those;
    }

    struct alignas(held_content) place {
        unsigned char bytes[sizeof(held_content)];
    };

    held_content &mine(unsigned thread) {
        return *std::launder(reinterpret_cast<held_content *>(&mine_[thread]));
    }

    std::int64_t counted() const {
        std::int64_t sum = 0;
        cells_->stripes.for_each([&](const stripe &each) { sum += each.counts.load(); });
        return sum;
    }

    detail::domain &home() const { return detail::domain_of(*domain_); }

    const content *load(unsigned cell) const {
        return cells_->all[cell].load(detail::acquire); // acquire: the content
    }

    void attempt(unsigned thread, const call &what, record &notes) {
        if (cells_ == nullptr && what.what != verb::leave && what.what != verb::elsewhere)
            return; // all threads have finished
        held_content &held = mine(thread);
        switch (what.what) {
        case verb::get: {
            notes.begin(thread, what.a, {});
            const guard here(*domain_);
            const content *const found = load(what.a);
            return notes.end(
                did::get(found != nullptr ? linear::state(look_at(*found)) : linear::absent));
        }
        case verb::exchange:
            return exchange(thread, what.a, what.b, notes);
        case verb::hold:
            let_go(held);
            notes.begin(thread, what.a, {});
            held.under.emplace(*domain_);
            held.at = load(what.a);
            held.seen = held.at != nullptr ? held.at->value.number() : 0;
            return notes.end(
                did::get(held.at != nullptr ? linear::state(held.seen) : linear::absent));
        case verb::look:
            return look(held);
        case verb::stare:
            for (unsigned i = 0; i != what.a; ++i)
                look(held);
            return;
        case verb::let_go:
            return let_go(held);
        case verb::pass_pin:
            return pass_pin(thread, what.a, notes);
        case verb::take_pin:
            return take_pin();
        case verb::advance:
            detail::domain_of(*domain_).try_advance();
            return;
        case verb::drain: {
            const guard here(*domain_);
            return detail::drain_flagged(cells_->garbage, cells_->wait, home(), dispose);
        }
        case verb::reclaim: {
            const guard here(*domain_);
            home().try_advance();
            cells_->garbage.drain_all(home(), false, dispose);
            return;
        }
        case verb::pin:
            held.pinned.emplace(*domain_);
            return;
        case verb::refresh:
            if (held.pinned)
                held.pinned->refresh();
            return;
        case verb::unpin:
            held.pinned.reset();
            return;
        case verb::leave:
            return leave(thread);
        case verb::told:
            detail::thread_registry::release_all(nullptr);
            return;
        case verb::desert:
            for (unsigned i = 0; i != detail::tellings_of_end; ++i)
                detail::thread_registry::release_all(nullptr);
            held.at = nullptr;
            deserted_[thread] = &held.under->record();
            held.late = std::move(held.under);
            held.under.reset();
            return;
        case verb::end_late:
            held.late.reset();
            return;
        case verb::turn: {
            const guard here(*domain_);
            home().try_advance_in_turn(here.record());
            return;
        }
        case verb::turn_elsewhere:
            return turn_elsewhere();
        case verb::count: {
            const guard here(*domain_);
            for (unsigned i = 0; i != what.a; ++i) {
                const auto seat = cells_->stripes.seat_of(here.record().index());
                seat.stripe.counts.add(seat.owned, 1);
                ++cells_->counted;
            }
            return;
        }
        case verb::size: // of what is counted
            if (counted() > cells_->counted + threads)
                fault("more was counted than was done");
            return;
        case verb::elsewhere: {
            epoch_domain another(barrier::symmetric);
            const guard here(another);
            return;
        }
        case verb::finish:
            let_go(held);
            held.pinned.reset();
            // acq_rel: what all have done comes before the end
            if (cells_->finished.fetch_add(1, detail::acq_rel) + 1 == what.a) {
                end_cells();
                delete std::exchange(domain_, nullptr);
            }
            return;
        default:
            fault("a call that cells do not have");
        }
    }

    void exchange(unsigned thread, unsigned cell, unsigned value, record &notes) {
        notes.begin(thread, cell, linear::would::insert_or_assign(value));
        const guard here(*domain_);
        content *const fresh = new content(value, cell == 2);
        // acq_rel: the contents; the label is read after it
        content *const old = cells_->all[cell].exchange(fresh, detail::acq_rel);
        notes.end(did::exchange(value, old != nullptr ? linear::state(old->value.number())
                                                      : linear::absent));
        if (old == nullptr)
            return;
        if (old->in_parts)
            retire(old->parts.word, ferry::engine::retired::value);
        retire(old->link, ferry::engine::retired::box);
    }

    void pass_pin(unsigned thread, unsigned cell, record &notes) {
        notes.begin(thread, cell, {});
        const counts_in_hand counted(*cells_);
        auto *const mine = new passed_content{owned_guard(*domain_), nullptr, 0};
        if (const content *const found = load(cell)) {
            mine->at = found;
            mine->seen = found->value.number();
        }
        notes.end(did::get(mine->at != nullptr ? linear::state(mine->seen) : linear::absent));
        // acq_rel: passes the guard on; what another left there is ours
        end(cells_->passed.exchange(mine, detail::acq_rel));
    }

    void take_pin() {
        const counts_in_hand counted(*cells_);
        // acquire: the guard as it was left there
        end(cells_->passed.exchange(nullptr, detail::acquire));
    }

    static void end(const passed_content *taken) {
        if (taken == nullptr)
            return;
        if (taken->at != nullptr && look_at(*taken->at) != taken->seen)
            fault("a value changed while an owned pin held it");
        delete taken;
    }

    void retire(detail::link_word &link, detail::retired_kind kind) {
        detail::retire_flagged(cells_->garbage, cells_->wait, detail::retired_item(link, kind),
                               home());
    }

    static void turn_elsewhere() {
        epoch_domain another; // with the same kind of barrier, so with the same pace
        const guard here(another);
        detail::domain &its = detail::domain_of(another);
        const detail::epoch_value before = its.epoch();
        for (unsigned i = 0; its.epoch() == before; ++i) {
            // Each call is a step at least, so an attempt under way is lost by then.
            if (i > detail::lost_attempt)
                fault("an attempt to advance stops the epoch of another domain");
            its.try_advance_in_turn(here.record());
        }
    }

    static unsigned look_at(const content &found) {
        const unsigned first = found.value.number();
        pause();
        if (found.value.number() != first)
            fault("a value changed under the eyes of a reader");
        return first;
    }

    static void look(const held_content &held) {
        if (held.at != nullptr && look_at(*held.at) != held.seen)
            fault("a value changed while a pin held it");
    }

    static void let_go(held_content &held) {
        held.at = nullptr;
        held.under.reset();
    }

    cells *cells_ = nullptr;
    epoch_domain *domain_ = nullptr;
    std::array<place, threads> mine_;
    std::array<const detail::thread_record *, threads> deserted_{};
};

} // namespace

std::unique_ptr<subject> make_cells() { return std::make_unique<cells_subject>(); }

} // namespace ferry::model
