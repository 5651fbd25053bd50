// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map answered when a trace was replayed on it, and which of its answers cannot be.

#include "replay/trace.hpp"
#include "runner/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ferry::bench {

enum class answer : std::uint8_t {
    none, // it was not asked
    done, // a set or del
    hit,
    miss
};

// A batch of requests is done by one worker; the batches of a worker, in the order of the trace.
struct transcript {
    static constexpr std::size_t batch_size = 64;

    explicit transcript(std::size_t requests)
        : answers(requests), workers((requests + batch_size - 1) / batch_size) {}

    std::vector<answer> answers;   // to each request
    std::vector<unsigned> workers; // of each batch
};

// Counts the gets that missed, or found, what was certainly present, or absent: the map was empty
// at first, and one thing is known of a key whatever order the workers ran in. After a worker has
// set it, it stays present if no other worker deletes it at any time; after one has deleted it, or
// if it never set it, it is absent unless another worker sets it.
tally contradictions(const trace &, const transcript &);

} // namespace ferry::bench
