// SPDX-License-Identifier: BSL-1.0
#pragma once

// Guards and handles that belong to no thread. They are no pins of this one: its own guards can be
// refreshed while they live. But they hold back reclamation.

#include "insertions.hpp"
#include "lookups.hpp"
#include "whole.hpp"

namespace ferry::fuzz {

// --- guards ---

template <class E>
void pin_owned(world<E> &w) {
    constexpr std::size_t most = 6;
    std::optional<owned_guard> made;
    if (w.owned_guards.size() != most && w.returns([&] { made.emplace(w.map().pin_owned()); }))
        w.owned_guards.push_back({std::move(*made), w.here().domain, {}});
}

// Any of those there are; null: there is none.
template <class E>
auto *choose_owned(world<E> &w) {
    auto &all = w.owned_guards;
    return all.empty() ? nullptr : &all[w.in.below(static_cast<unsigned>(all.size()))];
}

template <class E>
void unpin_owned(world<E> &w) {
    if (const auto *chosen = choose_owned(w))
        w.owned_guards.erase(w.owned_guards.begin() + (chosen - w.owned_guards.data()));
}

// Elsewhere and back, or in place of another one, whose pin ends.
template <class E>
void move_owned(world<E> &w) {
    const bool replaces = w.in.below(2) != 0;
    if (w.owned_guards.size() < 2)
        return;
    if (!replaces)
        return std::swap(w.owned_guards.front(), w.owned_guards.back());
    w.owned_guards.front() = std::move(w.owned_guards.back());
    w.owned_guards.pop_back();
}

// Whatever else is pinned.
template <class E>
void refresh_owned(world<E> &w) {
    if (auto *chosen = choose_owned(w)) {
        chosen->under.refresh();
        chosen->seen.clear();
    }
}

template <class E>
void find_owned_guarded(world<E> &w) {
    find_under(w, w.owned_guards, [&] { return w.map().pin_owned(); });
}

// Under the last that lives, if it is of this domain, else under one of its own.
template <class E>
void items_owned(world<E> &w) {
    if (!w.owned_guards.empty() && w.owned_guards.back().domain == w.here().domain)
        return items_under(w, w.owned_guards.back().under);
    items_under(w, w.map().pin_owned());
}

// --- what they hold back ---

// Whether anything of the present map is freed when erased keys are dropped and all that can be is
// reclaimed. What nobody held back before was freed before.
template <class E>
void check_nothing_is_freed(world<E> &w, std::int64_t bytes_before) {
    w.sweep_and_reclaim();
    w.require(faults::bytes_alive == bytes_before, "what it holds back is freed");
    w.require(is_flat<E> || w.map().stats().retired_objects != 0, "nothing is held back");
}

// An element is erased and dropped under an owned guard.
template <class E>
void outlive(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    const quiet now;
    std::optional<owned_guard> under(w.map().pin_owned());
    w.put(k.number, n);
    w.reclaim_all();
    const std::int64_t bytes = faults::bytes_alive;
    const auto found = w.map().find(k.wanted(), *under);
    const auto is_right = [&] { return found && E::number(*found) == (is_set<E> ? k.number : n); };
    w.require(is_right(), "what was put in is not found");
    w.remove(k.number);
    check_nothing_is_freed(w, bytes);
    w.require(is_right(), "what an owned guard protects has changed");
    under.reset();
    w.reclaim_all();
    w.require(w.held_back(w.here().domain) || w.map().stats().retired_objects == 0,
              "what was retired is not freed when its owned guard has ended");
}

// --- handles ---

template <class E>
void find_owned(world<E> &w) {
    const auto k = w.key();
    const auto there = w.here().value(k.number);
    typename side<E>::owned_handle found;
    if (!w.returns([&] { found = w.map().find_owned(k.wanted()); }))
        return;
    check_found(w, found, there);
    if (found)
        w.hold_owned(std::move(found), k.number, *there);
}

template <class E>
void extract_owned(world<E> &w) {
    const bool dropped = w.in.below(4) == 0;
    const auto k = w.key();
    const auto there = w.here().value(k.number);
    if (dropped)
        w.reclaim_all();
    const std::int64_t bytes = faults::bytes_alive;
    typename side<E>::owned_handle found;
    if (!w.returns([&] { found = w.map().extract_owned(k.wanted()); }))
        return;
    w.here().becomes(k.number, std::nullopt);
    check_found(w, found, there);
    if (!found)
        return;
    if (dropped)
        check_nothing_is_freed(w, bytes);
    w.hold_owned(std::move(found), k.number, *there);
}

template <class E>
void get_or_emplace_owned(world<E> &w) {
    const auto k = w.key();
    const unsigned n = w.fresh();
    const auto value = E::value(n);
    std::pair<typename side<E>::owned_handle, bool> got;
    if (!w.returns([&] { got = w.map().get_or_emplace_owned(k.wanted(), value); }))
        return;
    inserted(w, k.number, n, got.second);
    check_found(w, got.first, w.here().value(k.number));
    w.require_same(E::number(*got.first), w.here().value(k.number));
    w.hold_owned(std::move(got.first), k.number, *w.here().value(k.number));
}

template <class E>
void let_go_owned(world<E> &w) {
    auto &all = w.here().owned_handles;
    if (!all.empty())
        all.erase(all.begin() + w.in.below(static_cast<unsigned>(all.size())));
}

} // namespace ferry::fuzz
