// SPDX-License-Identifier: BSL-1.0

// ferry-bench: options, plan, session, report. README.md in this folder says how it measures.

#include "options.hpp"
#include "report/curves.hpp"
#include "report/table.hpp"
#include "runner/plan.hpp"
#include "runner/session.hpp"
#include "workloads/paths.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace {

using namespace ferry::bench;

constexpr std::size_t most_paths = 1'000'000;

enum exit_code { all_well = 0, wrong_result = 1, cannot_start = 2 };

void list(const options &o, const std::vector<block> &plan) {
    std::cout << "maps:\n";
    for (const auto &map : catalogue())
        std::cout << "  " << map.name << " (" << map.note << ")\n";
    std::cout << "workloads:\n";
    for (const auto what : all_workloads())
        std::cout << "  " << name_of(what) << " (" << describe(what) << ")\n";
    std::cout << "scenarios chosen, each with " << o.maps.size() << " maps and " << o.threads.size()
              << " numbers of threads, " << o.rounds << " times:\n";
    for (const auto &b : plan)
        for (const auto &s : b.scenarios)
            std::cout << "  " << name_of(s) << '\n';
}

// An hour of measuring must not end at a folder that cannot be written.
bool can_write_into(const std::filesystem::path &folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    return !error && std::ofstream(folder / "results.json").good();
}

int measure(const options &o, const std::vector<block> &plan, std::vector<std::string> paths) {
    const auto json = o.out / "results.json";
    const auto results = run_session(o, plan, std::move(paths), json);

    print_tables(std::cout, o, results);
    print_verdict(std::cout, o, results);
    print_disturbance(std::cout, results);
    const auto curves = draw_curves(o, results, o.out / "curves");

    std::cout << "\nResults: " << std::filesystem::absolute(json).string() << '\n';
    const auto folder = std::filesystem::absolute(o.out / "curves").string();
    if (curves.gnuplot_answered)
        std::cout << "Curves:  " << curves.count << " SVG files in " << folder << '\n';
    else
        std::cout
            << "Curves:  not drawn, gnuplot is missing or failed; with gnuplot installed, run "
               "'gnuplot curves.gp' in "
            << folder << '\n';

    for (const auto &run : results.wrong_runs())
        std::cerr << "WRONG: " << run << '\n';
    return results.wrong_runs().empty() ? all_well : wrong_result;
}

} // namespace

int main(int argc, char **argv) {
    int code = all_well;
    const auto o = parse_options(argc, argv, code);
    if (!o)
        return code;

    std::vector<std::string> paths;
    if (std::find(o->keys.begin(), o->keys.end(), key_kind::path) != o->keys.end())
        paths = gather_paths(most_paths);
    const auto plan = make_plan(*o, static_cast<std::uint32_t>(paths.size()));
    if (o->list) {
        list(*o, plan);
        return all_well;
    }
    if (plan.empty()) {
        std::cerr << "ferry-bench: nothing is left to measure: no scenario fits the options\n";
        return cannot_start;
    }
    if (!can_write_into(o->out)) {
        std::cerr << "ferry-bench: cannot write into the folder '" << o->out.string() << "'\n";
        return cannot_start;
    }
    return measure(*o, plan, std::move(paths));
}
