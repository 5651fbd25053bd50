// SPDX-License-Identifier: BSL-1.0
#pragma once

// What an input of the schedule target says.

#include "bytes.hpp"

#include "scenario.hpp"
#include "sched/execution.hpp"

#include <string>
#include <vector>

namespace ferry::fuzz {

// | elements, hashes | set-up, memory | stopped thread, step (2) | failing point | before | thread
// | | thread | thread or nothing | decisions |
//
// A script is a byte a call, which names the verb and the key; a byte that is none ends it. The
// values a script puts are different numbers.
struct execution {
    model::scenario what;
    model::memory_kind memory = model::memory_kind::sequential;
    std::vector<model::stop> stops;
    unsigned failing_point = 0;
};

// What is left of the bytes are the decisions.
execution decode(bytes &);

// The same in words.
std::string in_words(const execution &);

} // namespace ferry::fuzz
