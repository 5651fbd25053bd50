// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map beside a std::unordered_map that is told the same, and what was found in the map and is
// still held.

#include "elements.hpp"
#include "target.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ferry::fuzz {

inline std::string in_words(std::optional<unsigned> value) {
    return value ? std::to_string(*value) : "nothing";
}

// What changes while the whole map is looked at.
struct changes {
    std::set<std::pair<unsigned, unsigned>> put; // keys with their values
    std::set<unsigned> keys;                     // put or erased
};

// What goes along with a map's contents when they are moved or swapped.
template <class Elements>
struct contents {
    using map_type = typename Elements::map;
    using handle = typename map_type::handle;
    using owned_handle = typename map_type::owned_handle;

    template <class Handle>
    struct held {
        Handle at;
        unsigned key;
        unsigned value;
    };

    std::unordered_map<unsigned, unsigned> oracle;
    std::vector<held<handle>> handles;
    std::vector<held<owned_handle>> owned_handles;
    epoch_domain *domain = nullptr;
    std::size_t min_capacity = 0;
    std::size_t reserved = 0; // elements, until shrink_to_fit
    double shrink_below = 0;  // what counts of it
    unsigned serial = 0;

    void let_go() {
        handles.clear();
        owned_handles.clear();
    }
};

template <class Elements>
struct side : contents<Elements> {
    using typename contents<Elements>::map_type;
    using contents<Elements>::oracle;

    std::optional<map_type> map;
    changes *noting = nullptr;

    std::optional<unsigned> value(unsigned key) const {
        const auto it = oracle.find(key);
        return it != oracle.end() ? std::optional(it->second) : std::nullopt;
    }

    void becomes(unsigned key, std::optional<unsigned> value) {
        if (value)
            oracle[key] = *value;
        else
            oracle.erase(key);
        if (noting != nullptr) {
            noting->keys.insert(key);
            if (value)
                noting->put.emplace(key, *value);
        }
    }
    void becomes_empty() {
        while (!oracle.empty())
            becomes(oracle.begin()->first, std::nullopt);
    }
};

// The value of what a handle leads to, and what a callback was given; a set's elements have the
// value 0.
template <class Elements, class Handle>
unsigned value_in(const Handle &at) {
    if constexpr (is_set<Elements>)
        return 0;
    else
        return Elements::number(at.value());
}
template <class Elements, class... Value>
unsigned value_of(const Value &...value) {
    if constexpr (is_set<Elements>)
        return 0;
    else
        return Elements::number(value...);
}

} // namespace ferry::fuzz
