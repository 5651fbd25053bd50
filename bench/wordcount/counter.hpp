// SPDX-License-Identifier: BSL-1.0
#pragma once

// One map that counts words, whatever its type.

#include "runner/team.hpp"
#include "wordcount/text.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace ferry::bench {

using word_counts = std::unordered_map<std::string, std::uint64_t>;

struct counting_result {
    stretch time{};
    std::vector<std::uint64_t> words; // of each piece of the text, as many as patience lasted for
};

class counter {
public:
    virtual ~counter() = default;

    virtual counting_result count(const team &, std::chrono::nanoseconds patience,
                                  const text &) = 0;

    // Empty if the map holds these words with these counts and no others, else what is wrong.
    virtual std::string compare(const word_counts &expected) = 0;
};

using counter_factory = std::unique_ptr<counter> (*)(std::size_t distinct_words);

} // namespace ferry::bench
