// SPDX-License-Identifier: BSL-1.0
#pragma once

// A handle: a copy of an element. It pins nothing.

#include "ferry/detail/chain/no_value.hpp"
#include "ferry/detail/flat/operation.hpp"
#include "ferry/detail/platform/assert.hpp"
#include "ferry/detail/reclaim/operation_pin.hpp"

#include <concepts>
#include <memory>
#include <optional>

FERRY_ENGINE_BEGIN

/// A copy of an element that was found, put in or extracted, or nothing. What becomes of the
/// element afterwards does not change it. May outlive the map, and may be used on any thread.
/// `owned_handle` is the same type.
template <class Core>
class [[nodiscard]] flat_handle {
public:
    using key_type = typename Core::key_type;
    using value_type = typename Core::value_type;

    /// An empty handle.
    flat_handle() noexcept = default;

    /// A handle of what `find_it(self)` finds. For the interface.
    template <class FindIt>
    static flat_handle of(Core &core, FindIt &&find_it) {
        detail::operation_pin pinned(core.domain());
        flat_handle made;
        if (const found_copy<Core> found = find_it(pinned.self)) {
            made.element_.emplace(element{found.key(), found.value()});
        }
        return made;
    }

    /// Whether there is an element.
    explicit operator bool() const noexcept { return element_.has_value(); }

    /// The copied key.
    const key_type &key() const noexcept {
        FERRY_ASSERT(element_.has_value(), "key() of an empty handle: test it first");
        return element_->key;
    }
    /// The copied value.
    const value_type &value() const noexcept requires(!std::same_as<value_type, no_value>) {
        FERRY_ASSERT(element_.has_value(), "value() of an empty handle: test it first");
        return element_->value;
    }

    /// The value; in a set, the key.
    const auto &operator*() const noexcept {
        if constexpr (std::same_as<value_type, no_value>) {
            return key();
        } else {
            return value();
        }
    }
    /// A member of the value; in a set, of the key.
    const auto *operator->() const noexcept { return std::addressof(**this); }

private:
    struct element {
        key_type key;
        [[no_unique_address]] value_type value;
    };

    std::optional<element> element_;
};

FERRY_ENGINE_END
