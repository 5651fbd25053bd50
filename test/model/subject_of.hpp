// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map or set of any engine as the subject of scenarios.

#include "map_calls.hpp"
#include "set_calls.hpp"
#include "subject.hpp"

#include <reclaim/thread_registry.hpp>

#include <array>
#include <new>
#include <stdexcept>

#include "support/core_of.hpp"

namespace ferry::model {

using test::core_of;

// What maps and sets have in common. True: it was such a call.
template <class Map>
bool perform_common(Map &map, detail::domain &domain, unsigned thread, const call &what,
                    record &notes, belongings<Map> &mine) {
    switch (what.what) {
    case verb::clear:
        notes.begin_clear(thread);
        map.clear();
        notes.end_clear();
        return true;
    case verb::size: {
        const auto began = now();
        const std::size_t size = map.size();
        if (size > most_keys)
            fault("size() is more than there ever was");
        notes.end_size(thread, began, size);
        return true;
    }
    case verb::stats: {
        const map_stats now = map.stats();
        if (now.live > most_keys || now.dead > most_keys || now.capacity == 0)
            fault("stats() tells of more than there ever was");
        return true;
    }
    case verb::reserve:
        map.reserve(what.a);
        return true;
    case verb::shrink_to_fit:
        map.shrink_to_fit();
        return true;
    case verb::migrate:
        map.migrate(what.a);
        return true;
    case verb::reclaim:
        map.reclaim();
        return true;
    case verb::advance:
        domain.try_advance();
        return true;
    case verb::let_go:
        mine.held = {};
        return true;
    case verb::pin:
        mine.pinned.emplace(map.pin());
        return true;
    case verb::refresh:
        if (mine.pinned)
            mine.pinned->refresh();
        return true;
    case verb::unpin:
        mine.pinned.reset();
        return true;
    case verb::leave:
        mine.held = {};
        mine.pinned.reset();
        detail::thread_registry::release_all(nullptr);
        notes.attached(false);
        return true;
    default:
        return false;
    }
}

// What the calls of maps and of sets both have.
template <class Calls, class Map>
void perform_any(Calls &own, const call &what, belongings<Map> &mine) {
    switch (what.what) {
    case verb::contains:
        return own.contains(what.a);
    case verb::find:
        return own.find(what.a);
    case verb::erase:
        return own.erase(what.a);
    case verb::extract:
        return own.extract(what.a);
    case verb::hold:
        return own.hold(what.a, mine);
    case verb::look:
        return own.look(mine);
    case verb::stare:
        for (unsigned i = 0; i != what.a; ++i)
            own.look(mine);
        return;
    case verb::erase_all:
        return own.erase_all();
    case verb::for_each:
        return own.for_each();
    case verb::for_each_part:
        return own.for_each_part();
    case verb::items:
        return own.items();
    default:
        fault("a call that this container does not have");
    }
}

template <class Map>
void perform_own(Map &map, unsigned thread, const call &what, record &notes,
                 belongings<Map> &mine) requires requires {
    typename Map::mapped_type;
}
{
    map_calls<Map> own(map, thread, notes);
    switch (what.what) {
    case verb::get:
        return own.get(what.a);
    case verb::visit:
        return own.visit(what.a);
    case verb::find_guarded:
        return own.find_guarded(what.a);
    case verb::visit_many:
        return own.visit_many(what.a);
    case verb::keep:
        return own.keep(what.a);
    case verb::insert:
        return own.insert(what.a, what.b);
    case verb::try_emplace:
        return own.try_emplace(what.a, what.b);
    case verb::insert_or_assign:
        return own.insert_or_assign(what.a, what.b);
    case verb::exchange:
        return own.exchange(what.a, what.b);
    case verb::get_or_emplace:
        return own.get_or_emplace(what.a, what.b);
    case verb::get_or_emplace_with:
        return own.get_or_emplace_with(what.a, what.b);
    case verb::update:
        return own.update(what.a, what.b);
    case verb::upsert:
        return own.upsert(what.a, what.b);
    case verb::put:
        return own.put(what.a, what.b);
    case verb::flip:
        return own.flip(what.a, what.b);
    case verb::compare_erase:
        return own.compare_erase(what.a, what.b);
    case verb::erase_if:
        return own.erase_if(what.a, what.b);
    case verb::compare_exchange:
        return own.compare_exchange(what.a, what.b, what.c);
    default:
        return perform_any(own, what, mine);
    }
}

template <class Set>
void perform_own(Set &set, unsigned thread, const call &what, record &notes,
                 belongings<Set> &mine) {
    set_calls<Set> own(set, thread, notes);
    if (what.what == verb::insert)
        own.insert(what.a);
    else
        perform_any(own, what, mine);
}

template <class Map>
inline constexpr bool points_to_numbers = false;
template <class Map>
requires requires { typename Map::mapped_type; }
inline constexpr bool points_to_numbers<Map> =
    std::is_same_v<typename Map::mapped_type, pointed_number>;

// Inspection and Naming look into a map of this engine.
template <class Map, template <class> class Inspection, template <class> class Naming>
class subject_of final : public subject {
public:
    subject_of() { abandon(); }

