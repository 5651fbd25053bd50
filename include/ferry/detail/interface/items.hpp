// SPDX-License-Identifier: BSL-1.0
#pragma once

// The elements of a map or set as an input range, under a guard.

#include "ferry/detail/chain/cursor.hpp"
#include "ferry/detail/chain/no_value.hpp"

#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

FERRY_ENGINE_BEGIN

/// A key and its value: references that live as long as the guard, or copies in a flat map. `Key`
/// and `T` are what the engine's found_type gives.
template <class Key, class T>
struct item {
    Key key;
    [[no_unique_address]] T value;
};

/// The elements as a range: `for (auto [key, value] : map.items(guard))`, for a set `for (const Key
/// &key : set.items(guard))`, for a flat set `for (Key key : set.items(guard))`. Weakly consistent,
/// as for_each. References live as long as the guard. The guard must outlive the range, and must
/// not be refreshed while the range is used.
///
/// Exceptions: a step collects the elements of one home bucket and may throw std::bad_alloc.
template <class Engine>
class items_view {
    using found_type = typename Engine::found_type;
    using item_type = item<decltype(std::declval<const found_type &>().key()),
                           decltype(std::declval<const found_type &>().value())>;

public:
    using mapped_type = typename Engine::value_type;
    static constexpr bool is_set = std::same_as<mapped_type, no_value>;

    class iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using difference_type = std::ptrdiff_t;
        using reference = std::conditional_t<is_set, decltype(item_type::key), item_type>;
        using value_type = std::remove_cvref_t<reference>;

        explicit iterator(Engine &core) : core_(&core) { fill(); }

        reference operator*() const noexcept {
            if constexpr (is_set) {
                return home_[at_].key;
            } else {
                return home_[at_];
            }
        }

        iterator &operator++() {
            if (++at_ == home_.size()) {
                fill();
            }
            return *this;
        }
        void operator++(int) { ++*this; }

        friend bool operator==(const iterator &at, std::default_sentinel_t) noexcept {
            return at.home_.empty();
        }

    private:
        void fill() {
            home_.clear();
            at_ = 0;
            while (home_.empty() && !cursor_.finished()) {
                cursor_.step(*core_, [&](auto &shown, std::uint64_t hash) {
                    return core_->call_with(shown, hash, [&](const auto &key, const auto &value) {
                        home_.push_back({key, value});
                        return false;
                    });
                });
            }
        }

        Engine *core_;
        hash_cursor cursor_;
        std::vector<item_type> home_;
        std::size_t at_ = 0;
    };

    explicit items_view(Engine &core) noexcept : core_(&core) {}

    iterator begin() const { return iterator(*core_); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    Engine *core_;
};

FERRY_ENGINE_END
