// SPDX-License-Identifier: BSL-1.0
#include "service_load/protocol.hpp"

#include "workloads/random.hpp"

#include <charconv>
#include <optional>

namespace ferry::bench {

namespace {

constexpr std::string_view end_of_line = "\r\n";
constexpr std::string_view end_of_get = "END\r\n";
constexpr std::size_t head_length = 24;
constexpr std::size_t filler_length = 1024;
constexpr std::size_t filler_starts = 256;

const std::string &filler() {
    static const std::string text = [] {
        split_mix random(7);
        std::string letters;
        while (letters.size() < filler_length + filler_starts)
            letters += static_cast<char>('a' + random() % 26);
        return letters;
    }();
    return text;
}

void append_hex(std::string &to, std::uint32_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 28; shift >= 0; shift -= 4)
        to += digits[number >> shift & 15];
}

std::uint32_t hex_at(std::string_view text, std::size_t at) {
    std::uint32_t number = 0;
    std::from_chars(text.data() + at, text.data() + at + 8, number, 16);
    return number;
}

std::uint32_t mixed(std::uint32_t key, std::uint32_t version) {
    return static_cast<std::uint32_t>(split_mix(std::uint64_t{key} << 32 | version)() >> 32);
}

std::size_t length_of(std::uint32_t key, std::uint32_t version, value_sizes sizes) {
    return sizes.least + mixed(key, version) % (sizes.most - sizes.least + 1);
}

std::string_view filler_of(std::uint32_t key, std::uint32_t version, std::size_t length) {
    return std::string_view(filler()).substr(mixed(key, version) % filler_starts, length);
}

// Spread: a server must not see keys in the order of their hashes.
void append_key(std::string &to, std::uint32_t key) {
    to += 'k';
    append_hex(to, key * 0x9e37'79b1u);
}

void append_value(std::string &to, const load_request &r, std::size_t length) {
    const auto due_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(r.due).count());
    append_hex(to, r.key);
    append_hex(to, r.version);
    append_hex(to, r.seconds_to_live == 0 ? 0 : due_ms + 1000 * r.seconds_to_live);
    to += filler_of(r.key, r.version, length - head_length);
}

// What is wrong with a value that a GET received.
std::string fault_of(std::string_view value, const load_request &r, value_sizes sizes) {
    if (value.size() < sizes.least || value.size() > sizes.most || hex_at(value, 0) != r.key)
        return "a GET received a value that is not its key's";
    const auto version = hex_at(value, 8);
    const auto length = length_of(r.key, version, sizes);
    if (value.size() != length ||
        value.substr(head_length) != filler_of(r.key, version, length - head_length))
        return "a GET received a value that is not whole";
    if (version < r.version)
        return "a GET received an older value than the one that had been stored";
    const std::chrono::milliseconds end(hex_at(value, 16));
    if (end.count() != 0 && end < r.alive_after)
        return "a GET received a value after the end of its time to live";
    return {};
}

// The length in "VALUE KEY FLAGS LENGTH", with nothing of it missing.
std::optional<std::size_t> announced_length(std::string_view line, std::string_view key) {
    line.remove_prefix(std::string_view("VALUE ").size());
    if (!line.starts_with(key) || !line.substr(key.size()).starts_with(' '))
        return std::nullopt;
    const auto last = line.substr(line.rfind(' ') + 1);
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), length);
    if (error != std::errc() || end != last.data() + last.size())
        return std::nullopt;
    return length;
}

reply wrong(std::string fault) { return {outcome_of_reply::wrong, 0, std::move(fault)}; }

reply unexpected(std::string_view line, const load_request &r) {
    constexpr std::size_t enough = 60;
    std::string shown;
    for (const char c : line.substr(0, enough))
        shown += c < ' ' || c > '~' ? '?' : c;
    const auto what = r.what == verb::get ? "a GET" : r.what == verb::set ? "a SET" : "a DELETE";
    return wrong(std::string(what) + " was answered by '" + shown + "'");
}

reply read_value(std::string_view text, std::string_view line, const load_request &r,
                 value_sizes sizes) {
    std::string key;
    append_key(key, r.key);
    const auto length = announced_length(line, key);
    if (!length)
        return unexpected(line, r);
    const auto begin = line.size() + end_of_line.size();
    const auto bytes = begin + *length + end_of_line.size() + end_of_get.size();
    if (text.size() < bytes)
        return {outcome_of_reply::incomplete, 0, {}};
    const auto rest = text.substr(begin + *length);
    if (!rest.starts_with(end_of_line) || !rest.substr(end_of_line.size()).starts_with(end_of_get))
        return wrong("the value that a GET received is not as long as announced");
    if (r.wanted != reply_wanted::anything)
        if (auto fault = fault_of(text.substr(begin, *length), r, sizes); !fault.empty())
            return wrong(std::move(fault));
    return {outcome_of_reply::hit, bytes, {}};
}

} // namespace

void append_request(std::string &to, const load_request &r, value_sizes sizes) {
    switch (r.what) {
    case verb::get:
        to += "get ";
        append_key(to, r.key);
        break;
    case verb::set: {
        const auto length = length_of(r.key, r.version, sizes);
        to += "set ";
        append_key(to, r.key);
        to += " 0 " + std::to_string(r.seconds_to_live) + ' ' + std::to_string(length);
        to += end_of_line;
        append_value(to, r, length);
        break;
    }
    case verb::erase:
        to += "delete ";
        append_key(to, r.key);
        break;
    }
    to += end_of_line;
}

reply read_reply(std::string_view text, const load_request &r, value_sizes sizes) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
        return {outcome_of_reply::incomplete, 0, {}};
    const auto bytes = end + 1;
    const auto line = text.substr(0, end != 0 && text[end - 1] == '\r' ? end - 1 : end);
    const bool may_be_there = r.wanted != reply_wanted::nothing;
    const bool may_be_missing =
        r.wanted != reply_wanted::value && r.wanted != reply_wanted::deleted;
    switch (r.what) {
    case verb::get:
        if (line.starts_with("VALUE "))
            return may_be_there ? read_value(text, line, r, sizes)
                                : wrong("a GET received the value of a key that had been deleted");
        if (line != "END")
            return unexpected(line, r);
        return may_be_missing ? reply{outcome_of_reply::miss, bytes, {}}
                              : wrong("a GET did not find a key that is present");
    case verb::set:
        if (line == "STORED")
            return {outcome_of_reply::done, bytes, {}};
        if (r.seconds_to_live != 0 && line.starts_with("SERVER_ERROR out of memory"))
            return {outcome_of_reply::refused, bytes, {}};
        return unexpected(line, r);
    case verb::erase:
        if (line == "DELETED")
            return {outcome_of_reply::done, bytes, {}};
        if (line == "NOT_FOUND" && may_be_missing)
            return {outcome_of_reply::miss, bytes, {}};
        return unexpected(line, r);
    }
    return {};
}

} // namespace ferry::bench
