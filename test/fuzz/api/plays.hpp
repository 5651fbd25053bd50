// SPDX-License-Identifier: BSL-1.0
#pragma once

// play() of api/play.hpp, for each kind of elements in a file of its own.

#include "bytes.hpp"

namespace ferry::fuzz {

void play_numbers(bytes &);
void play_objects(bytes &);
void play_blocks(bytes &);
void play_strings(bytes &);
void play_members(bytes &);
void play_cells(bytes &);

} // namespace ferry::fuzz
