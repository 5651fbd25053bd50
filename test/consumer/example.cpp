// SPDX-License-Identifier: BSL-1.0
// What a user writes first: threads count words in one map.

#include <ferry/concurrent_map.hpp>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

int main() {
    ferry::concurrent_map<std::string, int> words;

    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&words] {
            for (int i = 0; i < 1000; ++i) {
                words.upsert(
                    "word " + std::to_string(i % 100), [](int n) { return n + 1; }, 1);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }

    int total = 0;
    words.for_each([&total](const std::string &, int n) { total += n; });
    std::printf("%d words, %d counted\n", static_cast<int>(words.size()), total);
    return words.size() == 100 && total == 4000 && words.get("word 7") == 40 ? 0 : 1;
}
