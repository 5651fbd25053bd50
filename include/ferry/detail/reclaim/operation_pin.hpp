// SPDX-License-Identifier: BSL-1.0
#pragma once

// A pin for the duration of one operation.

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

FERRY_DETAIL_END
