// SPDX-License-Identifier: BSL-1.0
#pragma once

// Numbers as people read them.

#include <string>

namespace ferry::bench {

std::string fixed(double value, int digits);

// In millions, with three significant digits: more than a machine can repeat.
std::string millions(double value);

// A share of work that was done, in per cent, rounded down: what is not done is not called 100 %.
std::string percent_done(double share);

// Nanoseconds, with the unit that suits: "35 ns", "1.20 us", "3.41 ms".
std::string duration(double nanoseconds);

// The name of a cell, such as "find-hit/u64/n:1000/uniform", as a part of a file's name.
std::string file_name_of(std::string cell);

} // namespace ferry::bench
