// SPDX-License-Identifier: BSL-1.0
#pragma once

// Frees what a test published by the map's own functions: each part as the retired item that it is.

#include <ferry/detail/node/dispose.hpp>

namespace ferry::test {

/// What the map's functions need of its core for that.
template <class Memory, class Node>
struct memory_owner {
    using node_type = Node;

    Memory &memory() noexcept { return of; }

    Memory &of;
};

/// A box that is a live value no more.
template <class Node, class Memory>
void free_retired_box(Memory &memory, typename Node::box_type *box) {
    memory_owner<Memory, Node> owner{memory};
    engine::free_item(owner, detail::retired_item(box->link, ferry::engine::retired::box));
}

/// A node that served as a box.
template <class Memory, class Node>
void free_retired_spare(Memory &memory, Node *spare) {
    memory_owner<Memory, Node> owner{memory};
    engine::free_item(owner,
                      detail::retired_item(spare->state.link(), ferry::engine::retired::spare));
}

/// A node that was linked: its live value, then itself, or the other way round.
enum class freed_first { value, node };

template <class Memory, class Node>
void free_linked(Memory &memory, Node *linked, freed_first first = freed_first::value) {
    memory_owner<Memory, Node> owner{memory};
    const engine::value_word state = linked->state.load();
    const auto free_node = [&] {
        engine::free_item(
            owner, detail::retired_item(linked->state.link(), ferry::engine::retired::node_again));
    };
    if (first == freed_first::node)
        free_node();
    if (state.owns_box())
        free_retired_box<Node>(memory, Node::box_at(state.address()));
    if constexpr (Node::retires_value) {
        if (state.state() == engine::value_state::live_inline)
            engine::free_item(
                owner, detail::retired_item(linked->parts.word, ferry::engine::retired::value));
    }
    if (first == freed_first::value)
        free_node();
}

} // namespace ferry::test
