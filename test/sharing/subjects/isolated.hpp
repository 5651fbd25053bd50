// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "subjects/catalogue.hpp"

#include <string>

#include <sys/types.h>

namespace ferry::sharing {

// A run of a map in a child process: no run meets what an earlier one has left in the allocator, in
// thread records or in a library. Throws std::runtime_error with a sentence if the system has no
// process for it, or the child dies.
class isolated_run {
public:
    isolated_run(const bench::map_entry &, const order &);
    // Waits until it is done. Called once.
    outcome finish();

private:
    std::string name_;
    pid_t child_ = -1;
    int from_ = -1;
};

inline outcome run_isolated(const bench::map_entry &map, const order &what) {
    return isolated_run(map, what).finish();
}

} // namespace ferry::sharing
