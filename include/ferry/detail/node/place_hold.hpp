// SPDX-License-Identifier: BSL-1.0
#pragma once

// If values can be copied like memory, a node has two places for them once it has a box: the one
// inside it and the one in the box. One of them holds the live value. The next value goes to the
// other place as soon as no pin protects the value that was there. So a key whose value is replaced
// again and again alternates between its places, and nothing is allocated or retired. A key that is
// erased and inserted again gets its value where it was.
//
//   L1  At most one operation may write to the free place: the one whose CAS took the vacancy out
//       of the state. That CAS does not change the key's value.
//   L2  No operation waits for the holder. Others go on changing the state, with boxes of their
//       own. The place inside belongs to the holder until it ends its hold, because a state without
//       a vacancy lets no other operation put a value there. A box belongs to the holder until
//       another operation replaces or erases the value inside, and retires the box.
//   L3  The hold ends with the operation. An operation that stops forever keeps the place: later
//       values of that key get boxes, if it was the place inside the node.
//   L4  No ABA: while a thread is pinned, a value that it read as the live one is not overwritten,
//       and its word is not entered again. Either would take grace_epochs + 1 epochs (Y1).

#include "ferry/detail/node/node.hpp"

FERRY_ENGINE_BEGIN

/// One operation's right to write to the free place of a node. Its pin protects the node.
template <class Node>
class place_hold {
public:
    place_hold() = default;
    place_hold(const place_hold &) = delete;
    place_hold &operator=(const place_hold &) = delete;

    ~place_hold() {
        if (node_ != nullptr) [[unlikely]] {
            give_back();
        }
    }

    /// Tries to take the free place of `node`. True: this operation holds it, perhaps since an
    /// earlier call. `seen` is the node's state, read before the epoch `now`; on return it is the
    /// state that was seen last.
    bool take(Node &node, value_word &seen, detail::epoch_value now) noexcept {
        if (node_ == &node && (box_ == 0 || has_box(seen))) [[unlikely]] {
            return true;
        }
        const vacancy free = seen.vacancy();
        const value_word held = seen.with(vacancy{});
        // Failure: another thread changed the key or took the place.
        if (!free.is_over(now) || !node.state.try_change(seen, held)) {
            return false;
        }
        seen = held;
        node_ = &node; // an earlier hold ended with its box (L2), or its DROPPED node
        box_ = seen.state() == value_state::live_inline ? seen.address() : 0;
        free_ = free;
        return true;
    }

    /// The place that is held.
    typename Node::value_type *place() const noexcept {
        return const_cast<typename Node::value_type *>(node_->place(box_ == 0, box_));
    }

    /// The word that replaces `seen` and makes the value in the held place the live one. Its
    /// vacancy says that the place of the value of `seen` is free since the epoch `now`.
    value_word word_after(value_word seen, detail::epoch_value now) const noexcept {
        const vacancy left = seen.is_live() ? vacancy::since(now) : vacancy{};
        return value_word(box_ != 0 ? value_state::live_box : value_state::live_inline,
                          seen.address())
            .with(left);
    }

    /// The value in the held place became the live one.
    void spent() noexcept { node_ = nullptr; }

private:
    /// Whether the box that is held is still the node's.
    bool has_box(value_word seen) const noexcept {
        return seen.state() == value_state::live_inline && seen.address() == box_;
    }

    [[gnu::cold, gnu::noinline]] void give_back() noexcept {
        value_word seen = node_->state.load();
        // Failure: another thread changed the key, and made progress.
        while (!seen.is_dropped() && (box_ == 0 || has_box(seen)) &&
               !node_->state.try_change(seen, seen.with(free_))) {
        }
    }

    Node *node_ = nullptr;
    std::uint64_t box_ = 0; ///< the box that is held; 0: the place inside
    vacancy free_;
};

FERRY_ENGINE_END
