// SPDX-License-Identifier: BSL-1.0
#pragma once

// The run of one map, compiled once for each. What stands here is instrumented as the map is: it
// keeps to the core's own variables while operations are counted.

#include "machine/machine.hpp"
#include "maps/concept.hpp"
#include "subjects/hottest.hpp"
#include "subjects/picks.hpp"
#include "subjects/subject.hpp"
#include "workloads/key_space.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ferry::sharing {

template <class Map>
class subject_of final : public subject {
public:
    outcome run(const order &ordered, part_finder parts) override {
        const order what = shortened(ordered);
        machine &all = machine::instance();
        begin_watching(all);
        outcome made;
        {
            const bool grows = what.what == workload::insert;
            const auto map =
                std::make_unique<Map>(bench::sizing{.expected = what.keys, .from_empty = grows});
            const block object{reinterpret_cast<std::uintptr_t>(map.get()), sizeof(Map),
                               alignof(Map), nullptr};
            find_parts(all, parts, object);
            const keys those(what.keys);
            if (!grows)
                fill(*map, those, what);
            all.lines().forget_all();
            made.wrong_answers = work(all, *map, those, what);
            made.counted = all.counted();
            made.hottest = hottest_lines(all, object);
        }
        end_watching(all);
        return made;
    }

private:
    using keys = bench::key_space<std::uint64_t>;

    // What a core has seen of the map's answers.
    struct answers {
        std::int64_t inserted = 0;
        std::int64_t erased = 0;
        std::uint64_t wrong = 0;
    };

    // What all cores do to one key takes time with the square of their number. So do readers who
    // spin for the pointer of a map that copies itself, and each of its changes is a copy.
    static order shortened(order what) {
        const auto part_of = [&](std::uint32_t all, std::uint32_t share) {
            return std::max<std::uint32_t>(2 * what.cores, all / share);
        };
        if (what.what == workload::update_one)
            what.operations = part_of(what.operations, 5);
        if constexpr (bench::slow_map<Map>) {
            what.operations = part_of(what.operations, 50);
            what.keys = part_of(what.keys, 10);
        }
        return what;
    }

    static void fill(Map &map, const keys &those, const order &what) {
        [[maybe_unused]] const typename Map::thread_scope scope;
        for (std::uint32_t i = 0; i < what.keys; ++i) {
            if constexpr (bench::loadable_map<Map, std::uint64_t, std::uint64_t>)
                map.load(those[i], i);
            else
                map.insert(those[i], i);
        }
    }

    // Gives the number of wrong answers.
    static std::uint64_t work(machine &all, Map &map, const keys &those, const order &what) {
        std::array<answers, most_cores> seen{};
        const auto before = static_cast<std::int64_t>(map.size());
        all.run(what.cores, what.seed, [&](unsigned core) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            picks next(what, core);
            answers mine;
            static_cast<void>(map.find(those[what.keys])); // the thread makes itself known
            for (std::uint32_t i = next.warm_up(); i != 0; --i)
                operate(all, map, those, what.what, next, mine);
            all.all_ready();
            for (std::uint32_t i = next.operations(); i != 0; --i)
                operate(all, map, those, what.what, next, mine);
            all.finished();
            seen[core] = mine;
        });
        answers sum;
        for (const answers &each : seen) {
            sum.inserted += each.inserted;
            sum.erased += each.erased;
            sum.wrong += each.wrong;
        }
        [[maybe_unused]] const typename Map::thread_scope scope;
        const auto after = static_cast<std::int64_t>(map.size());
        return sum.wrong + (after != before + sum.inserted - sum.erased);
    }

    static void operate(machine &all, Map &map, const keys &those, workload what, picks &next,
                        answers &seen) {
        const pick chosen = next.draw();
        const std::uint64_t key = those[chosen.index];
        switch (chosen.does) {
        case action::find: {
            const auto value = map.find(key);
            seen.wrong += what == workload::find_hit    ? !value.has_value()
                          : what == workload::find_miss ? value.has_value()
                                                        : 0;
            break;
        }
        case action::update:
            if constexpr (bench::assigning_map<Map, std::uint64_t, std::uint64_t>)
                seen.wrong += map.assign(key, next.value());
            break;
        case action::insert: {
            const bool done = map.insert(key, chosen.index);
            seen.inserted += done;
            seen.wrong += what == workload::insert && !done;
            break;
        }
        case action::erase:
            if constexpr (bench::erasing_map<Map, std::uint64_t>)
                seen.erased += map.erase(key);
            break;
        }
        all.end_operation();
    }
};

} // namespace ferry::sharing
