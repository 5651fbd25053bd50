// SPDX-License-Identifier: BSL-1.0
#pragma once

// As pending_value, for values that can be copied like memory. The value is made once and copied to
// wherever it is needed.
//
//   needed for         nothing made yet      a value was made      a node was made
//   a new node         node, value inside    node, a copy inside   that node
//   an existing node   value, then a copy    a copy                a copy of the node's

#include "ferry/detail/node/copied_value.hpp"

FERRY_ENGINE_BEGIN

/// `MakeKey`, `MakeValue`: as for pending_value.
template <class Memory, class Node, class MakeKey, class MakeValue>
class pending_copy : public copied_value<Memory, Node> {
    using base = copied_value<Memory, Node>;
    using base::memory_;

public:
    pending_copy(Memory &memory, std::uint64_t hash, MakeKey &make_key,
                 MakeValue &make_value) noexcept
        : base(memory), hash_(hash), make_key_(make_key), make_value_(make_value) {}

    ~pending_copy() {
        if (node_ != nullptr) [[unlikely]] {
            memory_.free_node(node_);
        }
    }

    /// The node to link; nullptr: there is nothing to put into the map. The value is made first,
    /// because the user's function may read the key that the node's key is then moved from.
    Node *as_node() {
        if (node_ == nullptr) {
            const auto copy_there = [this](auto *to) noexcept { base::copy(to); };
            const auto state = value_word::live_inline();
            node_ = made_ ? memory_.make_node(hash_, make_key_, state, copy_there)
                          : memory_.make_node(hash_, make_key_, state, make_value_);
        } else if (bare_) {
            if (make_value() == making::declined) {
                return nullptr;
            }
            base::copy(node_->first.address());
            bare_ = false;
        }
        return node_;
    }

    /// The node that was made, or nullptr. Once it is made, its key is the operation's key: the key
    /// that was given may have been moved from.
    const Node *made_node() const noexcept { return node_; }

    /// The node was linked.
    void node_published() noexcept { node_ = nullptr; }

    /// Makes the value, if it is not made yet.
    making make_value() {
        if (!made_) {
            if (node_ != nullptr && !bare_) {
                base::assign(base::place(), node_->first.address());
            } else if (make_at(make_value_, base::place()) == making::declined) {
                return making::declined;
            }
            made_ = true;
        }
        return making::done;
    }

    /// Discards the value, which is out of date. It is made again when it is needed. The key stays.
    void forget_value() noexcept {
        made_ = false;
        bare_ = node_ != nullptr;
    }

private:
    const std::uint64_t hash_;
    MakeKey &make_key_;
    MakeValue &make_value_;
    Node *node_ = nullptr;
    bool made_ = false;
    bool bare_ = false; ///< the node's value is out of date
};

FERRY_ENGINE_END
