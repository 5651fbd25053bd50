// SPDX-License-Identifier: BSL-1.0
#include "wordcount/text.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace ferry::bench {

namespace {

namespace fs = std::filesystem;

void check_folder(const fs::path &folder) {
    std::error_code error;
    const auto status = fs::status(folder, error);
    if (status.type() == fs::file_type::not_found)
        throw std::runtime_error("there is no folder '" + folder.string() + "'");
    if (!error && !fs::is_directory(status))
        throw std::runtime_error("'" + folder.string() +
                                 "' is not a folder; words are counted in all files below one");
    if (!error)
        fs::directory_iterator{folder, error};
    if (error)
        throw std::runtime_error("the folder '" + folder.string() +
                                 "' cannot be read: " + error.message());
}

// Regular files, in the order of their paths. Links are not followed; a folder below that cannot be
// read, or vanishes meanwhile, is left out.
std::vector<fs::path> files_below(const fs::path &folder) {
    std::vector<fs::path> files;
    std::vector<fs::path> folders{folder};
    while (!folders.empty()) {
        const auto here = std::move(folders.back());
        folders.pop_back();
        std::error_code error;
        for (fs::directory_iterator it(here, error), end; !error && it != end;
             it.increment(error)) {
            std::error_code vanished;
            const auto status = it->symlink_status(vanished);
            if (fs::is_directory(status))
                folders.push_back(it->path());
            else if (fs::is_regular_file(status))
                files.push_back(it->path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Nothing if the file cannot be read or is no text. Reads no further than the first zero byte: what
// is no text may be large.
std::optional<std::string> read_text(const fs::path &file) {
    std::ifstream in(file, std::ios::binary);
    std::string bytes;
    std::vector<char> block(text::piece_size);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        const auto got = static_cast<std::size_t>(in.gcount());
        if (std::memchr(block.data(), 0, got) != nullptr)
            return std::nullopt;
        bytes.append(block.data(), got);
    }
    if (in.bad() || !in.eof() || bytes.empty())
        return std::nullopt;
    return bytes;
}

} // namespace

text::text(const fs::path &folder) {
    check_folder(folder);
    for (const auto &file : files_below(folder))
        if (auto bytes = read_text(file))
            add(std::move(*bytes));
    if (pieces_.empty())
        throw std::runtime_error("there is no text in the folder '" + folder.string() +
                                 "': no readable file below it has words and no zero byte");
}

void text::add(std::string file) {
    bytes_ += file.size();
    const std::string_view all = files_.emplace_back(std::move(file));
    std::size_t begin = 0;
    for (;;) {
        while (begin != all.size() && !is_word_byte(all[begin]))
            ++begin;
        if (begin == all.size())
            return;
        auto end = begin + std::min(piece_size, all.size() - begin);
        while (end != all.size() && is_word_byte(all[end - 1]) && is_word_byte(all[end]))
            ++end;
        pieces_.push_back(all.substr(begin, end - begin));
        begin = end;
    }
}

} // namespace ferry::bench
