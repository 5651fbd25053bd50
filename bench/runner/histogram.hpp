// SPDX-License-Identifier: BSL-1.0
#pragma once

// Counts of durations, of Boost.Histogram, on an axis as HdrHistogram has it: every power of two is
// divided into equal parts, so that a bin is at most 1/128 as wide as the durations in it.

#include <boost/histogram/axis/option.hpp>
#include <boost/histogram/histogram.hpp>
#include <boost/histogram/storage_adaptor.hpp>

#include <bit>
#include <cstdint>
#include <tuple>

namespace ferry::bench {

class log_linear_axis {
public:
    using value_type = std::uint64_t;
    using index_type = int;

    index_type index(value_type value) const noexcept {
        if (value < 2 * parts)
            return static_cast<index_type>(value);
        const int shift = static_cast<int>(std::bit_width(value)) - exact_bits;
        return (shift << part_bits) + static_cast<index_type>(value >> shift);
    }
    index_type size() const noexcept { return bins; }

    // The largest value of a bin.
    value_type value(index_type bin) const noexcept {
        const auto b = static_cast<value_type>(bin);
        if (b < 2 * parts)
            return b;
        const auto shift = (b >> part_bits) - 1;
        const auto first = (b - (shift << part_bits)) << shift;
        return first + ((value_type{1} << shift) - 1);
    }

    // No flow bins: every value has its place.
    static constexpr unsigned options() noexcept {
        return boost::histogram::axis::option::none_t::value;
    }

    friend bool operator==(const log_linear_axis &, const log_linear_axis &) = default;

private:
    static constexpr int part_bits = 7;
    static constexpr int exact_bits = part_bits + 1;
    static constexpr value_type parts = value_type{1} << part_bits;
    static constexpr index_type bins = (64 - part_bits + 1) << part_bits;
};

using histogram = boost::histogram::histogram<std::tuple<log_linear_axis>,
                                              boost::histogram::dense_storage<std::uint64_t>>;

// One made without its axis has no place for anything.
inline histogram empty_histogram() { return histogram(std::tuple(log_linear_axis{})); }

} // namespace ferry::bench
