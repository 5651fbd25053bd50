// SPDX-License-Identifier: BSL-1.0
#pragma once

// FeldmanHashMap: a trie of arrays over the bits of the hash. It knows an element by its hash only.
// For 64-bit integers the common hash is a bijection, so the hash can stand for the key. For
// strings there is no such hash of 64 bits: two strings with one hash would be one element. So it
// does not take part there.

#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/libcds/map.hpp"
#include "adapters/libcds/replacing.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace ferry::bench::libcds {

struct feldman_traits : cds::container::feldman_hashmap::traits {
    using compare = libcds::compare;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
};

// The first array has a slot for each element expected, its best case, unless it is to be measured
// growing: then it has libcds' default of 2^8.
inline std::size_t feldman_head_bits(sizing size) {
    const auto bits = static_cast<std::size_t>(std::bit_width(size.expected));
    return size.from_empty ? 8 : std::max<std::size_t>(8, bits);
}
constexpr std::size_t feldman_array_bits = 4; // libcds' default

template <class Gc>
struct feldman {
    using map = cds::container::FeldmanHashMap<Gc, std::uint64_t, std::uint64_t, feldman_traits>;

    static std::unique_ptr<map> make(sizing size) {
        return std::make_unique<map>(feldman_head_bits(size), feldman_array_bits);
    }

    std::uint64_t key(std::uint64_t k) const { return hash(k); }

    fixed_hash<std::uint64_t> hash;
};

template <class Gc>
using feldman_map = map_adapter<std::uint64_t, std::uint64_t, feldman<Gc>>;

struct feldman_set_traits : cds::container::feldman_hashset::traits {
    struct hash_accessor {
        const std::uint64_t &operator()(const item<std::uint64_t, std::uint64_t> &i) const {
            return i.key;
        }
    };
    using compare = libcds::compare;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
};

template <class Gc>
struct feldman_items {
    using set =
        cds::container::FeldmanHashSet<Gc, item<std::uint64_t, std::uint64_t>, feldman_set_traits>;

    static std::unique_ptr<set> make(sizing size) {
        return std::make_unique<set>(feldman_head_bits(size), feldman_array_bits);
    }
    static bool replace(set &s, item<std::uint64_t, std::uint64_t> &&i) {
        return s.update(i, [](const auto &...) {}).second;
    }

    std::uint64_t key(std::uint64_t k) const { return hash(k); }

    fixed_hash<std::uint64_t> hash;
};

template <class Gc>
using replacing_feldman_set = set_adapter<std::uint64_t, std::uint64_t, feldman_items<Gc>>;

template <class Gc>
map_entry feldman_entry(std::string name) {
    const form in_place = form_of<feldman_map<Gc>>();
    return {.name = std::move(name),
            .family = family::libcds,
            .note = "one slot an element in the first array, for growth 2^8; the hash is the key, "
                    "so no strings",
            .plain = in_place,
            .replacing = form_of<replacing_feldman_set<Gc>>(),
            .storing = in_place};
}

} // namespace ferry::bench::libcds
