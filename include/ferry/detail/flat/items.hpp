// SPDX-License-Identifier: BSL-1.0
#pragma once

// The elements of a flat map or set as an input range of copies.

#include "ferry/detail/chain/no_value.hpp"
#include "ferry/detail/flat/iterate.hpp"
#include "ferry/detail/flat/operation.hpp"

#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <vector>

FERRY_ENGINE_BEGIN

/// Copies of a key and its value.
template <class Key, class T>
struct flat_item {
    Key key;
    T value;
};

/// The elements as a range: `for (auto [key, value] : map.items(guard))`, for a set `for (Key key :
/// set.items(guard))`. Weakly consistent, as for_each. The guard must outlive the range, and must
/// not be refreshed while the range is used.
///
/// Exceptions: a step collects the elements of one home bucket and may throw std::bad_alloc.
template <class Core>
class flat_items_view {
public:
    using key_type = typename Core::key_type;
    using mapped_type = typename Core::value_type;
    static constexpr bool is_set = std::same_as<mapped_type, no_value>;

    class iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using difference_type = std::ptrdiff_t;
        using value_type = std::conditional_t<is_set, key_type, flat_item<key_type, mapped_type>>;

        explicit iterator(Core &core) : core_(&core) { fill(); }

        value_type operator*() const noexcept { return home_[at_]; }

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
                cursor_.step(*core_, [&](std::uint64_t value, std::uint64_t hash) {
                    if constexpr (is_set) {
                        home_.push_back(core_->key_of(hash));
                    } else {
                        home_.push_back({core_->key_of(hash), from_word<mapped_type>(value)});
                    }
                    return false;
                });
            }
        }

        Core *core_;
        hash_cursor cursor_;
        std::vector<value_type> home_;
        std::size_t at_ = 0;
    };

    explicit flat_items_view(Core &core) noexcept : core_(&core) {}

    iterator begin() const { return iterator(*core_); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    Core *core_;
};

FERRY_ENGINE_END
