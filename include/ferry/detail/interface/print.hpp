// SPDX-License-Identifier: BSL-1.0
#pragma once

// How containers are printed: see ferry/print.hpp.

#include "ferry/detail/interface/basic_map.hpp"
#include "ferry/detail/interface/basic_set.hpp"

#include <concepts>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <string_view>

FERRY_ENGINE_BEGIN

/// Of more elements, so many are printed, and how many there are.
inline constexpr std::size_t most_printed = 100;

/// Text in quotes; an object that has no operator<< as "?".
template <class T>
void print_part(std::ostream &out, const T &part) {
    if constexpr (std::convertible_to<const T &, std::string_view>) {
        out << std::quoted(std::string_view(part));
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
    return print_elements(out, map, [&out](const auto &key, const auto &value) {
        print_part(out, key);
        out << ": ";
        print_part(out, value);
    });
}

template <class Engine>
std::ostream &operator<<(std::ostream &out, const basic_set<Engine> &set) {
    return print_elements(out, set, [&out](const auto &key) { print_part(out, key); });
}

FERRY_ENGINE_END
