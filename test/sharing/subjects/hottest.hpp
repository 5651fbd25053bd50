// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the machine watches of a run, and the lines that passed between cores most often.

#include "machine/machine.hpp"
#include "subjects/subject.hpp"

#include <array>

namespace ferry::sharing {

// From here on the machine knows each block of memory, and nothing of earlier runs.
void begin_watching(machine &);
void end_watching(machine &);

void find_parts(machine &, part_finder, const block &object);

// The most passed first. While the map lives: then its blocks are known.
std::array<hot_line, most_hot_lines> hottest_lines(machine &, const block &object);

} // namespace ferry::sharing
