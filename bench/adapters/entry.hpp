// SPDX-License-Identifier: BSL-1.0
#pragma once

// For adapters: from a map's types to its entry in the catalogue.

#include "adapters/map_entry.hpp"
#include "maps/concept.hpp"
#include "replay/player_of.hpp"
#include "runner/subject_of.hpp"
#include "wordcount/counter_of.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace ferry::bench {

// The map's types with 64-bit keys and values; strings and 64-bit values; strings and wide_values.
// void: there is none.
template <class U64, class String = void, class String64 = void>
form form_of() {
    form f;
    f.u64 = make_subject<U64, std::uint64_t, std::uint64_t>;
    f.erases = erasing_map<U64, std::uint64_t>;
    if constexpr (!std::is_void_v<String>)
        f.string = make_subject<String, std::string, std::uint64_t>;
    if constexpr (!std::is_void_v<String64>)
        f.string_64 = make_subject<String64, std::string, wide_value>;
    return f;
}

// A map that is Map<Key, Value> for all of them.
template <template <class, class> class Map>
form form_of_all() {
    return form_of<Map<std::uint64_t, std::uint64_t>, Map<std::string, std::uint64_t>,
                   Map<std::string, wide_value>>();
}

// What can be done with Map<Key, Value> whatever its values are; the caller adds the forms for
// numbers that are changed.
template <template <class, class> class Map>
map_entry replacing_entry(const char *family, std::string name, std::string note) {
    const form any = form_of_all<Map>();
    return {.name = std::move(name),
            .family = family,
            .note = std::move(note),
            .plain = any,
            .replacing = any,
            .storing = {},
            .counting = nullptr,
            .replaying = make_player<Map<std::string, std::string>>};
}

// A map whose values are changed where they are: one form does for each way to change them.
template <template <class, class> class Map>
map_entry entry_of(const char *family, std::string name, std::string note) {
    auto entry = replacing_entry<Map>(family, std::move(name), std::move(note));
    entry.storing = entry.plain;
    entry.counting = make_counter<Map<std::string, std::uint64_t>>;
    return entry;
}

// A map that replaces values, Replacing<Key, Value>; Storing<Key> is its form for numbers that are
// changed where they are.
template <template <class, class> class Replacing, template <class> class Storing>
map_entry entry_of(const char *family, std::string name, std::string note) {
    auto entry = replacing_entry<Replacing>(family, std::move(name), std::move(note));
    entry.storing = form_of<Storing<std::uint64_t>>();
    entry.counting = make_counter<Storing<std::string>>;
    return entry;
}

} // namespace ferry::bench
