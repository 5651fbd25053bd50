// SPDX-License-Identifier: BSL-1.0
#pragma once

// An item's bytes, in one block that its owners share and that is freed with the last of them. So a
// new item with the same bytes, such as one with another expiry, copies none, and a function that a
// map calls again can give the same bytes again.
//
//   | owners | size | bytes ... | \r\n |

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace ferry::service {

class shared_bytes {
public:
    static constexpr std::size_t line_end = 2; // the bytes of "\r\n"

    shared_bytes() noexcept = default;

    // `size` bytes and a line end, which its only owner is to fill in.
    static shared_bytes of_size(std::size_t size) {
        void *const place = ::operator new(sizeof(header) + size + line_end);
        return shared_bytes(::new (place) header{{1}, static_cast<std::uint32_t>(size)});
    }
    // Those of `first`, and behind them those of `second`.
    static shared_bytes joined(std::string_view first, std::string_view second) {
        shared_bytes made = of_size(first.size() + second.size());
        char *to = made.place();
        // Neither copies nothing from a null pointer.
        to += first.copy(to, first.size());
        to += second.copy(to, second.size());
        std::memcpy(to, "\r\n", line_end);
        return made;
    }

    shared_bytes(const shared_bytes &other) noexcept : block_(other.block_) {
        // relaxed: the block is visible to whoever has an owner to copy
        if (block_ != nullptr)
            block_->owners.fetch_add(1, std::memory_order_relaxed);
    }
    shared_bytes(shared_bytes &&other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    shared_bytes &operator=(shared_bytes other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~shared_bytes() {
        // acq_rel: whoever frees the block comes after all who read it
        if (block_ != nullptr && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1)
            ::operator delete(block_);
    }

    std::size_t size() const noexcept { return block_ == nullptr ? 0 : block_->size; }
    std::string_view text() const noexcept { return {bytes(), size()}; }
    std::string_view with_line_end() const noexcept {
        return {bytes(), block_ == nullptr ? 0 : size() + line_end};
    }

    // Where the bytes and the line end go, while there is one owner.
    char *place() noexcept { return reinterpret_cast<char *>(block_ + 1); }

private:
    struct header {
        std::atomic<std::uint32_t> owners;
        std::uint32_t size;
    };

    explicit shared_bytes(header *block) noexcept : block_(block) {}

    const char *bytes() const noexcept {
        return block_ == nullptr ? nullptr : reinterpret_cast<const char *>(block_ + 1);
    }

    header *block_ = nullptr;
};

} // namespace ferry::service
