// SPDX-License-Identifier: BSL-1.0
#pragma once

// One real thread's operations on a map, recorded for the checker of histories.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/linear/history.hpp"
#include "support/linear/shared_time.hpp"
#include "support/linear/whole_map.hpp"
#include "support/random.hpp"

namespace ferry::test::linear {

template <class Map>
class recorder {
    using value = typename Map::mapped_type;
    using decision = ferry::compute_decision<value>;

public:
    recorder(Map &map, shared_time &time, std::uint32_t thread, prng &random, findings &found)
        : map_(map), time_(time), thread_(thread), random_(random), found_(found) {}

    // Any operation on a key, with values that others put too, or that nobody else puts.
    void any_operation(key_type key) {
        switch (random_.below(23)) {
        case 0:
            return call(key, [&] { return did::get(state_of(map_.get(wide(key)))); });
        case 1:
            return call(key, [&] { return did::contains(map_.contains(wide(key))); });
        case 2:
            return call(key, [&] { return did::contains(map_.count(wide(key)) == 1); });
        case 3:
            return visit(key);
        case 4:
            return call(key, [&] { return did::get(state_of(map_.find(wide(key)))); });
        case 5:
            return find_guarded(key);
        case 6:
            return visit_many(key);
        case 7:
            return insert(key);
        case 8:
            return try_emplace(key);
        case 9:
            return insert_range(key);
        case 10:
            return insert_or_assign(key);
        case 11:
            return exchange(key);
        case 12:
            return get_or_emplace(key);
        case 13:
            return get_or_emplace_with(key);
        case 14:
            return update(key);
        case 15:
            return upsert(key);
        case 16:
            return compute(key);
        case 17:
            return compare_exchange(key);
        case 18:
        case 19:
            return call(key, [&] { return did::erase(map_.erase(wide(key)) == 1); });
        case 20:
            return call(key, [&] { return did::extract(state_of(map_.extract(wide(key)))); });
        case 21:
            return compare_erase(key);
        default:
            return erase_if(key);
        }
    }

    // Of the keys below `keys`.
    void iterate(key_type keys) {
        sweep all{.thread = thread_};
        all.began = time_.invoked();
        map_.for_each([&](std::uint64_t key, const value &of) {
            if (key < keys)
                all.seen.push_back({static_cast<key_type>(key), number(of)});
        });
        all.ended = time_.returned();
        sweeps_.push_back(std::move(all));
    }

    const history &events() const { return events_; }
    const std::vector<sweep> &sweeps() const { return sweeps_; }
    void clear() {
        events_.clear();
        sweeps_.clear();
    }

private:
    static std::uint64_t wide(key_type key) { return key; }

    // Now and then others run between the look and what follows from it.
    value_type number(std::uint64_t of) {
        if (random_.once_in(32))
            std::this_thread::yield();
        return of;
    }
    template <class Tag>
    value_type number(const counted<Tag> &of) {
        const value_type seen = number(of.number());
        found_.expect(of.intact() && of.number() == seen, "a value reached is alive");
        return seen;
    }
    template <class Found> // an optional or a handle
    state state_of(const Found &found) {
        return found ? state(number(*found)) : absent;
    }

    // One of few that all threads put, or one that only this thread puts, and once.
    value_type some_value() {
        return random_.once_in(2) ? random_.below(4) : std::uint64_t{thread_ + 1} << 32 | ++puts_;
    }

    template <class Operation>
    void call(key_type key, Operation &&operation) {
        const stamp invoked = time_.invoked();
        const transition what = operation();
        events_.add({.what = what,
                     .invoked = invoked,
                     .returned = time_.returned(),
                     .key = key,
                     .thread = thread_});
    }

    void visit(key_type key) {
        call(key, [&] {
            state seen;
            map_.visit(wide(key), [&](const value &of) { seen = number(of); });
            return did::get(seen);
        });
    }
    void find_guarded(key_type key) {
        call(key, [&] {
            const auto guard = map_.pin();
            const auto there = map_.find(wide(key), guard); // a pointer, or a copy
            return did::get(there ? state(number(*there)) : absent);
        });
    }
    // Three neighbours, each of which is looked at somewhere in the call.
    void visit_many(key_type key) {
        const std::array<std::uint64_t, 3> keys = {key, std::uint64_t{key} ^ 1,
                                                   std::uint64_t{key} ^ 2};
        std::array<state, 3> seen;
        const stamp invoked = time_.invoked();
        map_.visit_many(keys.begin(), keys.end(),
                        [&](std::size_t i, const value &of) { seen[i] = number(of); });
        const stamp returned = time_.returned();
        for (std::size_t i = 0; i < keys.size(); ++i)
            events_.add({.what = did::get(seen[i]),
                         .invoked = invoked,
                         .returned = returned,
                         .key = static_cast<key_type>(keys[i]),
                         .thread = thread_});
    }

