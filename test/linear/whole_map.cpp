// SPDX-License-Identifier: BSL-1.0

// The rules for whole-map operations against a map that keeps them: what a run shows is explained,
// and not with one thing changed in what was seen while nothing went on.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "calls.hpp"
#include "generate.hpp"
#include "support/linear/checker.hpp"
#include "support/linear/history.hpp"
#include "support/linear/whole_map.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace linear_whole_map {

using namespace ferry::test::linear;
using ferry::test::prng;

namespace {

constexpr key_type keys = 3;
constexpr std::uint64_t some_values = 3;

struct cell {
    state at;
    unsigned came_back = 0; // how often the key was inserted
};

// Goes from key to key, a look at a time; may look again at the one before, and sees it again if
// it came back meanwhile, as after a move to another table.
class sweeper {
public:
    bool idle() const { return !begun_; }

    void begin(std::uint32_t thread, stamp now) {
        begun_ = true;
        next_ = 0;
        seen_one_ = false;
        mine_ = {.began = now, .thread = thread};
    }

    // True at the end.
    bool step(prng &random, const std::vector<cell> &map, stamp now) {
        if (next_ > 0 && random.once_in(2) && seen_one_ &&
            map[next_ - 1].came_back != seen_came_back_) {
            look(map, next_ - 1);
        } else if (next_ < keys) {
            seen_one_ = false;
            look(map, next_++);
        } else {
            mine_.ended = now;
            begun_ = false;
            return true;
        }
        return false;
    }

    const sweep &last() const { return mine_; }

private:
    void look(const std::vector<cell> &map, key_type key) {
        if (!map[key].at)
            return;
        mine_.seen.push_back({key, map[key].at.value});
        seen_one_ = true;
        seen_came_back_ = map[key].came_back;
    }

    sweep mine_{};
    key_type next_ = 0;
    unsigned seen_came_back_ = 0;
    bool seen_one_ = false;
    bool begun_ = false;
};

struct whole_run {
    std::vector<event> history;
    std::vector<sweep> sweeps;
    std::vector<size_reading> sizes;
    std::vector<state> initial;
    stamp end = 1;
    bool saw_one_twice = false;

    std::string checked(checker &by, sighted values) const {
        return check_whole_map(by, history, sweeps, sizes, initial, values);
    }
};

void read_at_rest(const std::vector<cell> &map, whole_run &run) {
    sweep all{.began = run.end, .ended = run.end + 1};
    for (key_type key = 0; key < keys; ++key) {
        if (map[key].at)
            all.seen.push_back({key, map[key].at.value});
    }
    run.sizes.push_back({.began = run.end, .ended = run.end + 1, .size = all.seen.size()});
    run.sweeps.push_back(all);
    run.end += 2;
}

// Three threads call, one iterates; nobody stops forever. At the end all is read at rest.
whole_run right_run(prng &random) {
    struct caller {
        worker at_work;
        key_type key = 0;
    };
    constexpr std::uint32_t callers = 3;
    whole_run run;
    std::vector<cell> map(keys);
    for (cell &one : map) {
        one.at = random.once_in(2) ? absent : state(random.below(some_values));
        run.initial.push_back(one.at);
    }
    std::vector<caller> all;
    for (std::uint32_t i = 0; i < callers; ++i)
        all.push_back({worker(i)});
    sweeper iterator;
    std::size_t calls_left = 20;
    const auto all_idle = [&] {
        return iterator.idle() && std::all_of(all.begin(), all.end(),
                                              [](const caller &one) { return one.at_work.idle(); });
    };
    for (; calls_left != 0 || !all_idle(); run.end += random.below(2)) {
        // The iteration is slow, so that keys come back during it.
        const auto which = random.below(2 * callers + 1) / 2;
        if (which == callers) {
            if (iterator.idle())
                iterator.begin(callers, run.end);
            else if (iterator.step(random, map, run.end))
                run.sweeps.push_back(iterator.last());
            continue;
        }
        caller &one = all[which];
        if (!one.at_work.idle()) {
            cell &mine = map[one.key];
            const bool was_there = mine.at.present;
            one.at_work.step(mine.at, run.end);
            mine.came_back += !was_there && mine.at.present;
            if (one.at_work.idle())
                run.history.push_back(recorded(one.at_work.last(), one.key));
        } else if (calls_left != 0) {
            --calls_left;
            one.key = static_cast<key_type>(random.below(keys));
            one.at_work.invoke({.what = static_cast<operation>(random.below(operations)),
                                .value = random.below(some_values),
                                .expected = random.below(some_values)},
                               run.end);
        }
    }
    for (const sweep &one : run.sweeps) {
        for (std::size_t i = 1; i < one.seen.size(); ++i)
            run.saw_one_twice |= one.seen[i].key == one.seen[i - 1].key;
    }
    ++run.end;
    read_at_rest(map, run);
    return run;
}

// In what was read at rest.
void change_one_thing(prng &random, whole_run &run) {
    std::vector<sighting> &seen = run.sweeps.back().seen;
    const auto any = [&] { return random.below(seen.size()); };
    switch (seen.empty() ? random.below(2) : random.below(5)) {
    case 0:
        run.sizes.back().size += random.once_in(2) ? 1 : ~std::size_t{0};
        break;
    case 1:
        seen.push_back({keys, 0});
        break;
    case 2:
        seen.erase(seen.begin() + static_cast<std::ptrdiff_t>(any()));
        break;
    case 3:
        seen.push_back(seen[any()]);
        break;
    case 4:
        seen[any()].value += 1u << 20;
        break;
    }
}

} // namespace

TEST_CASE("what iterations and sizes show is explained, and not with one thing changed") {
    FERRY_SHOW_SEED();
    const std::size_t count = ferry::test::scaled(10000, 1000);
    checker one;
    std::size_t twice = 0;
    std::size_t right_ones_rejected = 0;
    std::size_t wrong_ones_accepted = 0;
    std::string first;
    for (std::size_t i = 0; i < count; ++i) {
        prng random(i);
        whole_run run = right_run(random);
        twice += run.saw_one_twice;
        for (const sighted values : {sighted::current, sighted::once_put}) {
            const std::string why = run.checked(one, values);
            if (!why.empty() && right_ones_rejected++ == 0)
                first = "run " + std::to_string(i) + ": " + why;
        }
        change_one_thing(random, run);
        if (run.checked(one, sighted::current).empty() && wrong_ones_accepted++ == 0)
            first += "run " + std::to_string(i) + " is accepted with one thing changed";
    }
    INFO(first);
    CHECK(right_ones_rejected == 0);
    CHECK(wrong_ones_accepted == 0);
    CHECK(twice > count / 200);
}

} // namespace linear_whole_map
