// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "maps/concept.hpp"
#include "wordcount/counter.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ferry::bench {

template <class Map>
requires measurable_map<Map, std::string, std::uint64_t> && counting_map<Map, std::string>
class counter_of final : public counter {
public:
    explicit counter_of(std::size_t distinct_words)
        : map_(sizing{.expected = distinct_words, .from_empty = true}) {}

    counting_result count(const team &who, std::chrono::nanoseconds patience,
                          const text &what) override {
        const auto &pieces = what.pieces();
        counting_result result{{}, std::vector<std::uint64_t>(pieces.size())};
        std::atomic<std::size_t> next{0};
        result.time = who.run_to_end(patience, [&](unsigned, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            gate.pass();
            while (!gate.late()) {
                // relaxed: a ticket; the pieces were there before the gate opened.
                const auto piece = next.fetch_add(1, std::memory_order_relaxed);
                if (piece >= pieces.size())
                    break;
                result.words[piece] =
                    for_each_word(pieces[piece], ~std::uint64_t{0}, [&](const std::string &word) {
                        map_.add(word);
                        return !slow_map<Map> || !gate.late();
                    });
            }
        });
        return result;
    }

    std::string compare(const word_counts &expected) override {
        [[maybe_unused]] const typename Map::thread_scope scope;
        for (const auto &[word, count] : expected) {
            const auto found = map_.find(word);
            if (!found)
                return "the word '" + word + "' is missing";
            if (*found != count)
                return "the word '" + word + "' was counted " + std::to_string(*found) +
                       " times in place of " + std::to_string(count);
        }
        if (map_.size() != expected.size())
            return "there are " + std::to_string(map_.size()) + " words in place of " +
                   std::to_string(expected.size());
        return {};
    }

private:
    // On cache lines of its own: where a map lies must not decide.
    alignas(128) Map map_;
};

template <class Map>
std::unique_ptr<counter> make_counter(std::size_t distinct_words) {
    return std::make_unique<counter_of<Map>>(distinct_words);
}

} // namespace ferry::bench
