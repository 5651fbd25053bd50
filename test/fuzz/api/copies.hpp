// SPDX-License-Identifier: BSL-1.0
#pragma once

// Copies of the whole map, and whether two are equal.

#include "upkeep.hpp"

namespace ferry::fuzz {

// Another map with the same elements.
template <class E>
typename side<E>::map_type copy_of(const typename side<E>::map_type &map) {
    if constexpr (is_set<E>) {
        const auto keys = map.snapshot();
        return typename side<E>::map_type(keys.begin(), keys.end());
    } else {
        return map.snapshot_map();
    }
}

// The copy may stay, in place of the other one.
template <class E>
void snapshot_map(world<E> &w) {
    const bool stays = w.in.below(4) == 0;
    side<E> copy;
    if (!w.returns([&] { copy.map.emplace(w.map().snapshot_map()); }))
        return;
    copy.oracle = w.here().oracle;
    w.inspect(copy);
    if (!stays)
        return;
    destroy(w, w.other());
    copy.domain = &default_domain();
    copy.serial = ++w.serials;
    static_cast<contents<E> &>(w.other()) = std::move(copy);
    w.other().map.emplace(std::move(*copy.map));
}

// With the other one, or with a copy that may differ by one element.
template <class E>
void compare(world<E> &w) {
    enum : unsigned { with_other, with_copy, puts, erases };
    const unsigned with = w.in.below(4);
    const bool turned = w.in.below(2) != 0;
    const auto k = w.key();
    side<E> copy;
    if (with != with_other) {
        const quiet now;
        copy.map.emplace(copy_of<E>(w.map()));
        copy.oracle = w.here().oracle;
        if (with == erases) {
            copy.map->erase(k.key);
            copy.becomes(k.number, std::nullopt);
        } else if (with == puts) {
            const unsigned n = w.fresh();
            if constexpr (is_set<E>)
                copy.map->insert(k.key);
            else
                copy.map->insert_or_assign(k.key, E::value(n));
            copy.becomes(k.number, n);
        }
    }
    const side<E> &second = with == with_other ? w.other() : copy;
    bool said = false;
    if (w.returns([&] { said = turned ? *second.map == w.map() : w.map() == *second.map; }))
        w.require(said == (w.here().oracle == second.oracle), "the wrong answer");
}

} // namespace ferry::fuzz
