// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a profiler says about a program, made fit to be drawn: stacks with readable names that begin
// at the measured loop, and how often each was seen.
//
// perf knows machine functions only, and a map's lookups are inlined wholly into the loop; which
// functions were inlined at an address comes from addr2line.

#include <compare>
#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::bench {

// Whose code a function is.
enum class layer { map, locks, allocator, kernel, harness };

struct frame {
    std::string name;
    layer owner;

    friend auto operator<=>(const frame &, const frame &) = default;
};

// Stacks begin with the outermost function; how many samples each had.
using folded_stacks = std::map<std::vector<frame>, std::uint64_t>;

std::uint64_t samples_of(const folded_stacks &);

// A frame as perf writes it. The address is relative to the object's file, but for the kernel's.
struct machine_frame {
    std::uint64_t address;
    std::string symbol; // "[unknown]" if perf knows none
    std::string object; // path, or "[kernel.kallsyms]"; "inlined" of an inlined function

    friend auto operator<=>(const machine_frame &, const machine_frame &) = default;
};

// Stacks begin with the innermost function, as perf's do.
using machine_stacks = std::map<std::vector<machine_frame>, std::uint64_t>;

// Reads what `perf script -F comm,tid,ip,sym,dso` wrote; the objects may be missing.
machine_stacks read_samples(std::istream &);

struct source_function {
    std::string name; // mangled where it has a mangled name
    std::string file;
};

// The functions an address belongs to, the innermost first: those inlined there, and last the one
// that they were inlined into.
using source_table = std::map<std::uint64_t, std::vector<source_function>>;

// Reads what `addr2line -a -i -f` wrote.
source_table read_source_functions(std::istream &);

// Keeps the stacks that pass through a function whose shortened name contains `through`, from it
// on. `sources` tells about addresses of the object `program`.
folded_stacks fold(const machine_stacks &, std::string_view program, const source_table &sources,
                   std::string_view through);

} // namespace ferry::bench
