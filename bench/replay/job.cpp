// SPDX-License-Identifier: BSL-1.0
#include "replay/job.hpp"

#include "replay/trace.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ferry::bench {

namespace {

// A guess, for "time left".
constexpr double seconds_per_request = 0.5e-6;

job_run replay(const trace &what, player_factory make, const team &who,
               std::chrono::nanoseconds patience) {
    const auto result = make(what)->play(who, patience, what);
    job_run run{.seconds = result.time.seconds,
                .waited = result.time.waited,
                .operations = result.requests,
                .finished = result.finished,
                .wrong = result.wrong,
                .hit_rate = 0};
    if (result.gets != 0)
        run.hit_rate = static_cast<double>(result.hits) / static_cast<double>(result.gets);
    return run;
}

std::string heading(const trace &what) {
    const auto count = [&](request::kind kind) {
        return std::to_string(std::count_if(what.requests.begin(), what.requests.end(),
                                            [kind](const request &r) { return r.what == kind; }));
    };
    return std::to_string(what.requests.size()) + " requests (" + count(request::kind::get) +
           " get, " + count(request::kind::set) + " set, " + count(request::kind::del) +
           " del) for " + std::to_string(what.keys.size()) + " keys; million requests";
}

} // namespace

int replay_trace(const std::vector<replaying_contender> &maps, const job_options &o,
                 const std::filesystem::path &file, const std::filesystem::path &json,
                 std::ostream &out) {
    const trace what = read_trace(file);
    std::vector<contender> contenders;
    for (const auto &map : maps)
        contenders.push_back({map.name, [&what, &o, make = map.make](const team &who) {
                                  return replay(what, make, who, o.patience);
                              }});
    return run_job(
        o,
        {.name = "replay",
         .in_words = "replay a trace",
         .expected_seconds = static_cast<double>(what.requests.size()) * seconds_per_request,
         .heading = heading(what),
         .maps = std::move(contenders)},
        json, out);
}

} // namespace ferry::bench
