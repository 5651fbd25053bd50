// SPDX-License-Identifier: BSL-1.0
#include "about.hpp"

#include "adapters/libraries.hpp"
#include "latency/steps.hpp"
#include "maps/family.hpp"
#include "report/words.hpp"
#include "runner/processors.hpp"

#include <ferry/version.hpp>

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

namespace ferry::bench {

namespace {

// What follows `name` and a colon or an equals sign on the first line of the file that begins so.
std::string field(const char *file, const std::string &name) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name)) {
            const auto from = line.find_first_not_of(" \t\"", line.find_first_of(":=") + 1);
            const auto to = line.find_last_not_of(" \t\"");
            return from == std::string::npos ? "" : line.substr(from, to - from + 1);
        }
    return {};
}

std::string machine() {
    const auto gibibytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                           static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 30);
    utsname system{};
    uname(&system);
    return field("/proc/cpuinfo", "model name") + ", " + std::to_string(processors().count()) +
           " processors, " + fixed(gibibytes, 0) + " GiB; " +
           field("/etc/os-release", "PRETTY_NAME") + ", " + system.sysname + ' ' + system.release;
}

std::string allocator() {
    if (const char *preloaded = std::getenv("LD_PRELOAD"); preloaded != nullptr && *preloaded != 0)
        return std::string("LD_PRELOAD=") + preloaded;
#ifdef __GLIBC__
    return std::string("malloc of glibc ") + gnu_get_libc_version();
#else
    return "the C library's";
#endif
}

// JSON must be UTF-8, and what comes from outside need not be.
std::string printable(std::string text) {
    for (char &c : text)
        if (c < ' ' || c > '~')
            c = '?';
    return text;
}

} // namespace

context about(const options &o) {
    context lines{{"ferry", FERRY_VERSION_STRING},
                  {"command", o.command_line},
                  {"machine", machine()},
                  {"page_size", std::to_string(sysconf(_SC_PAGESIZE))},
                  {"compiler",
#ifdef __clang__
                   "clang " __clang_version__
#else
                   "g++ " __VERSION__
#endif
                  },
                  {"flags", FERRY_BENCH_FLAGS},
                  {"allocator", allocator()},
                  {"libraries", library_versions()},
                  {"time_stamp_ns", fixed(time_stamp_cost(), 1)}};
    for (const auto what : all_workloads())
        lines.emplace_back("workload:" + std::string(name_of(what)), describe(what));
    if (!o.load.maps.empty())
        for (const auto what : o.load.scenarios)
            lines.emplace_back("scenario:" + std::string(name_of(what)), describe(what));
    // Google Benchmark sorts by name; this is the order that means something.
    std::string order;
    for (const auto &map : o.maps) {
        lines.emplace_back("map:" + map.name, map.family + " | " + map.note);
        order += (order.empty() ? "" : ", ") + map.name;
    }
    for (const auto &served : o.load.maps) {
        if (served.in_catalogue)
            continue;
        lines.emplace_back("map:" + std::string(served.name),
                           std::string(family::servers) + " | " + version_of(served));
        order += ", " + std::string(served.name);
    }
    lines.emplace_back("maps", order);
    for (auto &[name, value] : lines)
        value = printable(std::move(value));
    return lines;
}

} // namespace ferry::bench