    void insert(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] { return did::insert(fresh, map_.insert(wide(key), value(fresh))); });
    }
    void try_emplace(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] { return did::insert(fresh, map_.try_emplace(wide(key), fresh)); });
    }
    void insert_range(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] {
            const std::array<std::pair<std::uint64_t, value>, 1> range = {
                std::pair(wide(key), value(fresh))};
            return did::insert(fresh, map_.insert_range(range) == 1);
        });
    }
    void insert_or_assign(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] {
            return did::insert_or_assign(fresh, map_.insert_or_assign(wide(key), value(fresh)));
        });
    }
    void exchange(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] {
            return did::exchange(fresh, state_of(map_.exchange(wide(key), value(fresh))));
        });
    }
    void get_or_emplace(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] {
            const auto [there, inserted] = map_.get_or_emplace(wide(key), fresh);
            return did::get_or_emplace(fresh, inserted, number(*there));
        });
    }
    void get_or_emplace_with(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] {
            const auto [there, inserted] =
                map_.get_or_emplace_with(wide(key), [&] { return value(fresh); });
            return did::get_or_emplace(fresh, inserted, number(*there));
        });
    }

    void update(key_type key) {
        call(key, [&] {
            state seen;
            const bool found = map_.update(wide(key), [&](const value &old) {
                seen = number(old);
                return value(seen.value + 1);
            });
            return did::update(found, seen, seen ? state(seen.value + 1) : absent);
        });
    }
    void upsert(key_type key) {
        const value_type fresh = some_value();
        call(key, [&] {
            state seen;
            const bool inserted = map_.upsert(
                wide(key),
                [&](const value &old) {
                    seen = number(old);
                    return value(seen.value + 1);
                },
                fresh);
            return did::upsert(fresh, inserted, seen, seen ? state(seen.value + 1) : absent);
        });
    }
    // By chance: puts a value, erases, or leaves it.
    void compute(key_type key) {
        const value_type fresh = some_value();
        const std::uint64_t choice = random_.below(3);
        call(key, [&] {
            state seen;
            state made;
            const ferry::compute_result result =
                map_.compute(wide(key), [&](const value *old) -> decision {
                    seen = old != nullptr ? state(number(*old)) : absent;
                    if (choice == 0) {
                        made = fresh;
                        return value(fresh);
                    }
                    made = choice == 1 ? absent : seen;
                    return choice == 1 ? decision(ferry::erase) : decision(ferry::keep);
                });
            using enum ferry::compute_result;
            const auto expected = choice == 0           ? seen ? updated : inserted
                                  : choice == 1 && seen ? erased
                                                        : unchanged;
            found_.expect(result == expected, "compute's result is what its function decided");
            return did::compute(seen, made);
        });
    }
    void compare_exchange(key_type key) {
        const value_type expected = random_.below(4);
        const value_type fresh = some_value();
        call(key, [&] {
            return did::compare_exchange(
                expected, fresh, map_.compare_exchange(wide(key), value(expected), value(fresh)));
        });
    }
    void compare_erase(key_type key) {
        const value_type expected = random_.below(4);
        call(key, [&] {
            return did::compare_erase(expected, map_.compare_erase(wide(key), value(expected)));
        });
    }
    void erase_if(key_type key) {
        call(key, [&] {
            state seen;
            bool agreed = false;
            const bool erased = map_.erase_if(wide(key), [&](const value &of) {
                seen = number(of);
                return agreed = seen.value % 2 == 0;
            });
            return did::erase_if(seen, agreed, erased);
        });
    }

    Map &map_;
    shared_time &time_;
    std::uint32_t thread_;
    prng &random_;
    findings &found_;
    std::uint64_t puts_ = 0;
    history events_;
    std::vector<sweep> sweeps_;
};

} // namespace ferry::test::linear
