// SPDX-License-Identifier: BSL-1.0
#pragma once

// Decimal numbers, read as memcached reads them: leading spaces are skipped, and everything after
// the first space behind the number is ignored. memcached cuts off a number that does not fit;
// here it is refused.

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace ferry::service {

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

template <std::integral Number>
std::optional<Number> read_number(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    if (text.size() > 1 && text.front() == '+' && text[1] != '-')
        text.remove_prefix(1);
    Number value{};
    const char *const end = text.data() + text.size();
    const auto [behind, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || (behind != end && !is_space(*behind)))
        return std::nullopt;
    return value;
}

} // namespace ferry::service
