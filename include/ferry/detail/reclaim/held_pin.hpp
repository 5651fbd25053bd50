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

// What handles hold: a pin that can be moved, or none. A handle constructs it before the operation
// that finds its element, and calls hold_after at its end.

/// One more pin of the thread. The operation itself is pinned, so it begins at the operation's end.
struct thread_pin : std::unique_ptr<thread_record, ends_thread_pin> {
    thread_pin() noexcept = default;
    explicit thread_pin(const domain &) noexcept {}
    void hold_after(thread_record &self) noexcept {
        self.pin_again();
        reset(&self);
    }
};

/// An owned pin. It begins before the operation: see "Owned pins" in src/README.md.
struct owned_pin : std::unique_ptr<thread_record, ends_owned_pin> {
    owned_pin() noexcept = default;
    explicit owned_pin(const domain &in) : unique_ptr(&in.pin_owned()) {}
    void hold_after(thread_record &) noexcept {}
};

FERRY_DETAIL_END
