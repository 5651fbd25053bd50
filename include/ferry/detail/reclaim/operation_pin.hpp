// SPDX-License-Identifier: BSL-1.0
#pragma once

// Pins for the duration of one operation, or of a part of it.

#include "ferry/detail/reclaim/domain.hpp"

FERRY_DETAIL_BEGIN

class operation_pin {
public:
    [[gnu::always_inline]] explicit operation_pin(const domain &in) : self(in.pin()) {}
    operation_pin(const operation_pin &) = delete;
    operation_pin &operator=(const operation_pin &) = delete;
    [[gnu::always_inline]] ~operation_pin() { self.unpin(); }

    thread_record &self;
};

/// One more pin of a thread that is pinned, for as long as this lives.
class nested_pin {
public:
    explicit nested_pin(thread_record &self) : self_(self) { self.pin_again(); }
    nested_pin(const nested_pin &) = delete;
    nested_pin &operator=(const nested_pin &) = delete;
    ~nested_pin() { self_.unpin(); }

private:
    thread_record &self_;
};

FERRY_DETAIL_END
