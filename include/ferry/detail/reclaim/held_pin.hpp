// SPDX-License-Identifier: BSL-1.0
#pragma once

// Pins as objects that can be moved and stored, or that hold none.

#include "ferry/detail/reclaim/domain.hpp"

#include <memory>

FERRY_DETAIL_BEGIN

struct ends_thread_pin {
    void operator()(thread_record *record) const noexcept { record->unpin(); }
};
struct ends_owned_pin {
    void operator()(thread_record *record) const noexcept { domain::unpin_owned(*record); }
};

/// A pin of a thread, which has been pinned already when it is taken. For handles.
struct thread_pin : std::unique_ptr<thread_record, ends_thread_pin> {
    thread_pin() noexcept = default;
    /// What a handle holds before the operation that finds its element: none.
    explicit thread_pin(const domain &) noexcept {}
    /// After the operation, in which this thread was pinned, found it: one more pin of this thread.
    void take_over(thread_record &self) noexcept {
        self.pin_again();
        reset(&self);
    }
};

/// A pin of no thread. Its handle holds it before the operation, so it protects what that finds.
struct owned_pin : std::unique_ptr<thread_record, ends_owned_pin> {
    owned_pin() noexcept = default;
    explicit owned_pin(const domain &in) : unique_ptr(&in.pin_owned()) {}
    void take_over(thread_record &) noexcept {}
};

FERRY_DETAIL_END
