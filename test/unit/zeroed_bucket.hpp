// SPDX-License-Identifier: BSL-1.0
#pragma once

// A bucket outside a table: zeroed memory, as a table's allocation gives it.

#include <cstddef>
#include <new>

#include <ferry/detail/node/slot.hpp>

namespace ferry::test {

class zeroed_bucket {
public:
    zeroed_bucket() = default;
    zeroed_bucket(const zeroed_bucket &) = delete;
    zeroed_bucket &operator=(const zeroed_bucket &) = delete;

    engine::bucket &operator*() noexcept {
        return *std::launder(reinterpret_cast<engine::bucket *>(memory_));
    }
    engine::bucket *operator->() noexcept { return &**this; }

private:
    alignas(engine::bucket) std::byte memory_[sizeof(engine::bucket)] = {};
};

} // namespace ferry::test
