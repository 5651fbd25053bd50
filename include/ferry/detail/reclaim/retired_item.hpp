// SPDX-License-Identifier: BSL-1.0
#pragma once

// An unlinked object that waits for its grace period, as one word, and the link word inside it.
//
//   item       | address of the object's link word (61, aligned to 8) | kind (3) |    0: none
//   link word  | next item (56) | low byte: the object's own, kept |
//
// Every object that can be retired has a link word of its own, so retiring allocates nothing. A box
// and a table have a word for this purpose alone. A dropped node uses its state word, which is
// final by then.

#include "ferry/detail/platform/atomic.hpp"

FERRY_DETAIL_BEGIN

using link_word = atomic<std::uint64_t>;

/// The kind of an object, from 1 to retired_kinds. The owner chooses the numbers; two of them mean
/// something here.
enum class retired_kind : unsigned {};
/// Other threads may write the low byte of the object's link word while the object waits.
inline constexpr retired_kind kind_with_shared_link{3};
/// Disposing of the object frees nothing, but retires it once more.
inline constexpr retired_kind kind_retired_again{4};

inline constexpr unsigned retired_kinds = 6;

class retired_item {
public:
    /// Most bits of the address of an object's link word.
    static constexpr unsigned address_bits = 56;

    constexpr retired_item() = default;
    retired_item(link_word &link, retired_kind kind) noexcept
        : bits_(reinterpret_cast<std::uintptr_t>(&link) | static_cast<unsigned>(kind)) {}

    static constexpr retired_item from_bits(std::uint64_t bits) noexcept {
        retired_item item;
        item.bits_ = bits;
        return item;
    }

    constexpr explicit operator bool() const noexcept { return bits_ != 0; }
    constexpr std::uint64_t bits() const noexcept { return bits_; }
    constexpr retired_kind kind() const noexcept { return static_cast<retired_kind>(bits_ & 7); }

    link_word &link() const noexcept {
        return *reinterpret_cast<link_word *>(bits_ & ~std::uint64_t{7});
    }

    /// The item after this one. Only for the thread that holds this item's list.
    retired_item next() const noexcept {
        return from_bits(link().load(relaxed) >> 8); // relaxed: ordered by the exchange of the list
    }

    /// Only for the thread that is about to push this item.
    void set_next(retired_item next) const noexcept {
        if (kind() == kind_with_shared_link) {
            // The end of the enclosing node may set a flag in the low byte meanwhile.
            // relaxed: the push that follows publishes it
            std::uint64_t word = link().load(relaxed);
            // Failure: that flag was set, which happens only once.
            // relaxed: as above
            while (!link().compare_exchange_weak(word, (next.bits_ << 8) | (word & 0xff), relaxed,
                                                 relaxed)) {
            }
        } else {
            // relaxed: no other thread writes it, and the push that follows publishes it
            const std::uint64_t low = link().load(relaxed) & 0xff;
            link().store((next.bits_ << 8) | low, relaxed); // relaxed: as above
        }
    }

private:
    std::uint64_t bits_ = 0;
};

FERRY_DETAIL_END
