// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "stage/stage.hpp"

namespace ferry::bench {

// Where a map is made and grows: has the system provide about twice the memory that ferry would
// take for that, of half of what is free at most, and takes it back, so that it has it at hand. The
// host of a virtual machine often backs memory only when it is touched for the first time, or again
// after a while: that takes several times as long as a page fault, and would be measured with
// whichever map came to it.
void warm_memory_for(const occasion &coming);

} // namespace ferry::bench
