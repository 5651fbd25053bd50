// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "curves/plan.hpp"
#include "runner/recorder.hpp"
#include "stage/stage.hpp"

#include <vector>

namespace ferry::bench {

// The runs of the plan, on that stage. All arguments must outlive the steps.
std::vector<step> curve_steps(const options &, const std::vector<block> &plan, stage &);

} // namespace ferry::bench
