// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a worker counts, on a cache line of its own, and what the counts must satisfy.

#include <cstdint>
#include <string>
#include <vector>

namespace ferry::bench {

struct alignas(128) tally {
    std::uint64_t tried = 0; // insertions, when they go on to the end of a list of keys
    std::uint64_t inserted = 0;
    std::uint64_t erased = 0;
    std::uint64_t missed = 0;  // present, and not found
    std::uint64_t phantom = 0; // absent, and found
    std::uint64_t foreign = 0; // found with another key's value

    tally &operator+=(const tally &other) {
        tried += other.tried;
        inserted += other.inserted;
        erased += other.erased;
        missed += other.missed;
        phantom += other.phantom;
        foreign += other.foreign;
        return *this;
    }
};

inline tally sum_of(const std::vector<tally> &tallies) {
    tally sum;
    for (const auto &t : tallies)
        sum += t;
    return sum;
}

// Empty if all is well. `size_before`, `size_after`: what the map said.
inline std::string find_fault(const tally &sum, std::uint64_t size_before,
                              std::uint64_t size_after) {
    std::string fault;
    const auto add = [&fault](std::string sentence) {
        if (!fault.empty())
            fault += "; ";
        fault += std::move(sentence);
    };
    if (sum.missed != 0)
        add(std::to_string(sum.missed) + " present keys were not found");
    if (sum.phantom != 0)
        add(std::to_string(sum.phantom) + " absent keys were found");
    if (sum.foreign != 0)
        add(std::to_string(sum.foreign) + " lookups gave another key's value");
    if (const auto expected = size_before + sum.inserted - sum.erased; size_after != expected)
        add("the size is " + std::to_string(size_after) + " and should be " +
            std::to_string(expected));
    return fault;
}

} // namespace ferry::bench
