// SPDX-License-Identifier: BSL-1.0
#pragma once

// A program that runs beside this one, and ends when this one does, however that ends.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ferry::bench {

class child {
public:
    // The first argument is the program. What it prints goes into `log`. Throws std::runtime_error
    // when the system starts no process.
    child(std::vector<std::string> arguments, const std::filesystem::path &log);
    ~child(); // kills it
    child(const child &) = delete;
    child &operator=(const child &) = delete;

    // How it ended, in words, "was killed by signal 11"; empty while it runs.
    std::string end();

private:
    pid_t process_;
    bool ended_ = false;
    std::string how_;
};

} // namespace ferry::bench
