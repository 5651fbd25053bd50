// SPDX-License-Identifier: BSL-1.0
#pragma once

// A strategy, by a text that makes it again.

#include "sched/strategy.hpp"

#include <memory>
#include <string>

namespace ferry::model {

// "walk SEED", "priorities CHANGES STEPS SEED", "turns SEED TURNS" or "path PREEMPTIONS SURPRISES
// 0,1,0,…". Throws
// std::invalid_argument, with a sentence.
std::unique_ptr<strategy> make_strategy(const std::string &text);

} // namespace ferry::model
