// SPDX-License-Identifier: BSL-1.0
#include "sched/shadow.hpp"

#include <algorithm>

namespace ferry::model {

alignas(4096) unsigned char shadow::arena_[shadow::arena_bytes];

shadow::shadow() : block_of_(words) { blocks_.reserve(4096); }

void shadow::reset() {
    std::fill_n(block_of_.begin(), next_word_, 0u);
    blocks_.clear();
    freed_.clear();
    next_word_ = 0;
    live_ = 0;
}

void *shadow::allocate(std::size_t bytes, std::size_t alignment, unsigned thread,
                       std::uint32_t clock) {
    const auto wanted = static_cast<std::uint32_t>(std::max<std::size_t>((bytes + 7) / 8, 1));
    const auto step = static_cast<std::uint32_t>(std::max<std::size_t>(alignment / 8, 1));
    std::uint32_t first = 0;
    std::uint32_t count = wanted;
    const auto fits = [&](std::uint32_t id) {
        const block &old = blocks_[id];
        return old.word_count == wanted && old.first_word % step == 0;
    };
    const auto again = std::find_if(freed_.rbegin(), freed_.rend(), fits);
    if (again != freed_.rend()) {
        first = blocks_[*again].first_word;
        freed_.erase(std::next(again).base());
    } else {
        first = (next_word_ + step - 1) / step * step;
        if (first + count > words)
            return nullptr;
        next_word_ = first + count;
    }
    const auto id = static_cast<std::uint32_t>(blocks_.size() + 1);
    blocks_.push_back(
        {first, count, bytes, id, true, static_cast<std::uint8_t>(thread), clock, {}});
    std::fill_n(block_of_.begin() + first, count, id);
    on_new_words(first, count);
    ++live_;
    return arena_ + std::size_t{first} * 8;
}

shadow::block *shadow::release(void *at) {
    block *const of = find(at);
    if (of == nullptr || !of->live || of->first_word != word_of(at))
        return nullptr;
    of->live = false;
    freed_.push_back(static_cast<std::uint32_t>(of - blocks_.data()));
    --live_;
    return of;
}

std::size_t shadow::live_blocks_after(std::size_t first) const noexcept {
    return static_cast<std::size_t>(
        std::count_if(blocks_.begin() + static_cast<std::ptrdiff_t>(first), blocks_.end(),
                      [](const block &b) { return b.live; }));
}

std::size_t shadow::bytes_of_a_live_block() const noexcept {
    const auto it =
        std::find_if(blocks_.begin(), blocks_.end(), [](const block &b) { return b.live; });
    return it == blocks_.end() ? 0 : it->bytes;
}

} // namespace ferry::model
