// SPDX-License-Identifier: BSL-1.0
#pragma once

// operator<< for maps, sets and compute_result: what a test that fails, or a log, shows of them.
//
// A container is printed with its first hundred elements, such as `{"one": 1, "two": 2}`, a set
// `{1, 2}`, in the order of for_each, and as consistent. Text is quoted, and an element without
// operator<< is a question mark. The thread is pinned meanwhile, so do not print to what may block.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/compute.hpp"
#include "ferry/detail/interface/print.hpp"

#include <cstddef>
#include <ostream>
#include <string_view>

FERRY_BEGIN

/// Its name: "inserted", "updated", "erased" or "unchanged".
inline std::ostream &operator<<(std::ostream &out, compute_result result) {
    constexpr std::string_view names[] = {"inserted", "updated", "erased", "unchanged"};
    return out << names[static_cast<std::size_t>(result)];
}

FERRY_END

#endif
