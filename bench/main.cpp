// SPDX-License-Identifier: BSL-1.0

// ferry-bench: options, steps, results, report. README.md in this folder says how it measures.

#include "about.hpp"
#include "adapters/catalogue.hpp"
#include "curves/plan.hpp"
#include "curves/steps.hpp"
#include "flame/job.hpp"
#include "latency/steps.hpp"
#include "memory/steps.hpp"
#include "options/options.hpp"
#include "replay/job.hpp"
#include "report/compare.hpp"
#include "report/csv.hpp"
#include "report/measurements.hpp"
#include "report/page.hpp"
#include "report/service_table.hpp"
#include "report/table.hpp"
#include "report/verdict.hpp"
#include "runner/recorder.hpp"
#include "service_load/steps.hpp"
#include "sharing/job.hpp"
#include "stage/stage.hpp"
#include "wordcount/job.hpp"
#include "workloads/strings.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace {

using namespace ferry::bench;

enum exit_code { all_well = 0, wrong_result = 1, cannot_start = 2 };

bool wants(const options &o, command what) {
    return o.what == command::everything || o.what == what;
}

std::vector<std::string> strings_for(const options &o) {
    if (std::all_of(o.elements.begin(), o.elements.end(),
                    [](element e) { return e == element::u64; }))
        return {};
    return o.keys.empty() ? gather_paths(o.most_strings) : read_strings(o.keys, o.most_strings);
}

void list(const options &o, const std::vector<block> &plan) {
    std::cout << "maps:\n";
    for (const auto &map : catalogue())
        std::cout << "  " << map.name << " (" << map.family << ": " << map.note << ")\n";
    std::cout << "workloads:\n";
    for (const auto what : all_workloads())
        std::cout << "  " << name_of(what) << " (" << describe(what) << ")\n";
    std::cout << "throughputs chosen, each with " << o.maps.size() << " maps and "
              << o.threads.size() << " numbers of threads, " << o.rounds << " times:\n";
    for (const auto &b : plan)
        for (const auto &s : b.scenarios)
            std::cout << "  " << name_of(s) << '\n';
}

// An hour of measuring must not end at a folder that cannot be written.
void require_writable(const std::filesystem::path &folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const auto trial = folder / ".trial";
    const bool good = !error && std::ofstream(trial).good();
    std::filesystem::remove(trial, error);
    if (!good)
        throw std::runtime_error("cannot write into the folder '" + folder.string() + "'");
}

int show(const options &o, const std::filesystem::path &json) {
    const auto results = read_measurements(json);
    auto remarks = disturbances(results);
    std::ranges::move(slow_generators(results), std::back_inserter(remarks));
    print_tables(std::cout, results);
    print_verdict(std::cout, results);
    for (const auto &remark : remarks)
        std::cout << '\n' << remark << '\n';
    const auto faults = results.faults();
    for (const auto &fault : faults)
        std::cerr << "WRONG: " << fault << '\n';
    std::ofstream csv(o.out / "results.csv");
    write_csv(csv, results);
    std::ostringstream windows;
    if (write_windows_csv(windows, results))
        std::ofstream(o.out / "windows.csv") << windows.str();
    const auto page = o.out / "report.html";
    write_page(json, remarks, page);
    std::cout << "\nResults: " << std::filesystem::absolute(json).string() << ", results.csv\n"
              << "Report:  " << std::filesystem::absolute(page).string() << '\n';
    return faults.empty() ? all_well : wrong_result;
}

int measure(const options &o) {
    auto strings = strings_for(o);
    const auto string_count = static_cast<std::uint32_t>(strings.size());
    const auto plan =
        wants(o, command::curves) ? plan_curves(o, string_count) : std::vector<block>{};
    if (o.list) {
        list(o, plan);
        return all_well;
    }
    require_writable(o.out);

    std::vector<step> memory;
    if (wants(o, command::memory))
        memory = memory_steps(o, strings);
    stage stage(std::move(strings));
    auto steps = curve_steps(o, plan, stage);
    if (wants(o, command::latency))
        std::ranges::move(latency_steps(o, string_count, stage), std::back_inserter(steps));
    std::ranges::move(memory, std::back_inserter(steps));
    if (wants(o, command::service))
        std::ranges::move(service_steps(o.load), std::back_inserter(steps));
    if (steps.empty())
        throw std::runtime_error("nothing is left to measure: no cell fits the options");

    const auto json = o.out / "results.json";
    record_steps(steps, about(o), json, o.budget);
    stage.clear();
    return show(o, json);
}

// The chosen maps that have what a job needs of them.
template <class Contender, class Factory>
std::vector<Contender> contenders(const options &o, Factory map_entry::*factory) {
    std::vector<Contender> able;
    for (const auto &map : o.maps)
        if (map.*factory != nullptr)
            able.push_back({map.name, map.*factory});
    return able;
}

int do_job(const options &o) {
    require_writable(o.out);
    const job_options job{o.threads, o.rounds, o.pinned, o.patience, about(o)};
    if (o.what == command::wordcount) {
        const auto json = o.out / "wordcount.json";
        const int code = count_words(contenders<counting_contender>(o, &map_entry::counting), job,
                                     o.inputs[0], json, std::cout);
        write_page(json, {}, o.out / "wordcount.html");
        return code;
    }
    return replay_trace(contenders<replaying_contender>(o, &map_entry::replaying), job, o.inputs[0],
                        o.out / "replay.json", std::cout);
}

int count_sharing(const options &o) {
    require_writable(o.out);
    const auto json = o.out / "sharing.json";
    const auto page = o.out / "sharing.html";
    const int code = count_shared_lines({o.named_maps, about(o)}, json);
    write_page(json, {}, page);
    std::cout << "\nReport:  " << std::filesystem::absolute(page).string() << '\n';
    return code;
}

int perform(const options &o) {
    switch (o.what) {
    case command::everything:
    case command::curves:
    case command::latency:
    case command::memory:
    case command::service:
        return measure(o);
    case command::memory_probe:
        return run_memory_probe(o, strings_for(o));
    case command::flame:
        require_writable(o.out);
        return draw_flames(o, static_cast<std::uint32_t>(strings_for(o).size()), std::cout)
                   ? all_well
                   : wrong_result;
    case command::sharing:
        return count_sharing(o);
    case command::compare:
        compare(std::cout, read_measurements(o.inputs[0]), read_measurements(o.inputs[1]));
        return all_well;
    case command::report:
        require_writable(o.out);
        return show(o, o.inputs[0]);
    case command::wordcount:
    case command::replay:
        break;
    }
    return do_job(o);
}

} // namespace

int main(int argc, char **argv) {
    int code = all_well;
    const auto o = parse_options(argc, argv, code);
    if (!o)
        return code;
    try {
        return perform(*o);
    } catch (const std::exception &error) {
        std::cerr << "ferry-bench: " << error.what() << '\n';
        return cannot_start;
    }
}
