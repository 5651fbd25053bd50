// SPDX-License-Identifier: BSL-1.0
#include "memory/steps.hpp"

#include "runner/processors.hpp"
#include "runner/this_program.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>

namespace ferry::bench {

namespace {

struct cell {
    element of;
    std::uint32_t n;
    std::uint32_t keys_a_map = 0; // 0: one map has them all

    std::string name() const {
        return std::string(name_of(of)) +
               (keys_a_map != 0 ? "-" + std::to_string(keys_a_map) + "-a-map" : "") +
               "/n:" + std::to_string(n);
    }
};

std::vector<cell> cells_of(const options &o, std::uint32_t strings) {
    const std::regex filter(o.filter);
    std::vector<cell> cells;
    const auto add = [&](const cell &c) {
        if (std::regex_search(c.name(), filter))
            cells.push_back(c);
    };
    for (const auto of : o.elements) {
        if (of == element::u64) {
            for (const auto n : o.large_sizes)
                add({of, n});
            // A hundred maps, or a thousand: of some maps each takes almost a megabyte.
            add({of, o.thinned ? 1'000u : 10'000u, 10});
        } else if (!o.thinned && strings != 0) {
            add({of, strings});
        }
    }
    return cells;
}

// For a shell.
std::string quoted(const std::string &text) {
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + '\'';
}

struct close_pipe {
    void operator()(std::FILE *pipe) const { pclose(pipe); }
};

// This program once more, for one number; what it prints, line by line: a name and a number, or
// "wrong" and a sentence.
record measure(const std::filesystem::path &program, const std::string &arguments) {
    const auto start = std::chrono::steady_clock::now();
    const std::unique_ptr<std::FILE, close_pipe> pipe(
        popen((quoted(program.string()) + ' ' + arguments).c_str(), "r"));
    record r;
    std::string output;
    std::array<char, 256> buffer{};
    while (pipe && std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr)
        output += buffer.data();

    std::istringstream lines(output);
    std::string name;
    while (lines >> name) {
        if (name == "wrong") {
            std::getline(lines >> std::ws, r.wrong);
            break;
        }
        double bytes = 0;
        lines >> bytes;
        r.counters.emplace_back(name, bytes);
    }
    if (r.counters.empty() && r.wrong.empty())
        r.wrong = "the process that was to measure memory ended without a result";
    r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return r;
}

} // namespace

std::vector<step> memory_steps(const options &o, const std::vector<std::string> &strings) {
    const auto program = this_program();
    const auto strings_file = std::filesystem::absolute(o.out) / "strings.txt";
    const auto threads = std::min(o.threads.back(), processors().count());
    if (!strings.empty()) {
        std::ofstream file(strings_file);
        for (const auto &s : strings)
            file << s << '\n';
    }
    std::vector<step> steps;
    for (const auto &c : cells_of(o, static_cast<std::uint32_t>(strings.size()))) {
        // Once: memory does not depend on what else the machine does.
        for (const auto &map : o.maps) {
            if (!map.plain.holds(c.of) || map.family == family::floor)
                continue;
            std::string arguments = "memory-probe --maps " + map.name + " --elements " +
                                    std::string(name_of(c.of)) + " --sizes " + std::to_string(c.n) +
                                    " --threads " + std::to_string(threads);
            if (c.keys_a_map != 0)
                arguments += " --keys-a-map " + std::to_string(c.keys_a_map);
            if (c.of != element::u64)
                arguments += " --keys " + quoted(strings_file.string());
            steps.push_back({"memory/" + c.name() + '/' + map.name + "/round:0",
                             "memory of " + c.name(), map.name, 0.2 + c.n * 2e-6,
                             [program, arguments] { return measure(program, arguments); }});
        }
    }
    return steps;
}

} // namespace ferry::bench
