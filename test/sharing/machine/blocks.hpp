// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which block of memory an address lies in, and who asked for the block.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace ferry::sharing {

struct block {
    std::uintptr_t begin;
    std::size_t bytes;
    std::size_t alignment; // 0: as operator new gives it without being asked
    const void *asked_by;  // code
};

class blocks {
public:
    void add(const block &);
    void remove(std::uintptr_t begin);
    void clear() { by_begin_.clear(); }

    std::optional<block> find(std::uintptr_t address) const;

private:
    std::map<std::uintptr_t, block, std::less<>> by_begin_;
};

} // namespace ferry::sharing
