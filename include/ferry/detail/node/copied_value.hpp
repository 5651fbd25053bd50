// SPDX-License-Identifier: BSL-1.0
#pragma once

// A value that can be copied like memory, on its way to become a node's live value. The operation
// keeps it until it knows whether the value goes into the node's free place or into a new box.

#include "ferry/detail/node/node_memory.hpp"
#include "ferry/detail/node/place_hold.hpp"
#include "ferry/detail/platform/copy.hpp"

FERRY_ENGINE_BEGIN

template <class Memory, class Node>
class copied_value {
public:
    using value_type = typename Node::value_type;
    using box_type = typename Node::box_type;

    explicit copied_value(Memory &memory) noexcept : memory_(memory) {}

    copied_value(const copied_value &) = delete;
    copied_value &operator=(const copied_value &) = delete;

    ~copied_value() {
        if (box_ != nullptr) [[unlikely]] {
            memory_.deallocate(box_);
        }
    }

    /// Where the value is made. It may be made again there.
    value_type *place() noexcept { return std::addressof(value_); }

    void copy(value_type *to) const noexcept { assign(to, std::addressof(value_)); }

    /// The word of a box with a copy of the value.
    value_word in_box() {
        const auto copy_there = [this](value_type *to) noexcept { copy(to); };
        if (box_ == nullptr) {
            box_ = memory_.make_box(copy_there);
        } else {
            copy(std::addressof(box_->value));
        }
        return live_word(value_state::live_box, box_);
    }

    /// `word`, of in_box() or of the held place, is in the map.
    void published(value_word word) noexcept {
        if (box_ != nullptr && word.address() == reinterpret_cast<std::uintptr_t>(box_)) {
            box_ = nullptr;
        } else {
            hold.spent();
        }
    }

    place_hold<Node> hold;

protected:
    static void assign(value_type *to, const value_type *from) noexcept {
        detail::copy_bytes(to, from, sizeof(value_type));
    }

    Memory &memory_;

private:
    union {
        value_type value_;
    };
    box_type *box_ = nullptr;
};

FERRY_ENGINE_END
