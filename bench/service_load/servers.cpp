// SPDX-License-Identifier: BSL-1.0
#include "service_load/servers.hpp"

#include "runner/this_program.hpp"
#include "service_load/connection.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <unistd.h>

namespace ferry::bench {

namespace {

constexpr std::string_view memcached = "memcached";

constexpr std::array known_maps{
    served_map{"ferry"},
    served_map{"mutex"},
    served_map{.name = "sharded-64", .in_short = false},
    served_map{.name = "tbb-hash", .in_short = false},
    served_map{.name = "libcuckoo", .in_short = false},
    served_map{.name = memcached, .in_catalogue = false},
    served_map{.name = "null", .stores = false},
};

bool is_program(const std::filesystem::path &file) { return access(file.c_str(), X_OK) == 0; }

std::optional<std::filesystem::path>
first_program(const std::vector<std::filesystem::path> &candidates) {
    for (const auto &one : candidates)
        if (is_program(one))
            return one;
    return std::nullopt;
}

std::vector<std::filesystem::path> search_path(std::string_view program) {
    std::vector<std::filesystem::path> candidates;
    const char *folders = std::getenv("PATH");
    std::istringstream list(folders == nullptr ? "/usr/bin" : folders);
    for (std::string folder; std::getline(list, folder, ':');)
        candidates.push_back(std::filesystem::path(folder) / program);
    return candidates;
}

std::string last_line(const std::filesystem::path &file) {
    std::ifstream in(file);
    std::string last;
    for (std::string line; std::getline(in, line);)
        if (!line.empty())
            last = line;
    return last;
}

// Whether it answers a GET of a key that nobody has.
bool answers(const std::filesystem::path &socket) {
    try {
        connection trial(socket, {});
        trial.add({.what = verb::get, .wanted = reply_wanted::anything, .key = 0});
        trial.flush();
        for (int tries = 0; tries < 100; ++tries) {
            trial.receive();
            load_request of;
            reply to;
            if (trial.next_reply(of, to))
                return to.outcome != outcome_of_reply::wrong;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    } catch (const std::runtime_error &) {
        // It does not listen yet.
    }
    return false;
}

} // namespace

std::span<const served_map> served_maps() { return known_maps; }

std::optional<std::filesystem::path> program_of(const served_map &map) {
    if (map.name == memcached)
        return first_program(search_path(memcached));
    const auto here = this_program().parent_path();
    // Beside this program, or where the build leaves it.
    return first_program({here / "ferry-cached", here / "service/ferry-cached"});
}

std::string version_of(const served_map &map) {
    const temporary_folder folder;
    const auto program = program_of(map);
    if (!program)
        return {};
    child asked({program->string(), "--version"}, folder.path() / "version");
    while (asked.end().empty())
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return last_line(folder.path() / "version");
}

temporary_folder::temporary_folder() {
    auto name = (std::filesystem::temp_directory_path() / "ferry-service-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("no folder for a server's socket can be made in " +
                                 std::filesystem::temp_directory_path().string());
    path_ = name;
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

server::server(const served_map &map, const server_options &o)
    : process_(arguments(map, o), log()) {
    wait_until_it_answers();
}

std::vector<std::string> server::arguments(const served_map &map, const server_options &o) const {
    const auto program = program_of(map);
    if (!program)
        throw std::runtime_error("the server's program is not there");
    const auto threads = std::to_string(o.threads);
    const auto memory = std::to_string(o.memory_mb);
    if (map.name != memcached)
        return {program->string(), "--map",           std::string(map.name),
                "--socket",        socket().string(), "--threads",
                threads,           "--memory",        memory};
    std::vector<std::string> list{
        program->string(), "-s", socket().string(), "-t", threads, "-m", memory};
    if (geteuid() == 0) // it asks for a user then
        list.insert(list.end(), {"-u", "root"});
    return list;
}

void server::wait_until_it_answers() {
    using clock = std::chrono::steady_clock;
    constexpr auto patience = std::chrono::seconds(10);
    const auto begin = clock::now();
    while (!answers(socket())) {
        if (const auto how = end(); !how.empty())
            throw std::runtime_error("the server " + how);
        if (clock::now() - begin > patience)
            throw std::runtime_error("the server does not answer 10 s after its start");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

std::string server::end() {
    auto how = process_.end();
    if (how.empty())
        return how;
    const auto said = last_line(log());
    return said.empty() ? how : how + ": " + said;
}

} // namespace ferry::bench
