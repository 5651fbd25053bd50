// SPDX-License-Identifier: BSL-1.0
#pragma once

// Sends requests when they are due, whether or not earlier ones have been answered: an open loop.
// A request's time counts from the moment at which it was due, so a server that stops is charged
// for every request that was due meanwhile. The time includes the lateness of the generator, which
// is recorded by itself as well.
//
// One thread does all of it: the machine may have no more than two processors. It sleeps until the
// next request is due or a reply comes, and takes no processor from the server by spinning. Half of
// the connections carry what changes, so that a key's changes follow each other on one of them; the
// other half carries what reads. How many requests are under way on a connection has no limit.

#include "runner/histogram.hpp"
#include "service_load/arrivals.hpp"
#include "service_load/plan.hpp"
#include "service_load/recording.hpp"
#include "service_load/script.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace ferry::bench {

struct generator_options {
    unsigned connections = 8;
    std::chrono::nanoseconds patience = std::chrono::seconds(10); // with a server that says nothing
};

struct load_result {
    recording requests{};
    histogram lateness = empty_histogram(); // from when a request was due until it was sent
    double seconds = 0;                     // until the last reply
    double seconds_asked = 0;               // until the last request was due
    double busy = 0;       // the share of that time in which the generator's thread ran
    std::size_t depth = 0; // the most requests under way on a connection
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t refused = 0;
    std::string wrong{}; // empty: every reply was right; else the first that was not, and the end
};

// Stores the keys that the script begins with, as fast as the server does it, and then runs the
// script's phases. Throws std::runtime_error, with a sentence, when the server goes, or is silent
// on a connection for longer than `patience` while requests are under way there.
load_result generate_load(const std::filesystem::path &socket, value_sizes, script &, arrivals &,
                          const generator_options &);

} // namespace ferry::bench
