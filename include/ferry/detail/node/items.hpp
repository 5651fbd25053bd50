// SPDX-License-Identifier: BSL-1.0
#pragma once

// The elements of a map or set as an input range, under a guard.

#include "ferry/detail/node/iterate.hpp"
#include "ferry/detail/reclaim/guard.hpp"

#include <cstddef>
#include <iterator>
#include <vector>

FERRY_ENGINE_BEGIN

/// References to a key and its value. Both live as long as the guard.
template <class Key, class T>
struct item {
    const Key &key;
    const T &value;
};

/// The elements as a range: `for (auto [key, value] : map.items(guard))`, for a set `for (const Key
/// &key : set.items(guard))`. Weakly consistent, as for_each. References live as long as the guard.
/// The guard must outlive the range, and must not be refreshed while the range is used.
///
/// Exceptions: a step collects the elements of one home bucket and may throw std::bad_alloc.
template <class Core>
class items_view {
public:
    using mapped_type = typename Core::value_type;
    static constexpr bool is_set = std::same_as<mapped_type, no_value>;

    class iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using difference_type = std::ptrdiff_t;
        using value_type = std::conditional_t<is_set, typename Core::key_type,
                                              item<typename Core::key_type, mapped_type>>;
        using reference = std::conditional_t<is_set, const typename Core::key_type &, value_type>;

        explicit iterator(Core &core) : core_(&core) { fill(); }

        reference operator*() const noexcept {
            const auto &element = home_[at_];
            if constexpr (is_set) {
                return element.key();
            } else {
                return {element.key(), element.value()};
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
                cursor_.step(*core_, [&](auto &node, std::uint64_t) {
                    const value_word state = node.state.load();
                    if (state.is_live()) {
                        home_.push_back({&node, node.value_at(state)});
                    }
                    return false;
                });
            }
        }

        Core *core_;
        hash_cursor cursor_;
        std::vector<found_element<Core>> home_;
        std::size_t at_ = 0;
    };

    explicit items_view(Core &core) noexcept : core_(&core) {}

    iterator begin() const { return iterator(*core_); }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    Core *core_;
};

FERRY_ENGINE_END
