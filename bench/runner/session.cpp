// SPDX-License-Identifier: BSL-1.0
#include "runner/session.hpp"

#include "report/progress.hpp"
#include "runner/foreign_load.hpp"
#include "runner/stage.hpp"

#include <benchmark/benchmark.h>

#include <optional>
#include <utility>

namespace ferry::bench {

namespace {

struct run_id {
    const block *where;
    scenario what;
    unsigned threads;
    const map_entry *map;
    unsigned round;
};

std::string name_of(const run_id &id) {
    return name_of(id.what) + "/workers:" + std::to_string(id.threads) + '/' + id.map->name +
           "/round:" + std::to_string(id.round);
}

// All runs in the order of the plan.
std::vector<run_id> runs_of(const options &o, const std::vector<block> &plan) {
    std::vector<run_id> runs;
    for (const auto &b : plan)
        for (unsigned round = 0; round < o.rounds; ++round)
            for (const auto &map : o.maps) {
                if (!map.form_for(b.use).holds(b.keys))
                    continue;
                for (const auto &s : b.scenarios)
                    for (const auto threads : o.threads)
                        runs.push_back({&b, s, threads, &map, round});
            }
    return runs;
}

// Google Benchmark's own table would be thousands of lines; ours comes at the end.
class silent_reporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &) override {}
};

void initialize_benchmark(const std::filesystem::path &json) {
    std::vector<std::string> arguments{"ferry-bench", "--benchmark_out=" + json.string(),
                                       "--benchmark_out_format=json"};
    std::vector<char *> pointers;
    for (auto &argument : arguments)
        pointers.push_back(argument.data());
    int count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
}

class session {
public:
    session(const options &o, std::vector<std::string> paths, const std::vector<run_id> &runs)
        : options_(o), stage_(std::move(paths)), progress_(expected(runs)) {}

    void run(benchmark::State &state, const run_id &id) {
        announce(id);
        subject &map = stage_.set(*id.where, id.round, *id.map);
        const run_order order{id.what.what, id.threads, warm_up(options_), options_.window,
                              stage_.skewed_picks(id.what)};
        run_result result;
        for (auto _ : state) {
            result = map.run(order);
            state.SetIterationTime(result.seconds);
            if (!result.wrong.empty()) {
                results_.add_wrong(id.what, id.threads, id.map->name, result.wrong);
                state.SkipWithError(("WRONG: " + result.wrong).c_str());
                break;
            }
        }
        if (!result.wrong.empty())
            return;
        results_.add(id.what, id.threads, id.map->name, result.operations_per_second());
        state.counters["ops_per_s"] = result.operations_per_second();
        state.counters["workers"] = id.threads;
        state.counters["n"] = id.what.n;
        state.counters["round"] = id.round;
    }

    results finish() {
        progress_.end();
        end_round();
        return std::move(results_);
    }

private:
    double expected(const run_id &id, bool fills) const {
        return expected_seconds(*id.where, options_) +
               (fills ? expected_fill_seconds(*id.where) : 0);
    }

    static bool on_same_map(const run_id &a, const run_id &b) {
        return a.where == b.where && a.round == b.round && a.map == b.map;
    }

    double expected(const std::vector<run_id> &runs) const {
        double sum = 0;
        for (std::size_t i = 0; i < runs.size(); ++i)
            sum += expected(runs[i], i == 0 || !on_same_map(runs[i - 1], runs[i]));
        return sum;
    }

    void announce(const run_id &id) {
        const bool fills = !last_ || !on_same_map(*last_, id);
        if (!last_ || last_->where != id.where || last_->round != id.round) {
            if (last_)
                end_round();
            progress_.begin(name_of(*id.where) + ", round " + std::to_string(id.round + 1) +
                            " of " + std::to_string(options_.rounds));
        }
        progress_.step(id.map->name + ", " + std::string(name_of(id.what.what)) + ' ' +
                           std::string(name_of(id.what.choice)) + ", " +
                           threads_in_words(id.threads),
                       expected(id, fills));
        last_ = id;
    }

    void end_round() {
        if (const auto share = foreign_load_.share())
            results_.add_foreign_load(*share);
        foreign_load_ = {};
    }

    const options &options_;
    stage stage_;
    progress progress_;
    results results_;
    foreign_load foreign_load_;
    std::optional<run_id> last_;
};

} // namespace

results run_session(const options &o, const std::vector<block> &plan,
                    std::vector<std::string> paths, const std::filesystem::path &json) {
    const auto runs = runs_of(o, plan);
    session s(o, std::move(paths), runs);

    initialize_benchmark(json);
    for (const auto &map : o.maps)
        benchmark::AddCustomContext(map.name, map.note);
    for (const auto &id : runs)
        benchmark::RegisterBenchmark(name_of(id).c_str(),
                                     [&s, id](benchmark::State &state) { s.run(state, id); })
            ->Iterations(1)
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);

    silent_reporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
    benchmark::Shutdown();
    return s.finish();
}

} // namespace ferry::bench
