// SPDX-License-Identifier: BSL-1.0
#pragma once

// Makes the requests of a plan one after the other, and knows what each reply must be: which keys
// are certainly there, which certainly are not, and which value is the oldest that may be seen.
//
// A key's changes must go to the server over one connection, in the order in which they were made;
// of two connections the server could take the second first.

#include "service_load/frontier.hpp"
#include "service_load/plan.hpp"
#include "service_load/request.hpp"
#include "workloads/random.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ferry::bench {

// What the server does with what it is given. One that keeps nothing must still answer, with
// whatever it likes.
enum class keeping { all, nothing };

class script {
public:
    // `skewed`: indices below the plan's number of keys, for key_choice::zipf. Both must outlive
    // the script.
    script(const load_plan &, std::span<const std::uint32_t> skewed, std::uint64_t seed,
           keeping = keeping::all);

    // The next SET of a key that must be stored before the first phase; nothing after the last one.
    std::optional<load_request> next_of_filling();

    // The next of the phases; nothing at their end.
    std::optional<load_request> next();

    // The reply to a request was right.
    void acknowledge(const load_request &);

private:
    action next_action();
    load_request make(action);
    std::uint32_t any_below(std::uint32_t limit);
    std::uint32_t chosen_key();
    load_request get(std::uint32_t key, reply_wanted wanted);
    load_request set(std::uint32_t key);

    const load_plan &plan_;
    std::span<const std::uint32_t> skewed_;
    keeping keeping_;
    split_mix random_;
    std::size_t position_;                // in skewed_
    std::uint32_t filled_ = 0;            // keys
    std::vector<std::uint32_t> versions_; // the last acknowledged, by key
    std::uint32_t last_version_ = 0;
    frontier stored_;
    frontier deleted_{0};
    std::size_t phase_ = 0;
    std::uint64_t made_ = 0;   // requests of the phase
    std::vector<int> credits_; // of the portions of the phase
};

} // namespace ferry::bench
