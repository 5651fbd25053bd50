// SPDX-License-Identifier: BSL-1.0
#include "sharing/job.hpp"

#include "runner/this_program.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace ferry::bench {

namespace {

// Beside this program, or where the build leaves it.
std::filesystem::path instrument() {
    const auto here = this_program().parent_path();
    for (const auto &candidate : {here / "ferry-sharing", here / "../test/sharing/ferry-sharing"})
        if (std::filesystem::exists(candidate))
            return candidate;
    throw std::runtime_error("ferry-sharing, which counts the lines, is not beside this program. "
                             "It is built on x86-64 Linux alone, and without sanitizers");
}

int run_and_wait(const std::filesystem::path &program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program.string());
    std::vector<char *> pointers;
    for (auto &each : arguments)
        pointers.push_back(each.data());
    pointers.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        execv(pointers[0], pointers.data());
        _exit(127);
    }
    int status = 0;
    if (child == -1 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        throw std::runtime_error("ferry-sharing did not run to its end");
    return WEXITSTATUS(status);
}

record record_of(const nlohmann::json &cell, double of_one_core) {
    const double operations = cell.at("operations");
    const auto an_operation = [&](const char *count) {
        return cell.at(count).get<double>() / operations;
    };
    const double rate = operations / cell.at("cycles").get<double>();
    record r{.counters = {{"remote_misses", an_operation("remote_misses")},
                          {"remote_writes", an_operation("remote_writes")},
                          {"invalidations", an_operation("invalidations")},
                          {"speed", rate / of_one_core}},
             .wrong = {}};
    if (cell.at("wrong_answers") != 0)
        r.wrong = "the map gave a wrong answer";
    return r;
}

std::vector<step> steps_of(const nlohmann::json &counted) {
    std::vector<step> steps;
    double of_one_core = 0;
    std::string before;
    for (const auto &cell : counted.at("cells")) {
        const std::string map = cell.at("map");
        const std::string workload = cell.at("workload");
        // The cells of a map follow each other, with the fewest cores first.
        if (before != workload + '/' + map)
            of_one_core = cell.at("operations").get<double>() / cell.at("cycles").get<double>();
        before = workload + '/' + map;
        const unsigned cores = cell.at("cores");
        steps.push_back({.name = "sharing/" + workload + "/workers:" + std::to_string(cores) + '/' +
                                 map + "/round:0",
                         .phase = "reading what was counted",
                         .detail = map,
                         .expected = 0.001,
                         .run = [r = record_of(cell, of_one_core)] { return r; }});
    }
    return steps;
}

} // namespace

int count_shared_lines(const sharing_options &o, const std::filesystem::path &json) {
    auto counts = json;
    counts.replace_extension(".counts.json");
    std::vector<std::string> arguments{"--json", counts.string()};
    if (!o.maps.empty()) {
        arguments.push_back("--maps");
        arguments.insert(arguments.end(), o.maps.begin(), o.maps.end());
    }
    const int code = run_and_wait(instrument(), std::move(arguments));
    if (code > 1)
        throw std::runtime_error(
            "ferry-sharing did not run: what it printed, if anything, says why");
    record_steps(steps_of(nlohmann::json::parse(std::ifstream(counts))), o.about, json);
    return code;
}

} // namespace ferry::bench
