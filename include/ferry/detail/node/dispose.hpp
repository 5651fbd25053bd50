// SPDX-License-Identifier: BSL-1.0
#pragma once

// The end of a map's objects: of one that it retired, and of all that it owns at once.
//
// `Core` is the engine's core (node/core.hpp): memory, settings, stripes, root.

#include "ferry/detail/chain/dispose.hpp"
#include "ferry/detail/node/fetch_ahead.hpp"
#include "ferry/detail/node/node.hpp"
#include "ferry/detail/reclaim/thread_record.hpp"

#include <algorithm>
#include <memory>

FERRY_ENGINE_BEGIN

/// Frees a node whose second grace period is over.
template <class Core>
void free_dropped_node(Core &core, typename Core::node_type *old) noexcept {
    if constexpr (Core::node_type::retires_value) {
        core.memory().destroy_key(old);
        if (old->parts.part_gone(old->parts.node_gone)) { // N2
            core.memory().deallocate(old);
        }
    } else {
        core.memory().free_node(old);
    }
}

/// Frees an object to which no thread can hold a reference.
template <class Core>
void free_item(Core &core, detail::retired_item item) noexcept {
    using node_type = typename Core::node_type;
    detail::link_word &link = item.link();
    switch (item.kind()) {
    case retired::box:
        core.memory().free_box(node_type::of_box_link(link));
        break;
    case retired::spare:
        core.memory().free_spare(node_type::of_state_link(link));
        break;
    case retired::value:
        if constexpr (node_type::retires_value) {
            node_type *of = node_type::of_value_link(link);
            core.memory().destroy_first_value(of);
            if (of->parts.part_gone(of->parts.value_gone)) { // N2
                core.memory().deallocate(of);
            }
        }
        break;
    case retired::node_again:
        engine::free_dropped_node(core, node_type::of_state_link(link));
        break;
    case retired::table:
        table::free(table::of_garbage_link(link));
        break;
    }
}

/// Turns links to a dropped node into tombstones: those of helpers that were lost in a fork before
/// they undid them. The node's first grace period is over, its second has not begun, and the caller
/// is pinned.
///
///   The links.    A helper that links a dropped node read its state before the drop. It stays
///                 pinned until it has undone the link (settle.hpp). The first grace period cannot
///                 end while it is pinned. So it has undone its link, or it was lost in a fork
///                 before that end. In the second case we see that threads were lost. We see the
///                 link, too: it was in the memory that the fork copied.
///   No others.    Lost threads do nothing more. Living threads that pin now read DROPPED before
///                 they would link.
///   The tables.   We scan from the present root on. A thread that loads the root after the label
///                 of the second period cannot reach an earlier table, as with anything that was
///                 unlinked before a label. If our root is no longer the present one, we only scan
///                 more. On the path no EMPTY or SEALED slot comes before a link (P1), so the scan
///                 meets the link.
///   The readers.  A reader that found the link earlier pinned before the second period's label.
///   The hash.     The key, or the kept hash, lives until the second period is over.
template <class Core>
void unlink_late_links(Core &core, typename Core::node_type &dropped) noexcept {
    const std::uint64_t hash = core.hash_of(dropped);
    unlink_dropped(core.root(), core.link_to(&dropped, hash), hash);
}

/// Ends an object whose grace period is over. A dropped node whose first period is over begins its
/// second.
template <class Core>
void dispose(Core &core, detail::thread_record &self, detail::retired_item item) noexcept {
    if (item.kind() == retired::node) {
        if (core.may_have_lost_threads()) {
            engine::unlink_late_links(core, *Core::node_type::of_state_link(item.link()));
        }
        // Reads the label of the second period, after the unlinking.
        const auto seat = core.seat_of(self);
        seat.stripe.garbage.retire(detail::retired_item(item.link(), retired::node_again),
                                   core.domain(), seat.owned);
    } else {
        engine::free_item(core, item);
    }
}

