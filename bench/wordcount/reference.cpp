// SPDX-License-Identifier: BSL-1.0
#include "wordcount/reference.hpp"

#include <limits>

namespace ferry::bench {

word_counts count_alone(const text &what) {
    return count_alone(
        what, std::vector(what.pieces().size(), std::numeric_limits<std::uint64_t>::max()));
}

word_counts count_alone(const text &what, const std::vector<std::uint64_t> &words) {
    word_counts counts;
    for (std::size_t i = 0; i < words.size(); ++i)
        for_each_word(what.pieces()[i], words[i], [&](const std::string &word) {
            ++counts[word];
            return true;
        });
    return counts;
}

} // namespace ferry::bench
