// SPDX-License-Identifier: BSL-1.0
#include "workloads/strings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace ferry::bench {

namespace {

namespace fs = std::filesystem;

void add(std::vector<std::string> &paths, std::string path) {
    if (!path.empty() && !path.ends_with('~'))
        paths.push_back(std::move(path));
}

void walk(const fs::path &root, std::vector<std::string> &paths) {
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    // A file that vanishes on the way ends the walk: what was found until then is enough.
    for (fs::recursive_directory_iterator it(root, options, error), end; !error && it != end;
         it.increment(error))
        add(paths, it->path().string());
}

void read_package_lists(const fs::path &folder, std::vector<std::string> &paths) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() != ".list")
            continue;
        std::ifstream list(it->path());
        for (std::string line; std::getline(list, line);)
            add(paths, std::move(line));
    }
}

// Distinct, in an order that looks random, laid out in memory in that order.
std::vector<std::string> shuffled(std::vector<std::string> strings, std::size_t limit) {
    std::sort(strings.begin(), strings.end());
    strings.erase(std::unique(strings.begin(), strings.end()), strings.end());

    // Fisher-Yates by hand: std::shuffle may differ between standard libraries.
    std::mt19937_64 random(20);
    for (std::size_t i = strings.size(); i > 1; --i)
        std::swap(strings[i - 1], strings[random() % i]);

    if (strings.size() > limit)
        strings.resize(limit);
    // The strings were allocated in the order in which they came.
    return std::vector<std::string>(strings.begin(), strings.end());
}

} // namespace

std::vector<std::string> gather_paths(std::size_t limit) {
    std::vector<std::string> paths;
    walk("/usr", paths);
    read_package_lists("/var/lib/dpkg/info", paths);
    return shuffled(std::move(paths), limit);
}

std::vector<std::string> read_strings(const std::filesystem::path &file, std::size_t limit) {
    constexpr std::size_t fewest = 1000;
    std::ifstream lines(file);
    std::vector<std::string> strings;
    for (std::string line; std::getline(lines, line);)
        add(strings, std::move(line));
    if (!lines.eof())
        throw std::runtime_error("the file of keys '" + file.string() + "' cannot be read");
    strings = shuffled(std::move(strings), limit);
    if (strings.size() < fewest)
        throw std::runtime_error("the file of keys '" + file.string() + "' has " +
                                 std::to_string(strings.size()) + " different lines; at least " +
                                 std::to_string(fewest) + " are needed");
    return strings;
}

} // namespace ferry::bench
