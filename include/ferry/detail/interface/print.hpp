// SPDX-License-Identifier: BSL-1.0
#pragma once

// How containers are printed: see ferry/print.hpp.

#include "ferry/detail/interface/basic_map.hpp"
#include "ferry/detail/interface/basic_set.hpp"

#include <concepts>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <string>
#include <string_view>

FERRY_ENGINE_BEGIN

/// How many elements are printed. If there are more, the size follows.
inline constexpr std::size_t most_printed = 100;

/// Whether T is text. A type that only converts to text may print itself otherwise.
template <class T>
inline constexpr bool is_text = std::derived_from<T, std::string_view>;
template <class Allocator>
inline constexpr bool is_text<std::basic_string<char, std::char_traits<char>, Allocator>> = true;

template <class T>
void print_part(std::ostream &out, const T &part) {
    if constexpr (is_text<T>) {
        out << std::quoted(std::string_view(part));
    } else if constexpr (std::same_as<T, const char *> || std::same_as<T, char *>) {
        part != nullptr ? out << std::quoted(part) : out << "null";
    } else if constexpr (std::same_as<T, signed char> || std::same_as<T, unsigned char>) {
        out << static_cast<int>(part);
    } else if constexpr (requires { out << part; }) {
        out << part;
    } else {
        out << '?';
    }
}

/// `print(key)` prints an element of a set, `print(key, value)` one of a map.
template <class Container, class Print>
std::ostream &print_elements(std::ostream &out, const Container &of, Print &&print) {
    std::size_t printed = 0;
    out << '{';
    const bool all = of.for_each_while([&](const auto &...element) {
        if (printed == most_printed) {
            return false;
        }
        out << (printed++ == 0 ? "" : ", ");
        print(element...);
        return true;
    });
    return all ? out << '}' : out << ", ... of " << of.size() << '}';
}

template <class Engine>
std::ostream &operator<<(std::ostream &out, const basic_map<Engine> &map) {
    return engine::print_elements(out, map, [&out](const auto &key, const auto &value) {
        engine::print_part(out, key);
        out << ": ";
        engine::print_part(out, value);
    });
}

template <class Engine>
std::ostream &operator<<(std::ostream &out, const basic_set<Engine> &set) {
    return engine::print_elements(out, set,
                                  [&out](const auto &key) { engine::print_part(out, key); });
}

FERRY_ENGINE_END
