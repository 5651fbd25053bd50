// SPDX-License-Identifier: BSL-1.0
#pragma once

// One input: the operations its bytes stand for, each checked, and the end of everything.

#include "computes.hpp"
#include "copies.hpp"
#include "insertions.hpp"
#include "lookups.hpp"
#include "many.hpp"
#include "owned.hpp"
#include "removals.hpp"
#include "updates.hpp"
#include "upkeep.hpp"
#include "whole.hpp"

#include <iterator>

namespace ferry::fuzz {

template <class E>
struct operation {
    const char *name;
    void (*perform)(world<E> &);
};

// The next operation throws at this of its points.
template <class E>
void fail_next(world<E> &w) {
    w.fails_at = 1 + w.in.take() % 48;
}
template <class E>
void no_memory_next(world<E> &w) {
    w.memory_for = w.in.below(8);
}

template <class E>
void perform(world<E> &w, const operation<E> &chosen) {
    w.operation = chosen.name;
    tell([&] { return std::string(chosen.name); });
    chosen.perform(w);
}

// What came later, behind one byte more: the others keep their numbers, and old inputs their
// meaning.
template <class E>
inline constexpr operation<E> more_common_operations[] = {
    {"pin_owned", &pin_owned<E>},
    {"unpin an owned guard", &unpin_owned<E>},
    {"move an owned guard", &move_owned<E>},
    {"refresh an owned guard", &refresh_owned<E>},
    {"find under an owned guard", &find_owned_guarded<E>},
    {"items under an owned guard", &items_owned<E>},
    {"erase under an owned guard", &outlive<E>},
    {"find_owned", &find_owned<E>},
    {"extract_owned", &extract_owned<E>},
    {"let go of an owned handle", &let_go_owned<E>},
    {"insert_many", &insert_many<E>},
    {"erase_many", &erase_many<E>},
    {"erase_if of some", &erase_some_if<E>},
    {"erase_if of some", &erase_some_if<E>},
    {"drain", &drain<E>},
    {"sample", &sample<E>},
    {"compare", &compare<E>},
    {"maintain", &maintain<E>},
};

template <class E>
void more_common(world<E> &w) {
    perform(w, more_common_operations<E>[w.in.below(std::size(more_common_operations<E>))]);
}

template <class E>
inline constexpr operation<E> common_operations[] = {
    {"insert", &insert<E>},
    {"insert", &insert<E>},
    {"insert_range", &insert_range<E>},
    {"erase",
     [](world<E> &w) {
         const auto k = w.key();
         std::size_t said = 0;
         if (w.returns([&] { said = w.map().erase(k.wanted()); })) {
             w.require(said == w.here().oracle.count(k.number), "the wrong answer");
             w.here().becomes(k.number, std::nullopt);
         }
     }},
    {"extract",
     [](world<E> &w) {
         const auto k = w.key();
         typename side<E>::handle found;
         if (w.returns([&] { found = w.map().extract(k.wanted()); })) {
             const auto there = w.here().value(k.number);
             w.require(static_cast<bool>(found) == there.has_value(), "the wrong answer");
             w.here().becomes(k.number, std::nullopt);
             if (found)
                 w.hold(std::move(found), k.number, *there);
         }
     }},
    {"contains", &contains<E>},
    {"count", &count<E>},
    {"visit", &visit<E>},
    {"find", &find<E>},
    {"find under a guard", &find_guarded<E>},
    {"for_each", &for_each<E>},
    {"for_each_while", &for_each_while<E>},
    {"items", &items<E>},
    {"snapshot", &snapshot<E>},
    {"clear", &clear<E>},
    {"erase_if of all", &erase_all_if<E>},
    {"reserve", &reserve<E>},
    {"shrink_to_fit", &shrink_to_fit<E>},
    {"migrate", &migrate<E>},
    {"reclaim", &reclaim<E>},
    {"stats", &stats<E>},
    {"look at everything", &inspect<E>},
    {"pin", &pin<E>},
    {"unpin", &unpin<E>},
    {"move a guard", &move_guard<E>},
    {"refresh", &refresh<E>},
    {"let go", &let_go<E>},
    {"let go of all", &let_go_of_all<E>},
    {"make", &make_again<E>},
    {"turn to the other", &turn_to_other<E>},
    {"swap", &swap_maps<E>},
    {"move", &move_map<E>},
    {"take the other", &take_other<E>},
    {"fail next", &fail_next<E>},
    {"more", &more_common<E>},
    {"no memory next", &no_memory_next<E>},
};

// What sets do not have.
template <class E>
inline constexpr operation<E> more_map_operations[] = {
    {"at", &at<E>},
    {"value_or", &value_or<E>},
    {"visit with the key", &visit_element<E>},
    {"emplace", &emplace<E>},
    {"emplace_or_assign", &emplace_or_assign<E>},
    {"insert_or_assign_with", &insert_or_assign_with<E>},
    {"get_or_emplace_owned", &get_or_emplace_owned<E>},
    {"update that may decline", &update_or_decline<E>},
    {"update_and_get", &update_and_get<E>},
    {"update_many", &update_many<E>},
    {"upsert that may decline", &upsert_or_decline<E>},
    {"upsert_and_get", &upsert_and_get<E>},
    {"compute_and_get", &compute_and_get<E>},
    {"snapshot_map", &snapshot_map<E>},
};

template <class E>
void more_of_maps(world<E> &w) {
    perform(w, more_map_operations<E>[w.in.below(std::size(more_map_operations<E>))]);
}

template <class E>
inline constexpr operation<E> map_operations[] = {
    {"get", &get<E>},
    {"visit_many", &visit_many<E>},
    {"insert_or_assign", &insert_or_assign<E>},
    {"more", &more_of_maps<E>},
    {"exchange", &exchange<E>},
    {"get_or_emplace", &get_or_emplace<E>},
    {"get_or_emplace_with", &get_or_emplace_with<E>},
    {"update", &update<E>},
    {"upsert", &upsert<E>},
    {"compute", &compute<E>},
    {"compute", &compute<E>},
    {"compare_exchange", &compare_exchange<E>},
    {"compare_erase", &compare_erase<E>},
    {"erase_if", &erase_if<E>},
};

template <class E>
void perform_one(world<E> &w) {
    constexpr unsigned common = std::size(common_operations<E>);
    if constexpr (is_set<E>) {
        perform(w, common_operations<E>[w.in.below(common)]);
    } else {
        const unsigned chosen = w.in.below(common + std::size(map_operations<E>));
        perform(w, chosen < common ? common_operations<E>[chosen]
                                   : map_operations<E>[chosen - common]);
    }
}

// Nobody is pinned: what was retired goes, and so do the maps.
template <class E>
void finish(world<E> &w) {
    w.operation = "the end";
    for (side<E> &each : w.sides) {
        w.inspect(each);
        each.let_go();
    }
    w.guards.clear();
    w.owned_guards.clear();
    for (side<E> &each : w.sides) {
        each.map->reclaim();
        each.map->reclaim();
        const map_stats left = each.map->stats();
        w.require(left.retired_objects == 0 && left.retired_bytes == 0,
                  "what was retired is not freed when nobody is pinned");
        destroy(w, each);
    }
    w.require(faults::objects_alive == 0,
              "objects are left: " + std::to_string(faults::objects_alive));
    w.require(faults::bytes_alive == 0, "memory is left: " + std::to_string(faults::bytes_alive));
}

// Larger inputs show nothing that smaller ones do not, and take long.
inline constexpr unsigned most_operations = 600;

template <class E>
void play(bytes &in) {
    world<E> w(in);
    make(w, w.sides[0]);
    make(w, w.sides[1]);
    for (unsigned i = 0; i != most_operations && !in.ended(); ++i) {
        perform_one(w);
        w.check_after_operation();
    }
    finish(w);
}

} // namespace ferry::fuzz
