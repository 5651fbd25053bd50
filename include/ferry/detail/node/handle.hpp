// SPDX-License-Identifier: BSL-1.0
#pragma once

// A handle: an element together with the pin that keeps it.

#include "ferry/detail/node/find.hpp"
#include "ferry/detail/reclaim/guard.hpp"
#include "ferry/detail/reclaim/operation_pin.hpp"

#include <optional>

FERRY_ENGINE_BEGIN

/// An element that was found, put in or extracted, or nothing. While the handle lives the element
/// stays readable at its address, even when other threads replace or erase it.
///
/// It pins its thread: it must end on the thread that made it, before the map ends, and holds back
/// reclamation while it lives. A handle of nothing holds no pin. Movable, not copyable.
template <class Core>
class [[nodiscard]] handle {
public:
    using node_type = typename Core::node_type;
    using key_type = typename Core::key_type;
    using value_type = typename Core::value_type;

    handle() noexcept = default;

    /// For the maps' use: takes over a pin of the caller.
    handle(const Core &core, detail::thread_record &pinned, found_value<node_type> found) noexcept
        : record_(&pinned), found_(found) {
        count(core, 1);
    }

    handle(handle &&other) noexcept
        : record_(std::exchange(other.record_, nullptr)), found_(std::exchange(other.found_, {})) {
#if FERRY_CHECKED
        handles_ = other.handles_;
#endif
    }

    handle &operator=(handle &&other) noexcept {
        if (this != &other) {
            release();
            record_ = std::exchange(other.record_, nullptr);
            found_ = std::exchange(other.found_, {});
#if FERRY_CHECKED
            handles_ = other.handles_;
#endif
        }
        return *this;
    }

    ~handle() { release(); }

    explicit operator bool() const noexcept { return found_.value != nullptr; }

    const key_type &key() const noexcept {
        FERRY_ASSERT(found_.node != nullptr, "key() of an empty handle: test it first");
        return found_.node->key;
    }
    const value_type &value() const noexcept requires(!std::same_as<value_type, unit>) {
        FERRY_ASSERT(found_.value != nullptr, "value() of an empty handle: test it first");
        return *found_.value;
    }

    /// The value; of a set's element, the key.
    const auto &operator*() const noexcept {
        if constexpr (std::same_as<value_type, unit>) {
            return key();
        } else {
            return value();
        }
    }
    const auto *operator->() const noexcept { return std::addressof(**this); }

private:
    void release() noexcept {
        if (record_ != nullptr) {
#if FERRY_CHECKED
            handles_->add(false, -1);
#endif
            record_->unpin();
            record_ = nullptr;
            found_ = {};
        }
    }

    void count(const Core &core, int change) noexcept {
#if FERRY_CHECKED
        handles_ = &core.upkeeping().handles;
        handles_->add(false, change);
#else
        static_cast<void>(core);
        static_cast<void>(change);
#endif
    }

    detail::thread_record *record_ = nullptr;
    found_value<node_type> found_;
#if FERRY_CHECKED
    detail::counter *handles_ = nullptr;
#endif
};

/// A handle of what `find_it(self)` finds; the pin is kept only if it finds something.
template <class Core, class FindIt>
handle<Core> make_handle(Core &core, FindIt &&find_it) {
    detail::operation_pin pinned(core.domain());
    const auto found = find_it(pinned.self);
    if (!found) {
        return {};
    }
    core.domain().pin(); // nested: one for the handle
    return handle<Core>(core, pinned.self, found);
}

FERRY_ENGINE_END
