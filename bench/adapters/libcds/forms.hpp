// SPDX-License-Identifier: BSL-1.0
#pragma once

// The forms in which libcds' maps take part: InPlace<Key, Value> for all that assigns nothing or
// stores into values, Replacing<Key, Value> where there is one.
//
// If they are alias templates, their names must differ from file to file: g++ 12 gives what is made
// of such a name external linkage, even if it stands in an unnamed namespace.

#include "adapters/entry.hpp"

#include <string>
#include <utility>

namespace ferry::bench::libcds {

template <template <class, class> class InPlace>
map_entry entry(std::string name, std::string note) {
    return {.name = std::move(name),
            .family = family::libcds,
            .note = std::move(note),
            .plain = form_of_all<InPlace>(),
            .storing = form_of<InPlace<std::uint64_t, std::uint64_t>>(),
            .counting = make_counter<InPlace<std::string, std::uint64_t>>};
}

template <template <class, class> class InPlace, template <class, class> class Replacing>
map_entry entry(std::string name, std::string note) {
    auto e = entry<InPlace>(std::move(name), std::move(note));
    e.replacing = form_of_all<Replacing>();
    e.replaying = make_player<Replacing<std::string, std::string>>;
    return e;
}

} // namespace ferry::bench::libcds
