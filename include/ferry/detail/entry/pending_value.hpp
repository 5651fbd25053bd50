// SPDX-License-Identifier: BSL-1.0
#pragma once

// The value an operation wants to put into the map, made once and only when it is needed, in
// whatever shape the place it ends up in asks for. Values need not be movable, so a value that
// was made for one shape and is needed in another keeps its place:
//
//   needed as        nothing made yet      a box was made           a node was made
//   a new node       node, value inside    node around the box      that node
//   another value    box                   that box                 the node, as LIVE_SPARE
//
// What is not published when the operation ends is freed.

#include "ferry/detail/entry/node_memory.hpp"

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// `MakeKey`: make_key(Key* place). `MakeValue`: bool make_value(T* place); false: nothing was
/// made, and nothing is to be put into the map.
template <class Memory, class Node, class MakeKey, class MakeValue>
class pending_value {
public:
    using value_type = typename Node::value_type;
    using box_type = typename Node::box_type;

    pending_value(Memory &memory, std::uint64_t hash, MakeKey &make_key,
                  MakeValue &make_value) noexcept
        : memory_(memory), hash_(hash), make_key_(make_key), make_value_(make_value) {}

    pending_value(const pending_value &) = delete;
    pending_value &operator=(const pending_value &) = delete;

    ~pending_value() {
        if (box_ != nullptr) {
            memory_.free_box(box_);
        }
        if (node_ != nullptr) {
            if (value_in_node_) {
                memory_.free_spare(node_);
            } else {
                memory_.free_node(node_);
            }
        }
    }

    /// The node to link, or nullptr when there is nothing to put into the map.
    Node *as_node() {
        if (node_ == nullptr) {
            node_ = memory_.make_node(hash_, make_key_);
        }
        if (box_ != nullptr) {
            node_->state.reset(live_word(value_state::live_box, box_));
            if constexpr (Node::retires_value) {
                // relaxed: the link publishes it; there is no first value to wait for (N2)
                node_->parts.word.store(node_->parts.value_gone, detail::relaxed);
            }
        } else if (!value_in_node_) {
            if (!make_first_value()) {
                return nullptr;
            }
            value_in_node_ = true;
        }
        return node_;
    }

    /// The node that was made, if one was: its key is the key then, which may have been moved.
    const Node *made_node() const noexcept { return node_; }

    /// The word of a value outside the node it is for; 0 when there is none to put.
    value_word as_value() {
        if constexpr (std::is_same_v<value_type, unit>) {
            return value_word::live_inline(); // a set's values are all alike
        }
        if (value_in_node_) {
            return live_word(value_state::live_spare, node_);
        }
        if (box_ == nullptr) {
            box_type *made = memory_.make_box();
            bool done = false;
            struct undo {
                Memory &memory;
                box_type *object;
                bool &done;
                ~undo() {
                    if (!done) {
                        memory.deallocate(object);
                    }
                }
            } undo{memory_, made, done};
            done = make_value_(&made->value);
            if (!done) {
                return value_word{};
            }
            box_ = made;
        }
        return live_word(value_state::live_box, box_);
    }

    /// The node was linked.
    void node_published() noexcept {
        node_ = nullptr;
        box_ = nullptr;
    }

    /// The word of as_value() was made a node's live value.
    void value_published() noexcept {
        if constexpr (std::is_same_v<value_type, unit>) {
            return;
        }
        if (box_ != nullptr) {
            box_ = nullptr;
        } else {
            node_ = nullptr;
        }
    }

private:
    bool make_first_value() {
        if constexpr (std::is_same_v<value_type, unit>) {
            return make_value_(static_cast<unit *>(nullptr));
        } else {
            return make_value_(node_->first.address());
        }
    }

    Memory &memory_;
    const std::uint64_t hash_;
    MakeKey &make_key_;
    MakeValue &make_value_;
    Node *node_ = nullptr;
    box_type *box_ = nullptr;
    bool value_in_node_ = false;
};

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
