// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a core does next, by its seed.

#include "orders/workload.hpp"

#include <cstdint>

namespace ferry::sharing {

enum class action { find, update, insert, erase };

struct pick {
    action does;
    std::uint32_t index; // of the key
};

class picks {
public:
    picks(const order &what, unsigned core) noexcept
        : what_(what.what), keys_(what.keys), core_(core), cores_(what.cores),
          state_((what.seed << 8) + core) {
        const std::uint32_t all = inserts() ? keys_ : what.operations;
        operations_ = all / cores_ + (core_ < all % cores_);
        warm_up_ = inserts() ? 0 : operations_ / 2;
    }

    std::uint32_t operations() const noexcept { return operations_; }
    std::uint32_t warm_up() const noexcept { return warm_up_; }

    std::uint64_t value() noexcept { return random(); }

    pick draw() noexcept {
        switch (what_) {
        case workload::find_hit:
            return {action::find, below(keys_)};
        case workload::find_miss:
            return {action::find, keys_ + below(keys_)};
        case workload::update_own:
            return {action::update, core_ + cores_ * below(keys_ / cores_)};
        case workload::update:
            return {action::update, below(keys_)};
        case workload::update_one:
            return {action::update, 0};
        case workload::insert:
            return {action::insert, core_ + cores_ * inserted_++};
        case workload::churn:
            return {below(2) == 0 ? action::insert : action::erase, below(2 * keys_)};
        case workload::mix:
            break;
        }
        const std::uint32_t chance = below(100);
        return {chance < 90   ? action::find
                : chance < 95 ? action::insert
                              : action::erase,
                below(2 * keys_)};
    }

private:
    bool inserts() const noexcept { return what_ == workload::insert; }

    // SplitMix64 (Steele, Lea, Flood 2014).
    std::uint64_t random() noexcept {
        std::uint64_t mixed = state_ += 0x9e37'79b9'7f4a'7c15u;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11ebu;
        return mixed ^ (mixed >> 31);
    }
    std::uint32_t below(std::uint32_t limit) noexcept {
        return static_cast<std::uint32_t>(((random() >> 32) * limit) >> 32);
    }

    workload what_;
    std::uint32_t keys_;
    std::uint32_t core_;
    std::uint32_t cores_;
    std::uint64_t state_;
    std::uint32_t operations_ = 0;
    std::uint32_t warm_up_ = 0;
    std::uint32_t inserted_ = 0;
};

} // namespace ferry::sharing
