// SPDX-License-Identifier: BSL-1.0
#pragma once

// The result of a user's function, on its way to become a live value. It is kept until it is
// published, and made again if the function has to run again.

#include "ferry/detail/node/copied_value.hpp"
#include "ferry/detail/node/core.hpp"

#include <type_traits>
#include <utility>

FERRY_ENGINE_BEGIN

/// A result in a box.
template <class Core>
class result_box {
public:
    using value_type = typename Core::value_type;
    using box_type = typename Core::node_type::box_type;

    explicit result_box(Core &core) noexcept : core_(core) {}
    result_box(const result_box &) = delete;
    result_box &operator=(const result_box &) = delete;

    ~result_box() {
        if (full_) {
            core_.memory().free_box(box_);
        } else if (box_ != nullptr) {
            core_.memory().deallocate(box_);
        }
    }

    /// Makes the value from what `f()` returns. An earlier value is destroyed first.
    template <class F>
    void fill(F &&f) {
        const auto make = [&](value_type *place) {
            core_.memory().construct_from(place, std::forward<F>(f));
        };
        if (box_ == nullptr) {
            box_ = core_.memory().make_box(make);
        } else {
            if (std::exchange(full_, false)) {
                core_.memory().destroy(std::addressof(box_->value));
            }
            make(std::addressof(box_->value));
        }
        full_ = true;
    }

    bool is_filled() const noexcept { return full_; }

    value_word as_value() const noexcept { return live_word(value_state::live_box, box_); }

    void published(value_word) noexcept {
        box_ = nullptr;
        full_ = false;
    }

private:
    Core &core_;
    box_type *box_ = nullptr;
    bool full_ = false;
};

/// A result that can be copied like memory.
template <class Core>
class result_copy : public copied_value<typename Core::memory_type, typename Core::node_type> {
    using base = copied_value<typename Core::memory_type, typename Core::node_type>;

public:
    explicit result_copy(Core &core) noexcept : base(core.memory()) {}

    template <class F>
    void fill(F &&f) {
        base::memory_.construct_from(base::place(), std::forward<F>(f));
        filled_ = true;
    }

    bool is_filled() const noexcept { return filled_; }

private:
    bool filled_ = false;
};

template <class Core>
using result_of =
    std::conditional_t<Core::node_type::reuses_places, result_copy<Core>, result_box<Core>>;

FERRY_ENGINE_END
