// SPDX-License-Identifier: BSL-1.0
#include "protocol/base64.hpp"

#include <array>
#include <cstdint>

namespace ferry::service {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 64;

constexpr auto value_of_character = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t value = 0; value != alphabet.size(); ++value)
        values[static_cast<unsigned char>(alphabet[value])] = static_cast<std::uint8_t>(value);
    return values;
}();

std::uint8_t value_of(char c) { return value_of_character[static_cast<unsigned char>(c)]; }

} // namespace

std::size_t decode_base64(std::string_view text, char *to) {
    if (text.empty() || text.size() % 4 != 0)
        return 0;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    char *const begin = to;
    for (std::size_t at = 0; at != text.size(); at += 4) {
        const std::size_t missing = at + 4 == text.size() ? padding : 0;
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i != 4; ++i) {
            const std::uint8_t value = i < 4 - missing ? value_of(text[at + i]) : std::uint8_t{0};
            if (value == no_digit)
                return 0;
            bits = bits << 6 | value;
        }
        for (std::size_t i = 0; i != 3 - missing; ++i)
            *to++ = static_cast<char>(bits >> (16 - 8 * i));
    }
    return static_cast<std::size_t>(to - begin);
}

void append_base64(std::string &to, std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i != 3; ++i)
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0u);
        for (std::size_t i = 0; i != 4; ++i)
            to += i <= group.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
}

} // namespace ferry::service