    void make(const setting &how) override {
        present_hashes = how.hashes;
        if constexpr (points_to_numbers<Map>)
            pointed_numbers::present = new pointed_numbers;
        domain_ = new epoch_domain(how.symmetric ? barrier::symmetric : barrier::automatic);
        map_ = new Map(options{
            .capacity = how.capacity, .drop_on_erase = how.drop_on_erase, .domain = domain_});
        first_root_ = core_of(*map_).root();
    }

    void perform(unsigned thread, const call &what, record &notes) override {
        try {
            if (!perform_common(*map_, detail::domain_of(*domain_), thread, what, notes,
                                mine(thread))) {
                perform_own(*map_, thread, what, notes, mine(thread));
                notes.attached(true);
            }
        } catch (const injected &) {
            notes.end_without_effect();
        } catch (const std::bad_alloc &) {
            notes.end_without_effect();
        }
    }

    void leave(unsigned thread) override {
        mine(thread).held = {};
        mine(thread).pinned.reset();
        detail::thread_registry::release_all(nullptr);
    }

    void forked() override { detail::thread_registry::after_fork(); }

    std::size_t kept() override { return map_->stats().retired_objects; }

    void reclaim_all_but(std::size_t most) override {
        // In a child, `most` may count more than is kept. So we reclaim whatever the counts say.
        for (unsigned i = 0; i != 2; ++i)
            map_->reclaim();
        if (is_kept(most))
            fault("what was retired is not freed when nobody is pinned");
        // A write helps a migration with a bucket, or looks for old tables.
        for (unsigned i = 0; core_of(*map_).old_tables_wait().is_up(); ++i) {
            if (i == most_helps)
                fault("writes look for old tables for ever");
            map_->reclaim();
            map_->erase(typename Map::key_type(most_keys));
        }
    }

    void destroy() override {
        delete std::exchange(map_, nullptr);
        detail::thread_registry::release_all(nullptr);
        delete std::exchange(domain_, nullptr);
        delete std::exchange(pointed_numbers::present, nullptr);
    }

    std::string inspect(unsigned unfinished) override {
        return inspection_type(core_of(*map_)).run(unfinished);
    }
    // A thread that is stopped may have promoted a table and not counted that.
    std::size_t lookup_bound() override {
        auto &core = core_of(*map_);
        return core.root() == first_root_ ? inspection_type(core).lookup_bound() : 0;
    }

    std::string describe(const void *at, std::uint64_t value) override {
        return map_ != nullptr ? names_.describe(core_of(*map_), *domain_, at, value)
                               : std::to_string(value);
    }

    void abandon() noexcept override {
        names_.forget();
        map_ = nullptr;
        domain_ = nullptr;
        pointed_numbers::present = nullptr;
        for (unsigned i = 0; i != threads; ++i)
            ::new (static_cast<void *>(&mine_[i])) belongings<Map>; // nothing is destroyed
    }

private:
    static constexpr unsigned threads = 8;
    static constexpr unsigned most_helps = 200;

    bool is_kept(std::size_t most) const {
        const map_stats now = map_->stats();
        return now.retired_objects > most || (most == 0 && now.retired_bytes != 0);
    }

    belongings<Map> &mine(unsigned thread) {
        return *std::launder(reinterpret_cast<belongings<Map> *>(&mine_[thread]));
    }

    struct alignas(belongings<Map>) place {
        unsigned char bytes[sizeof(belongings<Map>)];
    };

    using core_type = std::remove_cvref_t<decltype(core_of(std::declval<Map &>()))>;
    using inspection_type = Inspection<core_type>;

    Naming<core_type> names_;
    Map *map_ = nullptr;
    epoch_domain *domain_ = nullptr;
    const void *first_root_ = nullptr;
    std::array<place, threads> mine_;
};

} // namespace ferry::model
