// SPDX-License-Identifier: BSL-1.0
#include "explorer.hpp"

#include "decider.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace ferry::model {

namespace {

constexpr memory_kind kinds[] = {memory_kind::sequential, memory_kind::store_buffers,
                                 memory_kind::views, memory_kind::views_in_time};

std::string walk(std::uint64_t seed) { return "walk " + std::to_string(seed); }

std::string by_priorities(unsigned changes, unsigned steps, std::uint64_t seed) {
    return "priorities " + std::to_string(changes) + " " + std::to_string(steps) + " " +
           std::to_string(seed);
}

unsigned sum(const std::vector<unsigned> &steps) {
    return std::accumulate(steps.begin(), steps.end(), 0u);
}

// Of those that run at once: thread 0 is alone before and after.
unsigned sum_at_once(const std::vector<unsigned> &steps) {
    return steps.empty() ? 0 : sum(steps) - steps[0];
}

// What the others may take when somebody has stopped: lock-freedom lets them retry, but not for
// ever.
unsigned bound_for(const std::vector<unsigned> &steps) { return 8 * sum(steps) + 10'000; }

} // namespace

const char *in_words(memory_kind kind) noexcept {
    switch (kind) {
    case memory_kind::sequential:
        return "sequential";
    case memory_kind::store_buffers:
        return "store-buffers";
    case memory_kind::views:
        return "views";
    case memory_kind::views_in_time:
        break;
    }
    return "views-in-time";
}

figures &figures::operator+=(const figures &other) {
    executions += other.executions;
    suspensions += other.suspensions;
    failures += other.failures;
    forks += other.forks;
    steps_stopped_at += other.steps_stopped_at;
    points_failed += other.points_failed;
    steps_forked_at += other.steps_forked_at;
    steps += other.steps;
    complete += other.complete;
    return *this;
}

effort effort::times(double factor) const {
    const auto scaled = [factor](unsigned n) { return static_cast<unsigned>(n * factor); };
    return {scaled(walks),   scaled(priorities), scaled(paths),
            scaled(stopped), scaled(pairs),      scaled(failed),
            scaled(turns),   scaled(forked),     everywhere && factor >= 0.1};
}

bool explorer::attempt(const recipe &how) {
    const auto decide = make_strategy(how.strategy);
    return attempt(how, *decide);
}

bool explorer::attempt(const recipe &how, strategy &decide) {
    last_ = trial_.run(how.memory, decide, how.with);
    ++figures_.executions;
    figures_.suspensions += !how.with.stops.empty() && last_.stopped;
    figures_.failures += how.with.failing_point != 0;
    figures_.forks += last_.forked;
    figures_.steps += sum(last_.steps);
    if (last_.fault.empty())
        return true;
    found_ = failure{how, last_.fault};
    return false;
}

std::optional<failure> explorer::explore(const effort &much, std::uint64_t seed) {
    const auto all = [&] {
        for (const memory_kind memory : kinds) {
            for (unsigned i = 0; i != much.walks; ++i)
                if (!attempt({.memory = memory, .strategy = walk(seed + i)}))
                    return false;
            const std::string &turns = trial_.what().turns;
            for (unsigned i = 0; !turns.empty() && i != much.turns * trial_.what().orders; ++i)
                if (!attempt({.memory = memory,
                              .strategy = "turns " + std::to_string(seed + i) + " " + turns}))
                    return false;
            const unsigned steps = std::max(sum_at_once(last_.steps), 1u);
            for (unsigned i = 0; i != much.priorities; ++i)
                if (!attempt(
                        {.memory = memory, .strategy = by_priorities(1 + i % 4, steps, seed + i)}))
                    return false;
            // All with one preemption first, which is soon done.
            const unsigned surprises = memory == memory_kind::sequential ? 0 : 1;
            const unsigned most =
                memory == memory_kind::sequential ? much.paths * trial_.what().orders : much.paths;
            if (!one_by_one(memory, 1, 0, most) || !one_by_one(memory, 2, surprises, most))
                return false;
        }
        return stop_everywhere(much.stopped, much.everywhere, seed) && stop_two(much.pairs, seed) &&
               fail_everywhere(much.failed, much.everywhere, seed) &&
               fork_everywhere(much.forked, much.everywhere, seed);
    };
    found_.reset();
    static_cast<void>(all());
    return found_;
}

bool explorer::one_by_one(memory_kind memory, unsigned preemptions, unsigned surprises,
                          unsigned most) {
    if (most == 0)
        return true;
    every_one each(preemptions, surprises);
    for (unsigned i = 0; i != most; ++i) {
        recipe how{.memory = memory};
        if (!attempt(how, each)) {
            found_->how.strategy = "path " + std::to_string(preemptions) + " " +
                                   std::to_string(surprises) + " " + each.path();
            return false;
        }
        if (!each.next()) {
            ++figures_.complete;
            return true;
        }
    }
    return true;
}

// Every step of every thread, under one schedule after the other.
bool explorer::stop_everywhere(unsigned most, bool everywhere, std::uint64_t seed) {
    for (unsigned done = 0, round = 0; done < most; ++round) {
        const bool all = everywhere && round == 0;
        recipe how{.memory = kinds[round % std::size(kinds)],
                   .strategy = walk(seed + 1'000'000 + round)};
        if (!attempt(how))
            return false;
        const std::vector<unsigned> steps = last_.steps;
        how.with.most_steps = bound_for(steps);
        for (unsigned thread = 1; thread != steps.size(); ++thread)
            for (unsigned step = 1; step <= steps[thread] && (all || done < most); ++step, ++done) {
                how.with.stops = {{thread, step}};
                if (!attempt(how))
                    return false;
                figures_.steps_stopped_at += all && last_.stopped;
            }
        if (sum_at_once(steps) == 0)
            break;
    }
    return true;
}

bool explorer::stop_two(unsigned most, std::uint64_t seed) {
    const auto threads = static_cast<unsigned>(trial_.what().threads.size());
    if (threads < 2)
        return true;
    dice d(seed + 5);
    for (unsigned done = 0, round = 0; done < most; ++round) {
        recipe how{.memory = kinds[round % std::size(kinds)],
                   .strategy = walk(seed + 2'000'000 + round)};
        if (!attempt(how))
            return false;
        const std::vector<unsigned> steps = last_.steps;
        how.with.most_steps = bound_for(steps);
        for (unsigned i = 0; i != 40 && done < most; ++i, ++done) {
            const unsigned first = 1 + d.below(threads);
            const unsigned second = 1 + (first - 1 + 1 + d.below(threads - 1)) % threads;
            how.with.stops = {{first, 1 + d.below(steps[first])},
                              {second, 1 + d.below(steps[second])}};
            if (!attempt(how))
                return false;
        }
    }
    return true;
}

// Every point at which something can fail, under one schedule after the other.
bool explorer::fail_everywhere(unsigned most, bool everywhere, std::uint64_t seed) {
    for (unsigned done = 0, round = 0; done < most; ++round) {
        const bool all = everywhere && round == 0;
        recipe how{.memory = kinds[round % std::size(kinds)],
                   .strategy = walk(seed + 3'000'000 + round)};
        if (!attempt(how))
            return false;
        const unsigned points = trial_.points();
        if (points == 0)
            break;
        unsigned &point = how.with.failing_point;
        for (point = 1; point <= points && (all || done < most); ++point, ++done) {
            if (!attempt(how))
                return false;
            figures_.points_failed += all && trial_.points() >= point;
        }
    }
    return true;
}

// Every step of every thread, under one schedule after the other: by the idle thread, and, where
// the step is in a user's function, by its own.
bool explorer::fork_everywhere(unsigned most, bool everywhere, std::uint64_t seed) {
    const std::string &turns = trial_.what().turns;
    const unsigned memories = static_cast<unsigned>(std::size(kinds));
    for (unsigned done = 0, round = 0; done < most; ++round) {
        // In the turns first, if there are any: with each memory model everywhere.
        const bool in_turns = !turns.empty() && round / memories % 2 == 0;
        const bool all = everywhere && round < (turns.empty() ? memories : 2 * memories);
        const std::string number = std::to_string(seed + 4'000'000 + round);
        recipe how{.memory = kinds[round % memories],
                   .strategy = in_turns ? "turns " + number + " " + turns : "walk " + number};
        if (!attempt(how))
            return false;
        const std::vector<unsigned> steps = last_.steps;
        how.with.most_steps = bound_for(steps);
        for (unsigned thread = 1; thread != steps.size(); ++thread)
            for (unsigned step = 1; step <= steps[thread] && (all || done < most); ++step, ++done) {
                how.with.fork = {.thread = thread, .step = step};
                if (!attempt(how))
                    return false;
                figures_.steps_forked_at += all && last_.forked;
                if (!last_.in_users)
                    continue;
                how.with.fork.by_itself = true;
                if (!attempt(how))
                    return false;
            }
        if (sum_at_once(steps) == 0)
            break;
    }
    return true;
}

scenario shrunk(const scenario &from, const failure &first, failure &again) {
    scenario best = from;
    again = first;
    const std::string sentence = first.fault.substr(0, first.fault.find(" (thread"));
    const auto fails = [&](const scenario &candidate) {
        trial attempt(candidate);
        for (unsigned i = 0; i != 3'000; ++i) {
            recipe how{.memory = first.how.memory,
                       .strategy = i % 2 == 0 ? walk(i) : by_priorities(3, 200, i),
                       .with = first.how.with};
            how.with.most_steps = 0;
            dice d(i);
            for (stop &each : how.with.stops)
                each.step = 1 + d.below(80);
            if (how.with.failing_point != 0)
                how.with.failing_point = 1 + d.below(20);
            if (how.with.fork.step != 0)
                how.with.fork.step = 1 + d.below(80);
            const auto decide = make_strategy(how.strategy);
            const verdict v = attempt.run(how.memory, *decide, how.with);
            if (v.fault.compare(0, sentence.size(), sentence) == 0) {
                again = {how, v.fault};
                return true;
            }
        }
        return false;
    };
    for (bool changed = true; changed;) {
        changed = false;
        std::vector<calls *> scripts{&best.before};
        for (calls &each : best.threads)
            scripts.push_back(&each);
        for (calls *const script : scripts)
            for (std::size_t i = script->size(); i-- != 0;) {
                const calls kept = *script;
                script->erase(script->begin() + static_cast<std::ptrdiff_t>(i));
                if (fails(best))
                    changed = true;
                else
                    *script = kept;
            }
    }
    return best;
}

} // namespace ferry::model
