// SPDX-License-Identifier: BSL-1.0
#pragma once

// Threads that work on one map and report afterwards. Inside a thread nothing is asserted: what
// does not hold is counted in the thread's own `findings`, and the test looks at them after the
// join: CHECK(crew(4, work).text() == "").

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ferry::test {

class findings {
public:
    void expect(bool held, const char *sentence) {
        if (!held) [[unlikely]]
            note(sentence, 1);
    }

    void note(const std::string &sentence, std::uint64_t times) {
        for (auto &[known, count] : broken_) {
            if (known == sentence) {
                count += times;
                return;
            }
        }
        broken_.emplace_back(sentence, times);
    }

    void add(const findings &other) {
        for (const auto &[sentence, count] : other.broken_)
            note(sentence, count);
    }

    // Empty when everything held.
    std::string text() const {
        std::string all;
        for (const auto &[sentence, count] : broken_)
            all += "does not hold, " + std::to_string(count) + " times: " + sentence + "\n";
        return all;
    }

private:
    std::vector<std::pair<std::string, std::uint64_t>> broken_;
};

// Ends the process with a sentence when a test hangs: a lost wake-up or an endless loop should
// name its test and not just run into the time limit of the whole suite.
class watchdog {
public:
    explicit watchdog(const char *what, std::chrono::seconds limit = std::chrono::seconds(180))
        : thread_([this, what, limit] {
              std::unique_lock lock(mutex_);
              if (!done_.wait_for(lock, limit, [this] { return over_; })) {
                  std::fprintf(stderr, "stuck for %lld s: %s\n",
                               static_cast<long long>(limit.count()), what);
                  std::abort();
              }
          }) {}

    watchdog(const watchdog &) = delete;
    watchdog &operator=(const watchdog &) = delete;

    ~watchdog() {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        done_.notify_one();
        thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable done_;
    bool over_ = false;
    std::thread thread_; // last: it uses the others
};

// Runs work(index, findings&) on so many threads, which start together; what they found.
template <class Work>
findings crew(unsigned threads, Work &&work) {
    std::vector<findings> found(threads);
    std::latch start(static_cast<std::ptrdiff_t>(threads));
    {
        const watchdog dog("a crew of threads");
        std::vector<std::thread> all;
        all.reserve(threads);
        for (unsigned i = 0; i < threads; ++i) {
            all.emplace_back([&work, &start, &mine = found[i], i] {
                start.arrive_and_wait();
                try {
                    work(i, mine);
                } catch (const std::exception &error) {
                    mine.note(std::string("no exception: ") + error.what(), 1);
                } catch (...) {
                    mine.note("no exception", 1);
                }
            });
        }
        for (std::thread &thread : all)
            thread.join();
    }
    findings sum;
    for (const findings &one : found)
        sum.add(one);
    return sum;
}

} // namespace ferry::test
