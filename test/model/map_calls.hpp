// SPDX-License-Identifier: BSL-1.0
#pragma once

// Each call of a script on a map, and what the record says of it.

#include "calls.hpp"

#include <ferry/compute.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace ferry::model {

template <class Map>
class map_calls {
    using key = typename Map::key_type;
    using value = typename Map::mapped_type;

public:
    map_calls(Map &map, unsigned thread, record &notes)
        : map_(map), thread_(thread), notes_(notes) {}

    void get(unsigned k) {
        begin(k, {});
        const key wanted(k);
        const unsigned before = own_steps();
        const std::optional<value> found = map_.get(wanted);
        notes_.looked_up(own_steps() - before);
        end(did::get(state(found)));
    }
    void contains(unsigned k) {
        begin(k, {});
        const key wanted(k);
        const unsigned before = own_steps();
        const bool found = map_.contains(wanted);
        notes_.looked_up(own_steps() - before);
        end(did::contains(found));
    }
    void visit(unsigned k) {
        begin(k, {});
        linear::state seen;
        map_.visit(key(k), [&](const value &v) { seen = given(v); });
        end(did::get(seen));
    }
    void find(unsigned k) {
        begin(k, {});
        const auto found = map_.find(key(k));
        end(did::get(found ? linear::state(steady(found.value())) : linear::absent));
    }
    void find_guarded(unsigned k) {
        begin(k, {});
        const guard here = map_.pin();
        const auto found = map_.find(key(k), here); // a pointer, or a copy
        end(did::get(found ? linear::state(steady(*found)) : linear::absent));
    }
    void visit_many(unsigned last) {
        key keys[most_keys] = {key(0),  key(1),  key(2),  key(3), key(4),  key(5),
                               key(6),  key(7),  key(8),  key(9), key(10), key(11),
                               key(12), key(13), key(14), key(15)};
        linear::state seen[most_keys];
        const auto began = now();
        map_.visit_many(keys, keys + last + 1,
                        [&](std::size_t i, const value &v) { seen[i] = steady(v); });
        for (unsigned k = 0; k <= last; ++k)
            notes_.add(thread_, k, began, did::get(seen[k]));
    }

    void erase(unsigned k) {
        begin(k, would::erase());
        end(did::erase(map_.erase(key(k)) != 0));
    }
    void extract(unsigned k) {
        begin(k, would::erase());
        const auto found = map_.extract(key(k));
        end(did::extract(found ? linear::state(steady(found.value())) : linear::absent));
    }
    void compare_erase(unsigned k, unsigned expected) {
        begin(k, would::compare_erase(expected));
        end(did::compare_erase(expected, map_.compare_erase(key(k), value(expected))));
    }
    void erase_if(unsigned k, unsigned expected) {
        begin(k, would::compare_erase(expected));
        linear::state seen;
        bool agreed = false;
        const bool erased = map_.erase_if(key(k), [&](const value &v) {
            seen = given(v);
            agreed = seen == linear::state(expected);
            return agreed;
        });
        end(did::erase_if(seen, agreed, erased));
    }

