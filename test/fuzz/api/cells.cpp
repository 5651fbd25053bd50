// SPDX-License-Identifier: BSL-1.0
#include "play.hpp"
#include "plays.hpp"

void ferry::fuzz::play_cells(bytes &in) { play<cells>(in); }
