// SPDX-License-Identifier: BSL-1.0
#pragma once

// Where values can be copied like memory, a node has two places for them: the one inside, and that
// of its box, once it has one. One holds the live value; when the value that was in the other is
// no longer protected by anyone's pin, the next value goes there. So a key whose value is replaced
// again and again goes back and forth between the two, and nothing is allocated or retired; and a
// key that is erased and inserted again gets its value where it was.
//
//   L1  Only one operation at a time may write to the free place: the one whose CAS took the
//       vacancy out of the state. The key's value is not changed by that.
//   L2  Nobody waits for it: others go on changing the state, with boxes of their own. The place
//       inside is the holder's for as long as it likes, since a state without vacancy lets nobody
//       else put a value there. A box is the holder's until another operation replaced or erased
//       the value inside, and retired the box.
//   L3  The hold ends with the operation. An operation that is stopped for ever keeps the place,
//       and all later values of that key get boxes of their own.
//   L4  No ABA: what a pinned thread read as the live value is not written to, and its word not
//       entered anew, while it is pinned: that takes grace_epochs + 1 epochs (Y1).

#include "ferry/detail/node/node.hpp"

FERRY_ENGINE_BEGIN

/// One operation's right to write to the free place of one node, which its pin protects.
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

    /// Whether the free place of `node` is this operation's, after an attempt to take it. `seen` is
    /// the node's state, read before the epoch `now`, and is the state by the end.
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
        node_ = &node; // A hold there was before ended with its box (L2), or its DROPPED node.
        box_ = seen.state() == value_state::live_inline ? seen.address() : 0;
        free_ = free;
        return true;
    }

    /// The place that is held.
    typename Node::value_type *place() const noexcept {
        return const_cast<typename Node::value_type *>(node_->place(box_ == 0, box_));
    }

    /// The word that makes the value there the live one, in place of `seen`; the place of that is
    /// left at the epoch `now`.
    value_word word_after(value_word seen, detail::epoch_value now) const noexcept {
        const vacancy left = seen.is_live() ? vacancy::since(now) : vacancy{};
        return value_word(box_ != 0 ? value_state::live_box : value_state::live_inline,
                          seen.address())
            .with(left);
    }

    /// The value there was made the live one.
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
    std::uint64_t box_ = 0; ///< the box that is held, or 0: the place inside
    vacancy free_;
};

FERRY_ENGINE_END
