// SPDX-License-Identifier: BSL-1.0
#pragma once

// Bytes an element. Each number is taken in a process of its own, so that no map lives in the holes
// that another one left: this program starts itself for it.

#include "options/options.hpp"
#include "runner/recorder.hpp"

#include <string>
#include <vector>

namespace ferry::bench {

// The strings are passed on in a file in `o.out`. The arguments must outlive the steps.
std::vector<step> memory_steps(const options &, const std::vector<std::string> &strings);

// What the started process does: measures the one map in `o` and prints the bytes, a name and a
// number on each line, or "wrong" and a sentence. Gives the exit code.
int run_memory_probe(const options &, std::vector<std::string> strings);

} // namespace ferry::bench
