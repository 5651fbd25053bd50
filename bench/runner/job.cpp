// SPDX-License-Identifier: BSL-1.0
#include "runner/job.hpp"

#include "report/measurements.hpp"
#include "report/table.hpp"
#include "runner/disturbance.hpp"
#include "runner/give_memory_back.hpp"
#include "runner/recorder.hpp"
#include "workloads/workload.hpp"

#include <ostream>
#include <stdexcept>

namespace ferry::bench {

namespace {

struct place {
    const contender *map;
    unsigned threads;
};

std::vector<place> places_of(const job_options &o, const job &what) {
    std::vector<place> places;
    for (const auto threads : o.threads)
        for (const auto &map : what.maps)
            places.push_back({&map, threads});
    if (places.empty())
        throw std::runtime_error("none of the chosen maps can " + what.in_words +
                                 ": choose others with --maps");
    return places;
}

record record_of(const job_run &run, const team &who, unsigned round) {
    record r{run.seconds,
             {{"ops_per_s", run.operations_per_second()},
              {"workers", who.threads()},
              {"round", round},
              {"finished", run.finished}},
             run.wrong};
    if (run.hit_rate)
        r.counters.emplace_back("hit_rate", *run.hit_rate);
    note_waiting(r, who, run.waited);
    return r;
}

} // namespace

int run_job(const job_options &o, const job &what, const std::filesystem::path &json,
            std::ostream &out) {
    const auto places = places_of(o, what);
    std::vector<job_row> rows;
    for (const auto &p : places)
        rows.push_back({p.map->name, p.threads, {}});

    std::vector<step> steps;
    for (unsigned round = 0; round < o.rounds; ++round)
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto [map, threads] = places[i];
            const auto workers = std::to_string(threads);
            steps.push_back({.name = what.name + "/workers:" + workers + '/' + map->name +
                                     "/round:" + std::to_string(round),
                             .phase = what.name + ", round " + std::to_string(round + 1) + " of " +
                                      std::to_string(o.rounds),
                             .detail = map->name + ", " + threads_in_words(threads),
                             .expected = what.expected_seconds,
                             .run = [&, i, round] {
                                 give_memory_back();
                                 const auto &p = places[i];
                                 const team who(p.threads, o.pinned);
                                 auto run = p.map->run(who);
                                 auto r = record_of(run, who, round);
                                 rows[i].rounds.push_back(std::move(run));
                                 return r;
                             }});
        }
    record_steps(steps, o.about, json);

    out << what.name << ": " << what.heading << " a second in " << o.rounds
        << (o.rounds == 1 ? " round\n" : " rounds\n");
    print_job_table(out, rows);
    for (const auto &sentence : disturbances(read_measurements(json)))
        out << sentence << '\n';
    return any_wrong(rows) ? 1 : 0;
}

} // namespace ferry::bench
