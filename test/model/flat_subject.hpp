// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "subject.hpp"

#include <memory>

namespace ferry::model {

// A flat map from integers to values that point to numbers.
std::unique_ptr<subject> make_flat_subject();

} // namespace ferry::model
