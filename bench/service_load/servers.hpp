// SPDX-License-Identifier: BSL-1.0
#pragma once

// The servers that a load is put on: ferry-cached, with one of its maps, and memcached. Each
// listens on a Unix socket in a temporary folder of its own.

#include "service_load/child.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ferry::bench {

struct served_map {
    std::string_view name;
    bool in_catalogue = true; // ferry-cached's are, memcached is not
    bool in_short = true;     // part of the short load that comes with all other measurements
    bool stores = true;       // one that does not may answer anything
};

// ferry-cached's maps by their names, and memcached.
std::span<const served_map> served_maps();

// The program that serves the map; nothing if it is not there.
std::optional<std::filesystem::path> program_of(const served_map &);

// What the program says of its version, in a line.
std::string version_of(const served_map &);

struct server_options {
    unsigned threads;
    unsigned memory_mb;
};

// A folder of its own, which is removed with all that is in it.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder &) = delete;
    temporary_folder &operator=(const temporary_folder &) = delete;

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

class server {
public:
    // Starts it, and waits until it answers. Throws std::runtime_error, with a sentence, if it does
    // not. It is killed in the end.
    server(const served_map &, const server_options &);

    std::filesystem::path socket() const { return folder_.path() / "socket"; }

    // How it ended, in words, with what it printed last; empty while it runs.
    std::string end();

private:
    std::filesystem::path log() const { return folder_.path() / "log"; }
    std::vector<std::string> arguments(const served_map &, const server_options &) const;
    void wait_until_it_answers();

    temporary_folder folder_;
    child process_;
};

} // namespace ferry::bench
