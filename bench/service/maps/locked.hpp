// SPDX-License-Identifier: BSL-1.0
#pragma once

// One lock around std::unordered_map: std::mutex, or std::shared_mutex, which readers share.

#include "maps/unlocked_items.hpp"

#include <mutex>
#include <shared_mutex>
#include <type_traits>

namespace ferry::service {

template <class Mutex>
class locked_items {
public:
    template <class F>
    bool visit(std::string_view key, F &&f) const {
        const reading lock(mutex_);
        const item *const found = items_.find(key);
        if (found != nullptr)
            f(*found);
        return found != nullptr;
    }

    template <class F>
    void visit_many(std::span<const std::string_view> keys, F &&f) const {
        const reading lock(mutex_); // once for all
        for (std::size_t i = 0; i != keys.size(); ++i)
            if (const item *const found = items_.find(keys[i]))
                f(i, *found);
    }

    template <class F>
    void compute(std::string_view key, F &&f) {
        unlocked_items::removed out; // destroyed behind the lock
        const std::lock_guard lock(mutex_);
        out = items_.compute(key, f);
    }

    template <class F>
    std::size_t sample(std::uint64_t random, F &&f) const {
        const reading lock(mutex_);
        return items_.sample(random, f);
    }

    template <class F>
    void scan(std::size_t part, std::size_t parts, F &&f) const {
        const reading lock(mutex_);
        items_.scan(part, parts, f);
    }

    std::size_t size() const {
        const reading lock(mutex_);
        return items_.size();
    }

    template <class Line>
    void stats(Line &&) const {}
    void idle() {}

private:
    using reading = std::conditional_t<std::is_same_v<Mutex, std::shared_mutex>,
                                       std::shared_lock<Mutex>, std::unique_lock<Mutex>>;

    mutable Mutex mutex_;
    unlocked_items items_;
};

static_assert(item_map<locked_items<std::mutex>>);
static_assert(item_map<locked_items<std::shared_mutex>>);

} // namespace ferry::service
