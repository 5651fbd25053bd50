// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "workloads/workload.hpp"

#include <cstddef>

namespace ferry::bench {

// About twice what ferry takes for n elements while it grows.
std::size_t bytes_to_warm(element of, std::size_t n);

// Has the system provide so many bytes, of half the memory that is free at most, and takes them
// back, so that it has them at hand. The host of a virtual machine often backs memory only when it
// is touched for the first time, or again after a while: that takes several times as long as a page
// fault, and would be measured with whichever map came to it.
void warm_memory(std::size_t bytes);

} // namespace ferry::bench
