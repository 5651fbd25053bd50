// SPDX-License-Identifier: BSL-1.0
#include "runner/recorder.hpp"

#include "report/progress.hpp"

#include <benchmark/benchmark.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <exception>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

namespace ferry::bench {

namespace {

// Google Benchmark's own table would be thousands of lines; ours comes at the end.
class silent_reporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &) override {}
};

void initialize_benchmark(const std::filesystem::path &json) {
    // Google Benchmark would end the program, after the work of an hour has been prepared.
    if (!std::ofstream(json))
        throw std::runtime_error("the results cannot be written to '" + json.string() +
                                 "': " + std::strerror(errno));
    static char program[] = "ferry-bench"; // Google Benchmark keeps the pointer
    auto file = "--benchmark_out=" + json.string();
    char format[] = "--benchmark_out_format=json";
    char *arguments[] = {program, file.data(), format, nullptr};
    int count = 3;
    benchmark::Initialize(&count, arguments);
}

// Google Benchmark has one context for the life of the process, and complains of what it has
// already. Its Shutdown() would free that and leave the pointer to it for the next to use.
void describe(const context &about) {
    static std::set<std::string> known;
    for (const auto &[name, value] : about)
        if (known.insert(name).second)
            benchmark::AddCustomContext(name, value);
}

double expected_seconds(const std::vector<step> &steps) {
    double sum = 0;
    for (const auto &s : steps)
        sum += s.expected;
    return sum;
}

double expected_seconds_of_firsts(const std::vector<step> &steps) {
    double sum = 0;
    for (const auto &s : steps)
        sum += s.again ? 0 : s.expected;
    return sum;
}

class recorder {
public:
    recorder(const std::vector<step> &steps, std::chrono::seconds budget)
        : progress_(expected_seconds(steps)), budget_(budget),
          firsts_left_(expected_seconds_of_firsts(steps)) {}

    void perform(benchmark::State &state, const step &s) {
        left_out_ = s.again && progress_.end_after(firsts_left_ + s.expected) > budget_;
        if (left_out_)
            progress_.leave_out(s.expected);
        else
            announce(s);
        firsts_left_ -= s.again ? 0 : s.expected;
        for (auto _ : state) {
            if (left_out_)
                continue;
            record r = run(s);
            state.SetIterationTime(r.seconds);
            if (!r.wrong.empty()) {
                state.SkipWithError(r.wrong.c_str());
                break;
            }
            for (const auto &[name, value] : r.counters)
                if (std::isfinite(value)) // JSON has no others
                    state.counters[name] = value;
            if (!r.in_order.empty())
                series_[s.name] = std::move(r.in_order);
        }
    }

    // Whether the step that was performed last was left out.
    bool left_out() const { return left_out_; }

    // By the names of the steps that have some.
    const std::map<std::string, series> &all_series() const { return series_; }

    void finish() { progress_.end(); }

private:
    // One that cannot be measured must not cost the results of the others.
    static record run(const step &s) {
        try {
            return s.run();
        } catch (const std::exception &error) {
            return {0, {}, error.what()};
        }
    }

    void announce(const step &s) {
        if (s.phase != phase_) {
            phase_ = s.phase;
            progress_.begin(s.phase);
        }
        progress_.step(s.detail, s.expected);
    }

    progress progress_;
    std::string phase_;
    const std::chrono::seconds budget_;
    double firsts_left_; // seconds expected for what is not to be left out
    bool left_out_ = false;
    std::map<std::string, series> series_;
};

// What was left out has no results.
class json_reporter : public benchmark::JSONReporter {
public:
    explicit json_reporter(const recorder &of) : recorder_(of) {}
    void ReportRuns(const std::vector<Run> &runs) override {
        if (!recorder_.left_out())
            benchmark::JSONReporter::ReportRuns(runs);
    }

private:
    const recorder &recorder_;
};

} // namespace

void record_steps(const std::vector<step> &steps, const context &about,
                  const std::filesystem::path &json, std::chrono::seconds budget) {
    initialize_benchmark(json);
    describe(about);

    recorder r(steps, budget);
    for (const auto &s : steps)
        benchmark::RegisterBenchmark(s.name.c_str(),
                                     [&r, &s](benchmark::State &state) { r.perform(state, s); })
            ->Iterations(1)
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);

    silent_reporter silent;
    json_reporter file(r);
    benchmark::RunSpecifiedBenchmarks(&silent, &file);
    benchmark::ClearRegisteredBenchmarks();
    add_series(json, r.all_series());
    r.finish();
}

} // namespace ferry::bench
