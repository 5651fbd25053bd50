// SPDX-License-Identifier: BSL-1.0
#pragma once

// Things that the command line names.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace ferry::bench {

inline std::string comma_separated(const std::vector<std::string> &names) {
    std::string list;
    for (const auto &name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

// The items of which `named` gives the name, in the order of `known`; without names, all that
// `by_default` admits.
template <class Item, class Name, class Default>
std::vector<Item> choose(const std::string &option, std::span<const Item> known,
                         const std::vector<std::string> &named, Name name_of_item,
                         Default by_default) {
    std::vector<std::string> names;
    for (const auto &item : known)
        names.emplace_back(name_of_item(item));
    for (const auto &name : named)
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw CLI::ValidationError(option, "'" + name + "' is not known; there is " +
                                                   comma_separated(names));

    std::vector<Item> chosen;
    for (const auto &item : known)
        if (named.empty()
                ? by_default(item)
                : std::find(named.begin(), named.end(), name_of_item(item)) != named.end())
            chosen.push_back(item);
    return chosen;
}

template <class Item>
std::vector<Item> choose(const std::string &option, std::span<const Item> known,
                         const std::vector<std::string> &named) {
    return choose(
        option, known, named, [](const Item &item) { return name_of(item); },
        [](const Item &) { return true; });
}

} // namespace ferry::bench
