// SPDX-License-Identifier: BSL-1.0
#pragma once

// For adapters: from a map's types to its entry in the catalogue.

#include "adapters/catalogue.hpp"
#include "adapters/concept.hpp"
#include "replay/player_of.hpp"
#include "runner/subject_of.hpp"
#include "wordcount/counter_of.hpp"

#include <type_traits>

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

} // namespace ferry::bench
