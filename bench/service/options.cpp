// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <thread>

namespace ferry::service {

namespace {

// Exit code of a wrong command line.
constexpr int usage_error = 2;

std::string map_names() {
    std::string names;
    for (const map_choice &each : all_maps())
        names += (names.empty() ? "" : ", ") + std::string(each.name);
    return names;
}

map_choice map_named(const std::string &name) {
    const auto maps = all_maps();
    const auto found = std::find_if(maps.begin(), maps.end(),
                                    [&](const map_choice &each) { return each.name == name; });
    if (found == maps.end())
        throw CLI::ValidationError("--map", "'" + name + "' is not known; there is " + map_names());
    return *found;
}

} // namespace

std::optional<options> parse_options(int argc, char **argv, int &exit_code) {
    constexpr unsigned most_threads = 256;
    constexpr unsigned usual_port = 11211;
    CLI::App app("A cache that speaks memcached's protocol, on a map of your choice.",
                 "ferry-cached");
    options o;
    unsigned port = usual_port;
    std::size_t megabytes = 64;
    std::string map = all_maps().front().name;
    o.threads = std::clamp(std::thread::hardware_concurrency(), 1u, most_threads);
    o.connections = 1024;

    const auto *port_option =
        app.add_option("--port", port,
                       "TCP port (default 11211, or none if --socket is given); 0: any free one")
            ->take_last()
            ->check(CLI::Range(0u, 65'535u).description(""));
    app.add_option("--listen", o.at.address, "address for TCP (default 127.0.0.1)")
        ->take_last()
        ->check(CLI::ValidIPV4.description(""));
    app.add_option("--socket", o.at.socket, "path of a Unix socket")->take_last();
    app.add_option("--threads", o.threads, "threads (default: one for each processor)")
        ->take_last()
        ->check(CLI::Range(1u, most_threads).description(""));
    app.add_option("--memory", megabytes, "MB of items before some are evicted (default 64)")
        ->take_last()
        ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 24).description(""));
    app.add_option("--connections", o.connections, "most connections at a time (default 1024)")
        ->take_last()
        ->check(CLI::Range(1u, 1'000'000u).description(""));
    app.add_option("--map", map, "which map: " + map_names())->take_last();
    try {
        app.parse(argc, argv);
        o.map = map_named(map);
    } catch (const CLI::Success &asked) { // --help
        exit_code = app.exit(asked);
        return std::nullopt;
    } catch (const CLI::Error &error) {
        std::cerr << "ferry-cached: " << error.what() << '\n';
        exit_code = usage_error;
        return std::nullopt;
    }
    if (o.at.socket.empty() || port_option->count() != 0)
        o.at.port = port;
    o.memory_limit = megabytes << 20;
    return o;
}

} // namespace ferry::service
