// SPDX-License-Identifier: BSL-1.0
#pragma once

// A handle: an element together with a pin that protects it.

#include "ferry/detail/node/operation.hpp"
#include "ferry/detail/reclaim/operation_pin.hpp"

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

FERRY_ENGINE_BEGIN

/// An element that was found, put in or extracted, or nothing. While the handle lives, the element
/// stays readable at its address, even if other threads replace or erase it.
///
/// A handle that is not empty holds a pin, and so holds back reclamation in the map's domain. It
/// must end before its map ends. A `handle` pins its thread, and must end on it. An `owned_handle`
/// holds a pin as an owned_guard does, at the same cost: it may be moved to another thread and end
/// there, and several threads may read through it at once. Movable, not copyable.
template <class Core, class Pin>
class [[nodiscard]] handle {
public:
    using key_type = typename Core::key_type;
    using value_type = typename Core::value_type;

    /// An empty handle, which pins nothing.
    handle() noexcept = default;

    /// A handle of what `find_it(self)` finds, with a pin if it finds something. For the interface.
    template <class FindIt>
    static handle of(Core &core, FindIt &&find_it) {
        Pin pin(core.domain());
        detail::operation_pin pinned(core.domain());
        const found_element<Core> found = find_it(pinned.self);
        if (!found) {
            return {};
        }
        pin.hold_after(pinned.self);
        return handle(core, std::move(pin), found);
    }

    /// The element and the pin go over; `other` is empty afterwards.
    handle(handle &&other) noexcept
        : pin_(std::move(other.pin_)), found_(std::exchange(other.found_, {})) {
#if FERRY_CHECKED
        handles_ = other.handles_;
#endif
    }

    /// As moving, after the present element is let go.
    handle &operator=(handle &&other) noexcept {
        if (this != &other) {
            release();
            pin_ = std::move(other.pin_);
            found_ = std::exchange(other.found_, {});
#if FERRY_CHECKED
            handles_ = other.handles_;
#endif
        }
        return *this;
    }

    /// Ends the pin. References to the element end with it.
    ~handle() { release(); }

    /// Whether there is an element.
    explicit operator bool() const noexcept { return static_cast<bool>(found_); }

    /// A reference to the key; of inline_string, a view.
    decltype(auto) key() const noexcept {
        FERRY_ASSERT(static_cast<bool>(found_), "key() of an empty handle: test it first");
        return found_.key();
    }
    /// A reference to the value.
    const value_type &value() const noexcept requires(!std::same_as<value_type, no_value>) {
        FERRY_ASSERT(static_cast<bool>(found_), "value() of an empty handle: test it first");
        return found_.value();
    }

    /// The value; in a set, the key.
    decltype(auto) operator*() const noexcept {
        if constexpr (std::same_as<value_type, no_value>) {
            return key();
        } else {
            return value();
        }
    }
    /// A member of the value; in a set, of the key.
    auto operator->() const noexcept {
        if constexpr (std::is_reference_v<decltype(**this)>) {
            return std::addressof(**this);
        } else {
            return std::optional(**this); // its operator-> leads on to the view
        }
    }

private:
    handle(const Core &core, Pin pin, found_element<Core> found) noexcept
        : pin_(std::move(pin)), found_(found) {
        count(core, 1);
    }

    void release() noexcept {
        if (found_) {
#if FERRY_CHECKED
            handles_->add(-1);
#endif
            pin_.reset();
            found_ = {};
        }
    }

    void count(const Core &core, int change) noexcept {
#if FERRY_CHECKED
        handles_ = &core.settings().handles;
        handles_->add(change);
#else
        static_cast<void>(core);
        static_cast<void>(change);
#endif
    }

    Pin pin_;
    found_element<Core> found_;
#if FERRY_CHECKED
    detail::rare_counter *handles_ = nullptr;
#endif
};

FERRY_ENGINE_END
