// SPDX-License-Identifier: BSL-1.0
#pragma once

// The flat map that tests of any map of words use.

#include <cstdint>

#include <ferry/concurrent_flat_map.hpp>

namespace ferry::test {

using flat_u64_map = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;

} // namespace ferry::test
