// SPDX-License-Identifier: BSL-1.0

#include "advance_pace.hpp"

FERRY_DETAIL_BEGIN

namespace {

constinit advance_pace pace_of_asymmetric;
constinit advance_pace pace_of_symmetric;

} // namespace

advance_pace &advance_pace::of(barrier_kind kind) noexcept {
    return kind == asymmetric_barrier ? pace_of_asymmetric : pace_of_symmetric;
}

FERRY_DETAIL_END
