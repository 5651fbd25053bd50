// SPDX-License-Identifier: BSL-1.0
// Counts the words of stdin by several threads, and prints the most frequent ones.
//
//   word_count [THREADS] < TEXT

#include <ferry/atomic_value.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/inline_string.hpp>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

// The words stand in the map's nodes, and the counts beside them, where threads change them in
// place.
using word_map = ferry::concurrent_map<ferry::inline_string, ferry::atomic_value<long>>;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

void count_words(std::string_view text, word_map &words) {
    std::string word;
    for (std::size_t at = 0; at < text.size();) {
        word.clear();
        for (; at < text.size() && is_letter(text[at]); ++at) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[at])));
        }
        if (!word.empty()) {
            // Finds the count, or inserts 0. A count is never erased, so no addition is lost.
            words.get_or_emplace(word, 0).first->fetch_add(1, std::memory_order_relaxed);
        }
        for (; at < text.size() && !is_letter(text[at]); ++at) {
        }
    }
}

/// Shares of about the same length that end between words.
std::vector<std::string_view> shares(std::string_view text, std::size_t count) {
    std::vector<std::string_view> found;
    for (std::size_t left = count; left > 0; --left) {
        std::size_t end = text.size() / left;
        while (end < text.size() && is_letter(text[end])) {
            ++end;
        }
        found.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return found;
}

/// The most frequent words, and of equally frequent ones the first in the alphabet.
std::vector<std::pair<long, std::string>> most_frequent(const word_map &words, std::size_t most) {
    std::vector<std::pair<long, std::string>> all;
    words.for_each([&all](std::string_view word, const ferry::atomic_value<long> &count) {
        all.emplace_back(-count.load(), word); // negative, so that the largest comes first
    });
    most = std::min(most, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
    all.resize(most);
    return all;
}

int main(int argc, char **argv) {
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    const int threads_wanted =
        argc > 1 ? std::atoi(argv[1]) : static_cast<int>(std::thread::hardware_concurrency());

    word_map words;
    {
        std::vector<std::jthread> threads;
        for (const std::string_view share :
             shares(text, static_cast<std::size_t>(std::max(threads_wanted, 1)))) {
            threads.emplace_back([share, &words] { count_words(share, words); });
        }
    }

    for (const auto &[count, word] : most_frequent(words, 5)) {
        std::printf("%6ld %s\n", -count, word.c_str());
    }
    std::printf("%6zu different words\n", words.size());
}