    void insert(unsigned k, unsigned v) {
        begin(k, would::insert(v));
        end(did::insert(v, map_.insert(key(k), value(v))));
    }
    void try_emplace(unsigned k, unsigned v) {
        begin(k, would::insert(v));
        end(did::insert(v, map_.try_emplace(key(k), v)));
    }
    void insert_or_assign(unsigned k, unsigned v) {
        begin(k, would::insert_or_assign(v));
        end(did::insert_or_assign(v, map_.insert_or_assign(key(k), value(v))));
    }
    void exchange(unsigned k, unsigned v) {
        begin(k, would::insert_or_assign(v));
        end(did::exchange(v, state(map_.exchange(key(k), value(v)))));
    }
    void get_or_emplace(unsigned k, unsigned v) {
        begin(k, would::insert(v));
        const auto [there, inserted] = map_.get_or_emplace(key(k), v);
        end(did::get_or_emplace(v, inserted, steady(there.value())));
    }
    void get_or_emplace_with(unsigned k, unsigned v) {
        begin(k, would::insert(v));
        bool called = false;
        const auto [there, inserted] = map_.get_or_emplace_with(key(k), [&] {
            if (std::exchange(called, true))
                fault("get_or_emplace_with called its function twice");
            pause();
            return value(v);
        });
        end(did::get_or_emplace(v, inserted, steady(there.value())));
    }
    void update(unsigned k, unsigned by) {
        begin(k, would::update(by));
        linear::state seen;
        const bool found = map_.update(key(k), [&](const value &v) {
            seen = given(v);
            return value(static_cast<unsigned>(seen.value) + by);
        });
        end(did::update(found, seen, seen ? linear::state(seen.value + by) : linear::absent));
    }
    void upsert(unsigned k, unsigned v) {
        begin(k, would::upsert(v, v));
        linear::state seen;
        const bool inserted = map_.upsert(
            key(k),
            [&](const value &old) {
                seen = given(old);
                return value(static_cast<unsigned>(seen.value) + v);
            },
            v);
        end(did::upsert(v, inserted, seen, seen ? linear::state(seen.value + v) : linear::absent));
    }
    void put(unsigned k, unsigned v) {
        begin(k, would::compute(linear::state(v), linear::state(v)));
        linear::state seen;
        const compute_result result = map_.compute(key(k), [&](const value *old) {
            seen = old != nullptr ? linear::state(given(*old)) : linear::absent;
            return value(v);
        });
        require((result == compute_result::updated) == seen.present &&
                    (result == compute_result::inserted) == !seen.present,
                "compute's result is not what its function saw");
        end(did::compute(seen, linear::state(v)));
    }
    void flip(unsigned k, unsigned v) {
        begin(k, would::compute(linear::state(v), linear::absent));
        linear::state seen;
        map_.compute(key(k), [&](const value *old) {
            seen = old != nullptr ? linear::state(given(*old)) : linear::absent;
            return old == nullptr ? std::optional<value>(std::in_place, v) : std::nullopt;
        });
        end(did::compute(seen, seen ? linear::absent : linear::state(v)));
    }
    void keep(unsigned k) {
        begin(k, {});
        linear::state seen;
        map_.compute(key(k), [&](const value *old) {
            seen = old != nullptr ? linear::state(given(*old)) : linear::absent;
            return ferry::keep;
        });
        end(did::compute(seen, seen));
    }
    void compare_exchange(unsigned k, unsigned expected, unsigned v) {
        begin(k, would::compare_exchange(expected, v));
        end(did::compare_exchange(expected, v,
                                  map_.compare_exchange(key(k), value(expected), value(v))));
    }

    void erase_all() {
        whole_map_erasure all(thread_, notes_);
        map_.erase_if([&](const key &k, const value &v) {
            all.asked(number_of(k), given(v));
            return true;
        });
        all.returned();
    }

    void for_each() {
        sweep &all = notes_.begin_sweep(thread_);
        map_.for_each([&](const key &k, const value &v) { all.see(number_of(k), given(v)); });
        all.ended = now();
    }
    void for_each_part() {
        sweep &all = notes_.begin_sweep(thread_);
        for (const std::size_t part : {0u, 1u})
            map_.for_each(part, 2,
                          [&](const key &k, const value &v) { all.see(number_of(k), given(v)); });
        all.ended = now();
    }
    void items() {
        sweep &all = notes_.begin_sweep(thread_);
        const guard here = map_.pin();
        for (const auto &[k, v] : map_.items(here))
            all.see(number_of(k), steady(v));
        all.ended = now();
    }

    void hold(unsigned k, belongings<Map> &mine) {
        begin(k, {});
        mine.held = {};
        mine.held = map_.find(key(k));
        if (mine.held)
            mine.seen = number_of(mine.held.value());
        end(did::get(mine.held ? linear::state(mine.seen) : linear::absent));
    }
    void look(belongings<Map> &mine) {
        if (mine.held && steady(mine.held.value()) != mine.seen)
            fault("a value changed while a handle held it");
    }

protected:
    static linear::state state(const std::optional<value> &found) {
        return found ? linear::state(number_of(*found)) : linear::absent;
    }

    static void require(bool holds, const char *sentence) {
        if (!holds)
            fault(sentence);
    }

    void begin(unsigned k, const linear::transition &if_pending) {
        notes_.begin(thread_, k, if_pending);
    }
    void end(const linear::transition &result) { notes_.end(result); }

    Map &map_;
    unsigned thread_;
    record &notes_;
};

} // namespace ferry::model
