// SPDX-License-Identifier: BSL-1.0
#include "workloads/paths.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

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

} // namespace

std::vector<std::string> gather_paths(std::size_t limit) {
    std::vector<std::string> paths;
    walk("/usr", paths);
    read_package_lists("/var/lib/dpkg/info", paths);

    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());

    // Fisher-Yates by hand: std::shuffle may differ between standard libraries.
    std::mt19937_64 random(20);
    for (std::size_t i = paths.size(); i > 1; --i)
        std::swap(paths[i - 1], paths[random() % i]);

    if (paths.size() > limit)
        paths.resize(limit);
    // The strings were allocated in the walk's order; copies are laid out in the shuffled one.
    return std::vector<std::string>(paths.begin(), paths.end());
}

} // namespace ferry::bench
