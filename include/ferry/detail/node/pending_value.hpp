// SPDX-License-Identifier: BSL-1.0
#pragma once

// The value that an operation wants to put into the map. It is made once, only when it is needed,
// and in the shape that its destination needs. Values need not be movable. So a value that was made
// in one shape and is needed in another stays where it is:
//
//   needed for         nothing made yet      a box was made           a node was made
//   a new node         node, value inside    node around the box      that node
//   an existing node   box                   that box                 the node, as LIVE_SPARE
//
// A value that is out of date can be forgotten; it is then made again. A node that was made for it
// stays, without a value (bare), and gets the next value in a box. What is not published when the
// operation ends is freed.

#include "ferry/detail/node/node_memory.hpp"

FERRY_ENGINE_BEGIN

/// `MakeKey`: make_key(Key *place). `MakeValue`: make_value(T *place), as for make_at.
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

    /// The node to link; nullptr: there is nothing to put into the map. The value is made first,
    /// because the user's function may read the key that the node's key is then moved from.
    Node *as_node() {
        if (node_ == nullptr) {
            node_ =
                box_ != nullptr
                    ? memory_.make_node(hash_, make_key_, live_word(value_state::live_box, box_),
                                        [](auto *) noexcept {})
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

    /// The node that was made, or nullptr. Once it is made, its key is the operation's key: the key
    /// that was given may have been moved from.
    const Node *made_node() const noexcept { return node_; }

    /// Makes the value, if it is not made yet.
    making make_value() {
        const bool made =
            std::is_same_v<value_type, no_value> || has_spare() || as_value().bits() != 0;
        return made ? making::done : making::declined;
    }

    /// Discards the value, which is out of date. It is made again when it is needed. The key stays.
    void forget_value() noexcept {
        if (has_spare() && box_ == nullptr) {
            memory_.forget_first_value(node_);
        }
        if (box_ != nullptr) {
            memory_.free_box(std::exchange(box_, nullptr));
        }
        bare_ = node_ != nullptr;
    }

    /// The word of the value for an existing node; 0: there is nothing to put into the map.
    value_word as_value() {
        if constexpr (std::is_same_v<value_type, no_value>) {
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

    /// The word of as_value() became a node's state.
    void published(value_word) noexcept {
        if constexpr (std::is_same_v<value_type, no_value>) {
            return;
        }
        if (box_ == nullptr) {
            node_ = nullptr;
            return;
        }
        box_ = nullptr;
        if (node_ != nullptr) {
            memory_.free_node(std::exchange(node_, nullptr)); // this node was made around the box
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
