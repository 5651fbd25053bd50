// SPDX-License-Identifier: BSL-1.0

// Explores the scenarios, prints figures, and says of the first execution of a scenario that is
// wrong how to run it again.

#include "catalog.hpp"
#include "decider.hpp"
#include "explorer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace ferry::model;

struct request {
    double scale = 1;
    std::uint64_t seed = 1;
    unsigned share = 1;
    unsigned shares = 1;
    std::string only;
    bool list = false;
    bool shrink = false;
    bool first = false;
    // Of one execution:
    std::string replayed;
    std::string memory = "sequential";
    std::vector<std::string> stops;
    unsigned most_steps = 0;
    unsigned failing_point = 0;
    std::string fork;
    std::string fork_by_itself;
    std::vector<std::string> threads;
    std::string before;
};

constexpr effort once = {.walks = 1000,
                         .priorities = 1500,
                         .paths = 1000,
                         .stopped = 3000,
                         .pairs = 400,
                         .failed = 300,
                         .turns = 6000,
                         .forked = 1500};

memory_kind memory_of(const std::string &name) {
    for (const auto kind : {memory_kind::sequential, memory_kind::store_buffers, memory_kind::views,
                            memory_kind::views_in_time})
        if (name == in_words(kind))
            return kind;
    throw std::invalid_argument("there is no memory model \"" + name +
                                "\"; there are sequential, store-buffers, views and views-in-time");
}

stop stop_of(const std::string &text) {
    stop made{};
    char at = 0;
    std::istringstream in(text);
    if (!(in >> made.thread >> at >> made.step) || at != '@')
        throw std::invalid_argument("\"" + text + "\" is no THREAD@STEP");
    return made;
}

std::string command(const scenario &of, const recipe &how) {
    std::string line = "--only '" + of.name + "' --memory " + in_words(how.memory) + " --replay '" +
                       how.strategy + "'";
    const auto at = [](unsigned thread, unsigned step) {
        return std::to_string(thread) + "@" + std::to_string(step);
    };
    for (const stop &each : how.with.stops)
        line += " --stop " + at(each.thread, each.step);
    if (how.with.most_steps != 0)
        line += " --most-steps " + std::to_string(how.with.most_steps);
    if (how.with.failing_point != 0)
        line += " --fail " + std::to_string(how.with.failing_point);
    if (const fork_point &fork = how.with.fork; fork.step != 0)
        line += (fork.by_itself ? " --fork-by-itself " : " --fork ") + at(fork.thread, fork.step);
    return line;
}

std::string with_script(const scenario &of) {
    std::string line = " --before '" + in_words(of.before) + "'";
    for (const calls &each : of.threads)
        line += " --thread '" + in_words(each) + "'";
    return line;
}

int replay(const scenario &of, const request &asked) {
    trial again(of);
    const auto decide = make_strategy(asked.replayed);
    faults with{.failing_point = asked.failing_point, .most_steps = asked.most_steps};
    for (const std::string &each : asked.stops)
        with.stops.push_back(stop_of(each));
    const bool by_itself = !asked.fork_by_itself.empty();
    if (const std::string &text = by_itself ? asked.fork_by_itself : asked.fork; !text.empty()) {
        const stop at = stop_of(text);
        with.fork = {.thread = at.thread, .step = at.step, .by_itself = by_itself};
    }
    const verdict v = again.run(memory_of(asked.memory), *decide, with,
                                [](const std::string &line) { std::puts(line.c_str()); });
    std::printf("%s\n%s\n", again.history().c_str(),
                v.fault.empty() ? "nothing is wrong" : v.fault.c_str());
    return v.fault.empty() ? 0 : 1;
}

void tell(const scenario &of, const failure &found, bool shrink) {
    std::printf("WRONG: %s: %s\n    again: %s\n", of.name.c_str(), found.fault.c_str(),
                command(of, found.how).c_str());
    if (shrink) {
        failure again;
        const scenario least = shrunk(of, found, again);
        std::printf("    shrunk: %s%s\n", command(least, again.how).c_str(),
                    with_script(least).c_str());
    }
    std::fflush(stdout);
}

