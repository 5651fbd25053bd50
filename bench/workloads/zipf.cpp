// SPDX-License-Identifier: BSL-1.0

// Rejection-inversion sampling: W. Hörmann, G. Derflinger, "Rejection-inversion to generate
// variates from monotone discrete distributions", ACM TOMACS 6(3), 1996. Exact, and needs no table.

#include "workloads/zipf.hpp"

#include "workloads/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ferry::bench {

namespace {

class zipf_sampler {
public:
    zipf_sampler(std::uint32_t universe, double exponent)
        : exponent_(exponent), universe_(universe), top_(integral(1.5) - 1.0),
          bottom_(integral(universe + 0.5)) {}

    // A rank in [1, universe].
    std::uint32_t operator()(split_mix &random) const {
        for (;;) {
            const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
            const double area = bottom_ + unit * (top_ - bottom_);
            const double rank = std::clamp(std::round(inverse(area)), 1.0, universe_);
            if (area >= integral(rank + 0.5) - std::pow(rank, -exponent_))
                return static_cast<std::uint32_t>(rank);
        }
    }

private:
    // The antiderivative of x^-exponent, and its inverse.
    double integral(double x) const { return std::pow(x, 1.0 - exponent_) / (1.0 - exponent_); }
    double inverse(double area) const {
        return std::pow(area * (1.0 - exponent_), 1.0 / (1.0 - exponent_));
    }

    double exponent_;
    double universe_;
    double top_;
    double bottom_;
};

} // namespace

std::vector<std::uint32_t> zipf_indices(std::uint32_t universe, double exponent,
                                        std::size_t count) {
    // rank -> rank * step mod universe permutes the ranks when step and universe share no factor.
    std::uint64_t step = static_cast<std::uint64_t>(0.618 * universe) | 1;
    while (std::gcd(step, std::uint64_t{universe}) != 1)
        step += 2;

    const zipf_sampler draw(universe, exponent);
    split_mix random(99);
    std::vector<std::uint32_t> indices(count);
    for (auto &index : indices)
        index = static_cast<std::uint32_t>((draw(random) - 1) * step % universe);
    return indices;
}

} // namespace ferry::bench
