// SPDX-License-Identifier: BSL-1.0
#include "machine/blocks.hpp"

namespace ferry::sharing {

void blocks::add(const block &made) { by_begin_.insert_or_assign(made.begin, made); }

void blocks::remove(std::uintptr_t begin) { by_begin_.erase(begin); }

std::optional<block> blocks::find(std::uintptr_t address) const {
    const auto after = by_begin_.upper_bound(address);
    if (after == by_begin_.begin())
        return std::nullopt;
    const block &before = std::prev(after)->second;
    return address - before.begin < before.bytes ? std::optional(before) : std::nullopt;
}

} // namespace ferry::sharing