/// The numbers and bytes of the engine's objects.
template <class Core>
object_counts count_objects(const Core &core) noexcept {
    using node_type = typename Core::node_type;
    constexpr std::size_t box_bytes = sizeof(typename node_type::box_type);
    object_counts sum;
    core.stripes().for_each([&](const auto &each) {
        const auto retired = [&](detail::retired_kind kind, std::size_t bytes) {
            const std::int64_t pending = each.garbage.pending(kind);
            const auto count = static_cast<std::size_t>(std::max<std::int64_t>(pending, 0));
            sum.retired += count;
            sum.retired_bytes += count * bytes;
        };
        retired(retired::box, box_bytes);
        retired(retired::value, 0); // a part of a node
        for (const detail::retired_kind kind :
             {retired::spare, retired::node, retired::node_again}) {
            retired(kind, sizeof(node_type));
        }
    });
    sum.linked_bytes = core.sum(&node_counts::nodes) * sizeof(node_type) +
                       core.sum(&node_counts::boxes) * box_bytes;
    return sum;
}

/// Frees the live value of a node, and its box if that is free.
template <class Core>
void free_live_value(Core &core, typename Core::node_type *of, value_word state) noexcept {
    using node_type = typename Core::node_type;
    switch (state.state()) {
    case value_state::live_inline:
        core.memory().destroy_first_value(of);
        if (state.owns_box()) {
            core.memory().free_box(node_type::box_at(state.address()));
        }
        break;
    case value_state::live_box:
        core.memory().free_box(node_type::box_at(state.address()));
        break;
    case value_state::live_spare:
        core.memory().free_spare(node_type::at(state.address()));
        break;
    default:
        break; // its value was garbage
    }
}

/// Frees the elements and the garbage, and allocates nothing. No thread may use the map, or hold a
/// reference into it, any more. The tables stay. Values are freed first. Nodes are put on a list
/// through their state words and freed last. Each is put there once, however many tables link it,
/// and also if it is garbage. In a map with one table, linked nodes are freed on the way.
template <class Core>
void free_contents(Core &core) noexcept {
    using node_type = typename Core::node_type;
    constexpr std::size_t buckets_ahead = 2;
    // In a child of fork the count includes handles of lost threads, which never end.
    FERRY_ASSERT(core.settings().handles.load() == 0 || core.may_have_lost_threads(),
                 "a map was destroyed while a handle of it lives: let handles end before "
                 "their map");
    node_type *claimed = nullptr;
    const auto claim = [&claimed](node_type *taken) noexcept {
        taken->state.reset(
            value_word(value_state::claimed, reinterpret_cast<std::uintptr_t>(claimed)));
        claimed = taken;
    };
    const auto end_of = [&](detail::retired_item item) noexcept {
        switch (item.kind()) {
        case retired::node:
        case retired::node_again:
            claim(node_type::of_state_link(item.link()));
            break;
        default:
            engine::free_item(core, item);
        }
    };
    engine::end_garbage(core, end_of);
    const bool linked_once = core.root()->next() == nullptr;
    for (table *each = core.root(); each != nullptr; each = each->next()) {
        const std::size_t buckets = each->shape().buckets();
        for (std::size_t b = 0; b < buckets; ++b) {
            engine::prefetch_nodes(core, each->bucket_at(std::min(b + buckets_ahead, buckets - 1)));
            for (const slot &at : each->bucket_at(b).slots) {
                const slot_word word = at.load();
                if (!word.is_link()) {
                    continue;
                }
                node_type *linked = core.node_at(word);
                const value_word state = linked->state.load();
                if (state.state() == value_state::claimed) {
                    continue;
                }
                engine::free_live_value(core, linked, state);
                if (linked_once) {
                    core.memory().free_node(linked);
                } else {
                    claim(linked);
                }
            }
        }
    }
    while (claimed != nullptr) {
        node_type *next = node_type::at(claimed->state.load().address());
        core.memory().free_node(claimed);
        claimed = next;
    }
}

FERRY_ENGINE_END
