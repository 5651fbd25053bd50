// SPDX-License-Identifier: BSL-1.0
#pragma once

// operator<< for maps, sets and compute_result: what a test that fails, or a log, shows of them.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/compute.hpp"
#include "ferry/detail/interface/basic_map.hpp"
#include "ferry/detail/interface/basic_set.hpp"

#include <concepts>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <string_view>

FERRY_BEGIN

/// Its name: "inserted", "updated", "erased" or "unchanged".
inline std::ostream &operator<<(std::ostream &out, compute_result result) {
    constexpr std::string_view names[] = {"inserted", "updated", "erased", "unchanged"};
    return out << names[static_cast<std::size_t>(result)];
}

FERRY_END

FERRY_ENGINE_BEGIN

/// Of larger containers the first elements are printed, and how many there are.
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

/// `each_while(f)` calls f for the elements until it returns false; `print(element...)` prints one.
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

/// The elements, such as `{"one": 1, "two": 2}`, in the order of for_each, and as consistent. The
/// thread is pinned meanwhile, so do not print to what may block.
template <class Engine>
std::ostream &operator<<(std::ostream &out, const basic_map<Engine> &map) {
    return print_elements(out, map, [&out](const auto &key, const auto &value) {
        print_part(out, key);
        out << ": ";
        print_part(out, value);
    });
}

/// The keys as `{1, 2}`, as those of a map.
template <class Engine>
std::ostream &operator<<(std::ostream &out, const basic_set<Engine> &set) {
    return print_elements(out, set, [&out](const auto &key) { print_part(out, key); });
}

FERRY_ENGINE_END

#endif
