// SPDX-License-Identifier: BSL-1.0
#pragma once

// Takes the place of bench/adapters/entry.hpp: from a map's types to its entry.

#include "adapters/map_entry.hpp"
#include "maps/concept.hpp"
#include "subjects/subject_of.hpp"

#include <type_traits>
#include <utility>

namespace ferry::bench {

template <class Map, class Key, class Value>
std::unique_ptr<subject> make_subject(const key_space<Key> &) {
    if constexpr (std::is_same_v<Key, std::uint64_t> && std::is_same_v<Value, std::uint64_t>)
        return std::make_unique<sharing::subject_of<Map>>();
    else
        return nullptr;
}

template <class Map>
std::unique_ptr<counter> make_counter(std::size_t) {
    return nullptr;
}

template <class U64, class String = void, class String64 = void>
form form_of() {
    form f;
    f.u64 = make_subject<U64, std::uint64_t, std::uint64_t>;
    f.erases = erasing_map<U64, std::uint64_t>;
    return f;
}

template <template <class, class> class Map>
form form_of_all() {
    return form_of<Map<std::uint64_t, std::uint64_t>>();
}

template <template <class, class> class Map>
map_entry replacing_entry(const char *family, std::string name, std::string note) {
    const form any = form_of_all<Map>();
    return {.name = std::move(name),
            .family = family,
            .note = std::move(note),
            .plain = any,
            .replacing = any};
}

template <template <class, class> class Map>
map_entry entry_of(const char *family, std::string name, std::string note) {
    return replacing_entry<Map>(family, std::move(name), std::move(note));
}

template <template <class, class> class Replacing, template <class> class Storing>
map_entry entry_of(const char *family, std::string name, std::string note) {
    return replacing_entry<Replacing>(family, std::move(name), std::move(note));
}

template <class Map>
std::unique_ptr<player> make_player(std::size_t) {
    return nullptr;
}

} // namespace ferry::bench
