// SPDX-License-Identifier: BSL-1.0
#pragma once

// Where in the protocol a thread stands, in the words of the design: told by the operations it has
// made and the one that it stands before.

#include "support/parking/steps.hpp"

#include <span>
#include <string>

namespace ferry::test::parking {

struct extent {
    const void *begin = nullptr;
    const void *end = nullptr;
};

struct surroundings {
    extent root;   // the table that was the root when the thread began
    extent domain; // that the map is in
};

// Empty: no place with a name. The last of `steps` has not been made.
std::string name_of_point(std::span<const step> steps, const surroundings &here);

} // namespace ferry::test::parking
