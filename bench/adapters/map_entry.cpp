// SPDX-License-Identifier: BSL-1.0
#include "adapters/map_entry.hpp"

namespace ferry::bench {

bool form::holds(element e) const {
    switch (e) {
    case element::u64:
        return u64 != nullptr;
    case element::string:
        return string != nullptr;
    case element::string_64:
        break;
    }
    return string_64 != nullptr;
}

const form &map_entry::form_for(map_use use) const {
    switch (use) {
    case map_use::replaces_values:
    case map_use::churns_and_replaces:
        return replacing;
    case map_use::stores_in_place:
        return storing;
    default:
        return plain;
    }
}

bool map_entry::takes_part(const scenario &s) const {
    const auto use = use_of(s.what);
    const auto &f = form_for(use);
    return f.holds(s.of) && (f.erases || !erases(use));
}

} // namespace ferry::bench
