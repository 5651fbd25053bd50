// SPDX-License-Identifier: BSL-1.0
#include "replay/trace.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ferry::bench {

namespace {

const std::string what_a_line_is = "a line is 'get KEY', 'set KEY [SIZE]' or 'del KEY'";

// For a sentence: whatever the file holds, it must not upset a terminal.
std::string quoted(std::string_view word) {
    constexpr std::size_t most = 40;
    std::string text = "'";
    for (const char c : word.substr(0, most))
        text += c > ' ' && c <= '~' ? c : '?';
    return text + (word.size() > most ? "...'" : "'");
}

// The first word of the line, which loses it. Empty: there is none.
std::string_view take_word(std::string_view &line) {
    constexpr std::string_view blanks = " \t\r";
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const auto word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

std::optional<request::kind> kind_of(std::string_view word) {
    if (word == "get")
        return request::kind::get;
    if (word == "set")
        return request::kind::set;
    if (word == "del")
        return request::kind::del;
    return std::nullopt;
}

std::uint32_t size_of(std::string_view word) {
    std::uint32_t size = 0;
    const auto end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, size);
    if (error != std::errc{} || stop != end || size > largest_size)
        throw std::runtime_error(quoted(word) +
                                 " is not a size; it is a whole number of bytes, at "
                                 "most " +
                                 std::to_string(largest_size));
    return size;
}

class trace_reader {
public:
    // Throws std::runtime_error with what is wrong with the line.
    void read(std::string_view line) {
        const auto what = take_word(line);
        if (what.empty() || what.front() == '#')
            return;
        const auto kind = kind_of(what);
        if (!kind)
            throw std::runtime_error(quoted(what) + " is not a request; " + what_a_line_is);
        const auto key = take_word(line);
        if (key.empty())
            throw std::runtime_error(quoted(what) + " names no key; " + what_a_line_is);
        const auto size = *kind == request::kind::set ? take_word(line) : std::string_view{};
        if (const auto more = take_word(line); !more.empty())
            throw std::runtime_error(quoted(more) + " is a word too many; " + what_a_line_is);
        const auto bytes = size.empty() ? usual_size : size_of(size);
        trace_.requests.push_back({*kind, number_of(key), bytes});
    }

    trace finish() { return std::move(trace_); }

private:
    std::uint32_t number_of(std::string_view key) {
        const auto next = static_cast<std::uint32_t>(trace_.keys.size());
        const auto [known, is_new] = numbers_.try_emplace(std::string(key), next);
        if (is_new)
            trace_.keys.emplace_back(key);
        return known->second;
    }

    trace trace_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

} // namespace

trace read_trace(const std::filesystem::path &file) {
    const auto name = file.string();
    std::error_code unknown;
    if (std::filesystem::is_directory(file, unknown))
        throw std::runtime_error("'" + name + "' is a folder; a trace is a file");
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw std::runtime_error("the trace '" + name +
                                 "' cannot be read: " + std::strerror(errno));

    trace_reader reader;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        try {
            reader.read(line);
        } catch (const std::runtime_error &error) {
            throw std::runtime_error(name + ':' + std::to_string(number) + ": " + error.what());
        }
    }
    if (in.bad())
        throw std::runtime_error("the trace '" + name + "' cannot be read beyond line " +
                                 std::to_string(number));
    trace result = reader.finish();
    if (result.requests.empty())
        throw std::runtime_error("there is no request in the trace '" + name + "'; " +
                                 what_a_line_is);
    return result;
}

} // namespace ferry::bench
