// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "subjects/subject.hpp"

namespace ferry::sharing {

// What an address belongs to in a ferry map of 64-bit keys and values, with nodes or with cells.
part part_of_nodes_map(std::uintptr_t address, const block *within, const block &object);
part part_of_flat_map(std::uintptr_t address, const block *within, const block &object);

} // namespace ferry::sharing
