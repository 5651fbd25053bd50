// SPDX-License-Identifier: BSL-1.0
#include "wordcount/job.hpp"

#include "wordcount/reference.hpp"

#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

namespace {

// The text and what is in it.
class word_job {
public:
    explicit word_job(const std::filesystem::path &folder) : text_(folder) {
        const auto begin = clock::now();
        expected_ = count_alone(text_);
        seconds_alone_ = std::chrono::duration<double>(clock::now() - begin).count();
        for (const auto &[word, count] : expected_)
            words_ += count;
    }

    double seconds_alone() const { return seconds_alone_; }

    job_run run(counter_factory make, const team &who, std::chrono::nanoseconds patience) const {
        const auto counter = make(expected_.size());
        const auto result = counter->count(who, patience, text_);
        const auto counted =
            std::accumulate(result.words.begin(), result.words.end(), std::uint64_t{0});
        return {.seconds = result.time.seconds,
                .waited = result.time.waited,
                .operations = counted,
                .finished = static_cast<double>(counted) / static_cast<double>(words_),
                .wrong = counter->compare(counted == words_ ? expected_
                                                            : count_alone(text_, result.words))};
    }

    std::string heading() const {
        return std::to_string(words_) + " words, " + std::to_string(expected_.size()) +
               " distinct, in " + std::to_string(text_.files()) + " files of " +
               std::to_string(text_.bytes()) + " bytes; million words";
    }

private:
    text text_;
    word_counts expected_;
    double seconds_alone_ = 0;
    std::uint64_t words_ = 0;
};

} // namespace

int count_words(const std::vector<counting_contender> &maps, const job_options &o,
                const std::filesystem::path &folder, const std::filesystem::path &json,
                std::ostream &out) {
    const word_job words(folder);
    std::vector<contender> contenders;
    for (const auto &map : maps)
        contenders.push_back({map.name, [&words, &o, make = map.make](const team &who) {
                                  return words.run(make, who, o.patience);
                              }});
    return run_job(o,
                   {.name = "wordcount",
                    .in_words = "count words",
                    .expected_seconds = words.seconds_alone(),
                    .heading = words.heading(),
                    .maps = std::move(contenders)},
                   json, out);
}

} // namespace ferry::bench