int run(const request &asked) {
    std::vector<scenario> chosen;
    for (const scenario &each : catalog())
        if (asked.only.empty() || each.name.find(asked.only) != std::string::npos)
            chosen.push_back(each);
    if (chosen.empty())
        throw std::invalid_argument("no scenario's name has \"" + asked.only +
                                    "\" in it; --list shows them");
    if (!asked.threads.empty()) {
        chosen.resize(1);
        chosen[0].before = parse(asked.before);
        chosen[0].threads.clear();
        for (const std::string &each : asked.threads)
            chosen[0].threads.push_back(parse(each));
    }
    if (asked.list) {
        for (const scenario &each : chosen)
            std::puts(each.name.c_str());
        return 0;
    }
    if (!asked.replayed.empty())
        return replay(chosen[0], asked);

    figures all;
    unsigned explored = 0;
    unsigned wrong = 0;
    for (std::size_t i = asked.share - 1; i < chosen.size(); i += asked.shares) {
        trial one(chosen[i]);
        explorer look(one);
        // A call on cells is a dozen steps, and what goes wrong there takes the most threads.
        const double times = chosen[i].set.elements == element_kind::cells ? 3 : 1;
        const auto found = look.explore(once.times(times * asked.scale), asked.seed);
        all += look.so_far();
        ++explored;
        if (found) {
            ++wrong;
            tell(chosen[i], *found, asked.shrink);
            if (asked.first)
                break;
        }
    }
    // test/run adds up the lines of the shares.
    const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf(
        "%u scenarios, %llu executions, %llu with threads stopped for ever (at each of %llu "
        "steps), %llu with a failure (at each of %llu points), %llu that forked (at each of %llu "
        "steps), %llu steps in all, %llu spaces exhausted, %u scenarios wrong\n",
        explored, number(all.executions), number(all.suspensions), number(all.steps_stopped_at),
        number(all.failures), number(all.points_failed), number(all.forks),
        number(all.steps_forked_at), number(all.steps), number(all.complete), wrong);
    return wrong == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Runs ferry's templates on a machine that decides who runs and what loads read.");
    request asked;
    app.add_option("--scale", asked.scale, "How much, in multiples of the usual")
        ->check(CLI::PositiveNumber);
    app.add_option("--seed", asked.seed, "Of the first execution of each scenario");
    app.add_option("--share", asked.share, "Which of the shares, from 1 on")
        ->check(CLI::PositiveNumber);
    app.add_option("--shares", asked.shares, "In how many shares the scenarios are split")
        ->check(CLI::PositiveNumber);
    app.add_option("--only", asked.only, "Scenarios with this in their names");
    app.add_flag("--list", asked.list, "The scenarios' names");
    app.add_flag("--shrink", asked.shrink, "Look for fewer calls that show the same");
    app.add_flag("--first", asked.first, "End with the first scenario that is wrong");
    app.add_option("--replay", asked.replayed,
                   "STRATEGY: run this one execution, and show its steps; a failure "
                   "names it, and which of the options below go with it");
    app.add_option("--memory", asked.memory,
                   "With --replay: sequential, store-buffers, views or views-in-time");
    app.add_option("--stop", asked.stops, "THREAD@STEP: the thread stops for ever there");
    app.add_option("--most-steps", asked.most_steps,
                   "After which somebody does not come to an end");
    app.add_option("--fail", asked.failing_point, "What fails, counted from 1");
    app.add_option("--fork", asked.fork,
                   "THREAD@STEP: a process without the scenario's threads goes on from there");
    app.add_option("--fork-by-itself", asked.fork_by_itself,
                   "THREAD@STEP: a process with that thread alone, which is in a user's function");
    app.add_option("--before", asked.before, "With --thread: another script for the beginning");
    app.add_option("--thread", asked.threads, "Another script for a thread, from the first on");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(asked);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "model: %s\n", error.what());
        return 2;
    }
}
