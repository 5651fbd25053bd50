// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace ferry::sharing {

// To be called first in main. Runs are repeated exactly if memory has the same addresses: the
// program starts itself again, if it must, with addresses that the system does not randomize.
void prepare_process(char **arguments);

} // namespace ferry::sharing
