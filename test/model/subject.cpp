// SPDX-License-Identifier: BSL-1.0
#include "subject.hpp"

#include "calls.hpp"
#include "cells.hpp"
#include "inspection.hpp"
#include "naming.hpp"

#include <reclaim/thread_registry.hpp>

#include <array>
#include <new>
#include <stdexcept>

namespace ferry::model {

namespace {

using number_map = concurrent_map<std::uint64_t, std::uint64_t, number_hash>;
using object_map = concurrent_map<key_object, value_object, object_hash>;
using object_set = concurrent_set<key_object, object_hash>;

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

template <class Map>
void perform_own(Map &map, unsigned thread, const call &what, record &notes,
                 belongings<Map> &mine) requires requires {
    typename Map::mapped_type;
}
{
    map_calls<Map> calls(map, thread, notes);
    switch (what.what) {
    case verb::get:
        return calls.get(what.a);
    case verb::contains:
        return calls.contains(what.a);
    case verb::visit:
        return calls.visit(what.a);
    case verb::find:
        return calls.find(what.a);
    case verb::find_guarded:
        return calls.find_guarded(what.a);
    case verb::visit_many:
        return calls.visit_many(what.a);
    case verb::erase:
        return calls.erase(what.a);
    case verb::extract:
        return calls.extract(what.a);
    case verb::keep:
        return calls.keep(what.a);
    case verb::insert:
        return calls.insert(what.a, what.b);
    case verb::try_emplace:
        return calls.try_emplace(what.a, what.b);
    case verb::insert_or_assign:
        return calls.insert_or_assign(what.a, what.b);
    case verb::exchange:
        return calls.exchange(what.a, what.b);
    case verb::get_or_emplace:
        return calls.get_or_emplace(what.a, what.b);
    case verb::get_or_emplace_with:
        return calls.get_or_emplace_with(what.a, what.b);
    case verb::update:
        return calls.update(what.a, what.b);
    case verb::upsert:
        return calls.upsert(what.a, what.b);
    case verb::put:
        return calls.put(what.a, what.b);
    case verb::flip:
        return calls.flip(what.a, what.b);
    case verb::compare_erase:
        return calls.compare_erase(what.a, what.b);
    case verb::erase_if:
        return calls.erase_if(what.a, what.b);
    case verb::compare_exchange:
        return calls.compare_exchange(what.a, what.b, what.c);
    case verb::hold:
        return calls.hold(what.a, mine);
    case verb::look:
        return calls.look(mine);
    case verb::stare:
        for (unsigned i = 0; i != what.a; ++i)
            calls.look(mine);
        return;
    case verb::erase_all:
        return calls.erase_all();
    case verb::for_each:
        return calls.for_each();
    case verb::for_each_part:
        return calls.for_each_part();
    case verb::items:
        return calls.items();
    default:
        fault("a call that maps do not have");
    }
}

template <class Set>
void perform_own(Set &set, unsigned thread, const call &what, record &notes,
                 belongings<Set> &mine) {
    set_calls<Set> calls(set, thread, notes);
    switch (what.what) {
    case verb::contains:
        return calls.contains(what.a);
    case verb::find:
        return calls.find(what.a);
    case verb::erase:
        return calls.erase(what.a);
    case verb::extract:
        return calls.extract(what.a);
    case verb::insert:
        return calls.insert(what.a);
    case verb::hold:
        return calls.hold(what.a, mine);
    case verb::look:
        return calls.look(mine);
    case verb::stare:
        for (unsigned i = 0; i != what.a; ++i)
            calls.look(mine);
        return;
    case verb::erase_all:
        return calls.erase_all();
    case verb::for_each:
        return calls.for_each();
    case verb::for_each_part:
        return calls.for_each_part();
    case verb::items:
        return calls.items();
    default:
        fault("a call that sets do not have");
    }
}

template <class Map>
class subject_of final : public subject {
public:
    subject_of() { abandon(); }

    void make(const setting &how) override {
        present_hashes = how.hashes;
        domain_ = new epoch_domain(how.symmetric ? barrier::symmetric : barrier::automatic);
        map_ = new Map(options{
            .capacity = how.capacity, .drop_on_erase = how.drop_on_erase, .domain = domain_});
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
    }

    std::string inspect(unsigned unfinished) override {
        return inspection(core_of(*map_)).run(unfinished);
    }
    std::size_t lookup_bound() override { return inspection(core_of(*map_)).lookup_bound(); }

    std::string describe(const void *at, std::uint64_t value) override {
        return map_ != nullptr ? names_.describe(core_of(*map_), *domain_, at, value)
                               : std::to_string(value);
    }

    void abandon() noexcept override {
        names_.forget();
        map_ = nullptr;
        domain_ = nullptr;
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

    naming<core_type> names_;
    Map *map_ = nullptr;
    epoch_domain *domain_ = nullptr;
    std::array<place, threads> mine_;
};

} // namespace

std::unique_ptr<subject> make_subject(element_kind kind) {
    switch (kind) {
    case element_kind::numbers:
        return std::make_unique<subject_of<number_map>>();
    case element_kind::objects:
        return std::make_unique<subject_of<object_map>>();
    case element_kind::cells:
        return make_cells();
    case element_kind::members:
        break;
    }
    return std::make_unique<subject_of<object_set>>();
}

static bool applies_to_cells(verb what) noexcept {
    switch (what) {
    case verb::get:
    case verb::exchange:
    case verb::hold:
    case verb::look:
    case verb::stare:
    case verb::let_go:
    case verb::reclaim:
    case verb::advance:
    case verb::pin:
    case verb::refresh:
    case verb::unpin:
    case verb::leave:
        return true;
    default:
        return false;
    }
}

bool applies(verb what, element_kind kind) noexcept {
    switch (what) {
    case verb::drain:
    case verb::told:
    case verb::desert:
    case verb::end_late:
    case verb::elsewhere:
    case verb::finish:
    case verb::turn:
    case verb::turn_elsewhere:
        return kind == element_kind::cells;
    default:
        break;
    }
    if (kind == element_kind::cells)
        return applies_to_cells(what);
    if (kind != element_kind::members)
        return true;
    switch (what) {
    case verb::get:
    case verb::visit:
    case verb::find_guarded:
    case verb::visit_many:
    case verb::keep:
    case verb::try_emplace:
    case verb::insert_or_assign:
    case verb::exchange:
    case verb::get_or_emplace:
    case verb::get_or_emplace_with:
    case verb::update:
    case verb::upsert:
    case verb::put:
    case verb::flip:
    case verb::compare_erase:
    case verb::erase_if:
    case verb::compare_exchange:
        return false;
    default:
        return true;
    }
}

} // namespace ferry::model
