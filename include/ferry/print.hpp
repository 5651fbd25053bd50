// SPDX-License-Identifier: BSL-1.0
#pragma once

// operator<< for maps, sets and compute_result: what a test that fails, or a log, shows of them.
//
// A map is printed as `{"one": 1, "two": 2}`, a set as `{1, 2}`: the first hundred elements in the
// order of for_each, then the size if there are more. Weakly consistent, as for_each. Text is
// quoted, small integers are numbers, and `?` stands for what has no operator<<. This thread is
// pinned meanwhile: print to a std::ostringstream, not to a stream that may block. What the stream
// and the elements' operator<< throw is passed on.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/compute.hpp"
#include "ferry/detail/interface/print.hpp"

#include <ostream>

FERRY_BEGIN

/// Its name: "inserted", "updated", "erased" or "unchanged".
inline std::ostream &operator<<(std::ostream &out, compute_result result) {
    switch (result) {
    case compute_result::inserted:
        return out << "inserted";
    case compute_result::updated:
        return out << "updated";
    case compute_result::erased:
        return out << "erased";
    case compute_result::unchanged:
        break;
    }
    return out << "unchanged";
}

FERRY_END

#endif
