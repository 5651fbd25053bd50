// SPDX-License-Identifier: BSL-1.0
#include "flame/job.hpp"

#include "curves/plan.hpp"
#include "flame/graph.hpp"
#include "flame/profile.hpp"
#include "report/measurements.hpp"
#include "report/words.hpp"
#include "runner/this_program.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace ferry::bench {

namespace {

// Long enough for thousands of samples.
constexpr std::chrono::milliseconds shortest_window{2000};

// This program once more, with one map and one load.
measured_graph profile_map(const options &o, const scenario &load, unsigned threads,
                           const std::string &map) {
    const auto folder = o.out / "flame-run";
    std::vector<std::string> command{this_program().string(),
                                     "curves",
                                     "--maps",
                                     map,
                                     "--workloads",
                                     std::string(name_of(load.what)),
                                     "--elements",
                                     std::string(name_of(load.of)),
                                     "--dist",
                                     std::string(name_of(load.choice)),
                                     "--threads",
                                     std::to_string(threads),
                                     "--rounds",
                                     "1",
                                     "--time",
                                     std::to_string(std::max(o.window, shortest_window).count()),
                                     "--out",
                                     folder.string()};
    const auto add = [&command](const char *option, const std::string &value) {
        command.insert(command.end(), {option, value});
    };
    if (load.of == element::u64)
        add("--sizes", std::to_string(load.n));
    if (!o.keys.empty())
        add("--keys", o.keys.string());
    if (o.pinned)
        command.emplace_back("--pin");

    auto stacks = take_profile(command, "measured_loop");
    const auto results = read_measurements(folder / "results.json");
    std::filesystem::remove_all(folder);
    const auto *outcome = results.cells.empty() ? nullptr : results.cells.front().find(map);
    const auto rate = outcome == nullptr ? std::nullopt : outcome->of("ops_per_s");
    if (!rate)
        throw std::runtime_error(map + " gave no result for " + name_of(load));
    return {{map, name_of(load), threads, std::move(stacks)}, rate->median};
}

std::string file_name(const std::string &map, const scenario &load, unsigned threads) {
    return file_name_of("flame-" + map + '-' + name_of(load) +
                        "/workers:" + std::to_string(threads) + ".svg");
}

template <class Draw>
void write_file(const std::filesystem::path &path, std::ostream &log, Draw draw) {
    std::ofstream file(path);
    draw(file);
    if (!file.flush())
        throw std::runtime_error("the file '" + path.string() + "' cannot be written");
    log << std::filesystem::absolute(path).string() << '\n';
}

// What has a loop that can be profiled: growth has none.
std::vector<scenario> loads_of(const options &o, std::uint32_t strings) {
    std::vector<scenario> loads;
    for (const auto &b : plan_curves(o, strings))
        std::copy_if(b.scenarios.begin(), b.scenarios.end(), std::back_inserter(loads),
                     [](const scenario &s) { return s.what != workload::growth; });
    return loads;
}

class flames {
public:
    flames(const options &o, std::ostream &log) : options_(o), log_(log) {}

    void add(const scenario &load, unsigned threads) {
        graph_section section{name_of(load) + ", " + threads_in_words(threads) + ": " +
                                  std::string(describe(load.what)),
                              {}};
        for (const auto &map : options_.maps)
            if (map.takes_part(load))
                add(load, threads, map.name, section);
            else
                std::cerr << map.name << " cannot do " << name_of(load.what) << '\n';
        if (!section.graphs.empty())
            sections_.push_back(std::move(section));
    }

    // False: some could not be drawn. Throws the reason if none could.
    bool finish() {
        if (!drawn_)
            throw std::runtime_error(
                first_failure_.empty()
                    ? "nothing is left to profile: no map and workload fit the options (growth has "
                      "no loop that could be profiled)"
                    : first_failure_);
        if (!sections_.empty())
            write_file(options_.out / "flame.html", log_, [this](std::ostream &file) {
                write_graph_page(file, "Where the time goes", sections_);
            });
        return first_failure_.empty();
    }

private:
    // A map that is wrong or cannot be profiled must not cost the graphs of the others.
    void add(const scenario &load, unsigned threads, const std::string &map,
             graph_section &section) {
        std::cerr << "profiling " << map << " on " << name_of(load) << std::endl;
        try {
            auto graph = profile_map(options_, load, threads, map);
            drawn_ = true;
            if (options_.all)
                section.graphs.push_back(std::move(graph));
            else
                write_file(options_.out / file_name(map, load, threads), log_,
                           [&](std::ostream &file) { draw_graph(file, graph.graph); });
        } catch (const std::runtime_error &error) {
            std::cerr << map << ": " << error.what() << '\n';
            if (first_failure_.empty())
                first_failure_ = error.what();
        }
    }

    const options &options_;
    std::ostream &log_;
    std::vector<graph_section> sections_;
    std::string first_failure_;
    bool drawn_ = false;
};

} // namespace

bool draw_flames(const options &o, std::uint32_t strings, std::ostream &log) {
    flames all(o, log);
    for (const auto &load : loads_of(o, strings))
        for (const auto threads : o.threads)
            all.add(load, threads);
    return all.finish();
}

} // namespace ferry::bench
