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
// A value that is out of date may be forgotten, and is made again; a node that was made stays,
// bare, and is needed as one around a box then. What is not published when the operation ends is
// freed.

#include "ferry/detail/node/node_memory.hpp"

FERRY_ENGINE_BEGIN

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
            if (box_ != nullptr || bare_) {
                memory_.free_node(node_);
            } else {
                memory_.free_spare(node_);
            }
        }
    }

    /// The node to link, or nullptr when there is nothing to put into the map. The value is made
    /// before the key, so that the user's function still sees the key it may have been given.
    Node *as_node() {
        if (node_ == nullptr) {
            node_ =
                box_ != nullptr
                    ? memory_.make_node(hash_, make_key_, live_word(value_state::live_box, box_),
                                        [](auto *) noexcept { return true; })
                    : memory_.make_node(hash_, make_key_, value_word::live_inline(), make_value_);
        } else if (bare_) {
            const value_word boxed = as_value();
            if (boxed.bits() == 0) {
                return nullptr;
            }
            node_->state.reset(boxed);
            bare_ = false;
        }
        return node_;
    }

    /// The node that was made, if one was: its key is the key then, which may have been moved.
    const Node *made_node() const noexcept { return node_; }

    /// Makes the value, if it is not made yet; false when there is none to put.
    bool make_value() {
        return std::is_same_v<value_type, unit> || has_spare() || as_value().bits() != 0;
    }

    /// What the value was made from is out of date: it is to be made again. The key stays.
    void forget_value() noexcept {
        if (has_spare() && box_ == nullptr) {
            memory_.forget_first_value(node_);
        }
        if (box_ != nullptr) {
            memory_.free_box(std::exchange(box_, nullptr));
        }
        bare_ = node_ != nullptr;
    }

    /// The word of a value outside the node it is for; 0 when there is none to put.
    value_word as_value() {
        if constexpr (std::is_same_v<value_type, unit>) {
            return value_word::live_inline(); // a set's values are all alike
        }
        if (box_ == nullptr && has_spare()) {
            return live_word(value_state::live_spare, node_);
        }
        if (box_ == nullptr) {
            box_ = memory_.make_box(make_value_);
            if (box_ == nullptr) {
                return value_word{};
            }
        }
        return live_word(value_state::live_box, box_);
    }

    /// The node was linked.
    void node_published() noexcept {
        node_ = nullptr;
        box_ = nullptr;
    }

    /// The word of as_value() was made a node's live value.
    void published(value_word) noexcept {
        if constexpr (std::is_same_v<value_type, unit>) {
            return;
        }
        if (box_ == nullptr) {
            node_ = nullptr;
            return;
        }
        box_ = nullptr;
        if (node_ != nullptr) {
            memory_.free_node(std::exchange(node_, nullptr)); // it was made around the box
        }
    }

private:
    /// Whether there is a node with a value.
    bool has_spare() const noexcept { return node_ != nullptr && !bare_; }

    Memory &memory_;
    const std::uint64_t hash_;
    MakeKey &make_key_;
    MakeValue &make_value_;
    Node *node_ = nullptr;
    box_type *box_ = nullptr;
    bool bare_ = false; ///< the node has a key and no value
};

FERRY_ENGINE_END
