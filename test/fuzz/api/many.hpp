// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changing many keys in one call.

#include "meddling.hpp"

#include <iterator>

namespace ferry::fuzz {

// Some keys in a row.
struct row {
    unsigned first;
    unsigned many;
    unsigned stride;

    unsigned operator[](std::size_t i) const { return first + static_cast<unsigned>(i) * stride; }
};

template <class E>
row choose_row(world<E> &w) {
    row chosen{};
    chosen.first = w.key_number();
    chosen.many = w.in.take() % 100;
    chosen.stride = 1 + w.in.below(4);
    tell([&] {
        return "    " + std::to_string(chosen.many) + " from " + std::to_string(chosen.first) +
               " on, every " + std::to_string(chosen.stride);
    });
    return chosen;
}
template <class E>
std::vector<typename E::key_type> keys_of(const row &chosen) {
    std::vector<typename E::key_type> all;
    for (unsigned i = 0; i != chosen.many; ++i)
        all.push_back(E::key(chosen[i]));
    return all;
}

// `call(elements)` inserts them, and says how many it inserted. `moves`: it may move from them.
template <class E, class Call>
void insert_row(world<E> &w, bool moves, Call &&call) {
    const row keys = choose_row(w);
    std::vector<unsigned> values;
    auto elements = [&] {
        if constexpr (is_set<E>) {
            values.resize(keys.many);
            return keys_of<E>(keys);
        } else {
            std::vector<std::pair<typename E::key_type, typename E::mapped_type>> all;
            for (unsigned i = 0; i != keys.many; ++i) {
                values.push_back(w.fresh());
                all.emplace_back(E::key(keys[i]), E::value(values.back()));
            }
            return all;
        }
    }();
    const auto is_moved_from = [&](std::size_t i) {
        if constexpr (is_set<E>)
            return E::number(elements[i]) != keys[i];
        else
            return E::number(elements[i].first) != keys[i] ||
                   E::number(elements[i].second) != values[i];
    };
    std::size_t said = 0;
    const bool returned = w.returns([&] { said = call(elements); });
    // What throws leaves those before it inserted.
    std::size_t done = 0;
    for (unsigned i = 0; i != keys.many; ++i) {
        if (w.here().value(keys[i])) {
            w.require(!moves || !is_moved_from(i), "it moved an element, and did not insert it");
            continue;
        }
        w.require(moves || !is_moved_from(i), "it moved an element that it was only shown");
        if (!returned && !w.look(keys[i]))
            break;
        w.here().becomes(keys[i], values[i]);
        ++done;
    }
    w.require(!returned || said == done, "not as many as it says");
}

template <class E>
void insert_range(world<E> &w) {
    insert_row(w, false, [&](const auto &elements) { return w.map().insert_range(elements); });
}

template <class E>
void insert_many(world<E> &w) {
    const bool moves = w.in.below(2) != 0;
    insert_row(w, moves, [&](auto &elements) {
        return moves ? w.map().insert_many(std::make_move_iterator(elements.begin()),
                                           std::make_move_iterator(elements.end()))
                     : w.map().insert_many(elements.cbegin(), elements.cend());
    });
}

template <class E>
void erase_many(world<E> &w) {
    const row keys = choose_row(w);
    const auto made = keys_of<E>(keys);
    std::size_t said = 0;
    const bool returned = w.returns([&] { said = w.map().erase_many(made.begin(), made.end()); });
    // What throws leaves those before it erased.
    std::size_t done = 0;
    for (unsigned i = 0; i != keys.many; ++i) {
        if (!w.here().value(keys[i]))
            continue;
        if (!returned && w.look(keys[i]))
            break;
        w.here().becomes(keys[i], std::nullopt);
        ++done;
    }
    w.require(!returned || said == done, "not as many as it says");
}

// The function declines for some of the keys.
template <class E>
void update_many(world<E> &w) {
    using value_type = typename E::mapped_type;
    const row keys = choose_row(w);
    const unsigned which = w.in.take();
    meddling<E> meddle(w, keys.first);
    const auto made = keys_of<E>(keys);
    const auto before = w.here().oracle;
    std::vector<bool> asked(keys.many);
    changes during; // by meddling
    std::size_t done = 0;
    // What the last call gave. It took effect, unless the next call is for the same key.
    std::optional<std::size_t> given;
    unsigned n = 0;
    const auto settle = [&](std::size_t next) {
        if (given && *given != next) {
            w.here().becomes(keys[*given], n);
            ++done;
        }
        given.reset();
    };
    std::size_t said = 0;
    const bool returned = w.returns([&] {
        said = w.map().update_many(
            made.begin(), made.end(),
            [&](std::size_t i, const value_type &old) -> std::optional<value_type> {
                w.require(i < keys.many, "an index that is none");
                settle(i);
                faults::point();
                const quiet now;
                asked[i] = true;
                const auto there = w.here().value(keys[i]);
                w.require_same(E::number(old), there);
                w.here().noting = &during;
                meddle.called(keys[i]);
                w.here().noting = nullptr;
                w.require(meddle.calls() <= keys.many + 16, "it is called again and again");
                if ((keys[i] ^ which) % 4 == 0)
                    return std::nullopt;
                // What changed meanwhile is looked at again, or the key was absent for a moment.
                n = w.fresh();
                if (w.here().value(keys[i]) == there)
                    given = i;
                return E::value(n);
            });
    });
    if (!returned) {
        // It may have thrown before or after the last value came in.
        if (given && w.look(keys[*given]) == n)
            settle(keys.many);
        return;
    }
    settle(keys.many);
    w.require(said == done, "not as many as it says");
    for (unsigned i = 0; i != keys.many; ++i)
        w.require(asked[i] == (before.count(keys[i]) != 0) || during.keys.count(keys[i]) != 0,
                  "key " + std::to_string(keys[i]) + " is left out, or is none");
}

} // namespace ferry::fuzz
