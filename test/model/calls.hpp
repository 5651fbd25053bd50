// SPDX-License-Identifier: BSL-1.0
#pragma once

// Each call of a script on a map, and what the record says of it. Callbacks pause, so that others
// run while one is in the middle of a callback, and what they were given must not change meanwhile.

#include "elements.hpp"
#include "record.hpp"

#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include <optional>
#include <utility>

namespace ferry::model {

namespace did = linear::did;
namespace would = linear::would;

// The value, looked at twice.
template <class T>
unsigned steady(const T &value) {
    plain_read(&value, sizeof value);
    const unsigned first = number_of(value);
    pause();
    plain_read(&value, sizeof value);
    if (number_of(value) != first)
        fault("a value changed under the eyes of a reader");
    return first;
}

// The value that a callback was given.
template <class T>
unsigned given(const T &value) {
    fault_point();
    return steady(value);
}

template <class Map>
using handle_of = typename Map::handle;

// What a thread holds between calls.
template <class Map>
struct belongings {
    std::optional<guard> pinned;
    handle_of<Map> held;
    unsigned seen = 0; // its value when it was found
};

// erase_if of the whole map with a predicate that agrees to everything. Each key that it is called
// with has that value then, and is absent at some time after the last call; what an earlier call
// agreed to was erased or replaced.
class whole_map_erasure {
public:
    whole_map_erasure(unsigned thread, record &notes)
        : thread_(thread), notes_(notes), began_(now()), first_(notes.begin_all(thread)) {}

    void asked(unsigned key, unsigned value) {
        if (last_[key])
            notes_.add_pending(thread_, key, began_, would::compare_erase(last_[key].value));
        last_[key] = linear::state(value);
        notes_.add(thread_, key, began_, did::get(last_[key]));
    }

    void returned() {
        using transition = linear::transition;
        for (unsigned k = 0; k != most_keys; ++k) {
            transition result{.operation = "erase_if of all",
                              .nothing = transition::of_absent::stays,
                              .something = transition::of_present::stays};
            if (last_[k]) {
                result.something = transition::of_present::goes;
                result.which = transition::values::expected;
                result.expected = last_[k].value;
            }
            notes_.end(first_ + k, result);
        }
    }

private:
    unsigned thread_;
    record &notes_;
    linear::stamp began_;
    std::size_t first_;
    linear::state last_[most_keys];
};

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

// A set's elements have the value 0.
template <class Set>
class set_calls {
    using key = typename Set::key_type;

public:
    set_calls(Set &set, unsigned thread, record &notes)
        : set_(set), thread_(thread), notes_(notes) {}

    void contains(unsigned k) {
        begin(k, {});
        const key wanted(k);
        const unsigned before = own_steps();
        const bool found = set_.contains(wanted);
        notes_.looked_up(own_steps() - before);
        end(did::contains(found));
    }
    void find(unsigned k) {
        begin(k, {});
        const auto found = set_.find(key(k));
        require_key(found, k);
        end(did::contains(static_cast<bool>(found)));
    }
    void insert(unsigned k) {
        begin(k, would::insert(0));
        end(did::insert(0, set_.insert(key(k))));
    }
    void erase(unsigned k) {
        begin(k, would::erase());
        end(did::erase(set_.erase(key(k)) != 0));
    }
    void extract(unsigned k) {
        begin(k, would::erase());
        const auto found = set_.extract(key(k));
        require_key(found, k);
        end(did::extract(found ? linear::state(0) : linear::absent));
    }
    void for_each() {
        sweep &all = notes_.begin_sweep(thread_);
        set_.for_each([&](const key &k) { all.see(given(k), 0); });
        all.ended = now();
    }
    void for_each_part() {
        sweep &all = notes_.begin_sweep(thread_);
        for (const std::size_t part : {0u, 1u})
            set_.for_each(part, 2, [&](const key &k) { all.see(given(k), 0); });
        all.ended = now();
    }
    void items() {
        sweep &all = notes_.begin_sweep(thread_);
        const guard here = set_.pin();
        for (const key &k : set_.items(here))
            all.see(steady(k), 0);
        all.ended = now();
    }
    void erase_all() {
        whole_map_erasure all(thread_, notes_);
        set_.erase_if([&](const key &k) {
            all.asked(given(k), 0);
            return true;
        });
        all.returned();
    }
    void hold(unsigned k, belongings<Set> &mine) {
        begin(k, {});
        mine.held = {};
        mine.held = set_.find(key(k));
        mine.seen = k;
        end(did::contains(static_cast<bool>(mine.held)));
    }
    void look(belongings<Set> &mine) { require_key(mine.held, mine.seen); }

private:
    static void require_key(const handle_of<Set> &found, unsigned k) {
        if (found && steady(found.key()) != k)
            fault("a handle's key is another one");
    }
    void begin(unsigned k, const linear::transition &if_pending) {
        notes_.begin(thread_, k, if_pending);
    }
    void end(const linear::transition &result) { notes_.end(result); }

    Set &set_;
    unsigned thread_;
    record &notes_;
};

} // namespace ferry::model
