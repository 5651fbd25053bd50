// SPDX-License-Identifier: BSL-1.0
#pragma once

// Attempts to advance that come as fast as turns, so that what waits for them can be counted: at
// their usual pace it depends on time.

#include <reclaim/advance_pace.hpp>

#include <cstdint>

namespace ferry::test {

template <std::uint64_t Interval, std::uint64_t Afterwards>
class with_pace {
public:
    with_pace() noexcept { set(Interval); }
    ~with_pace() { set(Afterwards); }

    with_pace(const with_pace &) = delete;
    with_pace &operator=(const with_pace &) = delete;

private:
    static void set(std::uint64_t nanoseconds) noexcept {
        for (const auto kind : {detail::asymmetric_barrier, detail::symmetric_barrier})
            detail::advance_pace::of(kind).set_interval(nanoseconds);
    }
};

using unpaced = with_pace<0, detail::attempt_interval>;
// After the first attempt no other is due for hours.
inline constexpr std::uint64_t four_hours = 14'400'000'000'000;
using stopped_pace = with_pace<four_hours, detail::attempt_interval>;
// In a program whose tests are unpaced.
using paced = with_pace<detail::attempt_interval, 0>;

} // namespace ferry::test
