// SPDX-License-Identifier: BSL-1.0
#pragma once

// Each call of a script on a set, and what the record says of it.

#include "calls.hpp"

#include <cstddef>

namespace ferry::model {

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
