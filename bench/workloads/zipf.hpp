// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <vector>

namespace ferry::bench {

// `count` ranks drawn from the Zipf distribution over [0, universe) with the given exponent (not
// 1), each rank mapped to an index by a fixed permutation, so that the hot keys are anywhere.
std::vector<std::uint32_t> zipf_indices(std::uint32_t universe, double exponent, std::size_t count);

} // namespace ferry::bench
