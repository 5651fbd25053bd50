// SPDX-License-Identifier: BSL-1.0
#include "runner/recorder.hpp"

#include "report/progress.hpp"

#include <benchmark/benchmark.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <exception>
#include <fstream>
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

class recorder {
public:
    explicit recorder(const std::vector<step> &steps) : progress_(expected_seconds(steps)) {}

    void perform(benchmark::State &state, const step &s) {
        announce(s);
        for (auto _ : state) {
            const record r = run(s);
            state.SetIterationTime(r.seconds);
            if (!r.wrong.empty()) {
                state.SkipWithError(r.wrong.c_str());
                break;
            }
            for (const auto &[name, value] : r.counters)
                if (std::isfinite(value)) // JSON has no others
                    state.counters[name] = value;
        }
    }

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
};

} // namespace

void record_steps(const std::vector<step> &steps, const context &about,
                  const std::filesystem::path &json) {
    initialize_benchmark(json);
    describe(about);

    recorder r(steps);
    for (const auto &s : steps)
        benchmark::RegisterBenchmark(s.name.c_str(),
                                     [&r, &s](benchmark::State &state) { r.perform(state, s); })
            ->Iterations(1)
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);

    silent_reporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
    benchmark::ClearRegisteredBenchmarks();
    r.finish();
}

} // namespace ferry::bench
