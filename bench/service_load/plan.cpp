// SPDX-License-Identifier: BSL-1.0
#include "service_load/plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ferry::bench {

namespace {

constexpr std::array scenarios{service_scenario::growth, service_scenario::steady,
                               service_scenario::churn, service_scenario::sweep};

// Growth begins with so many.
constexpr std::uint32_t few_keys = 1000;

constexpr value_sizes small_values{64, 64};
constexpr value_sizes mixed_values{64, 1024};

// Megabytes in which so many keys have room, whatever the server adds to each and however it
// divides its memory: nothing is evicted.
unsigned room_for(std::uint32_t keys, value_sizes values) {
    constexpr double of_its_own = 200;
    constexpr double divided = 1.5;
    return 256 +
           static_cast<unsigned>(std::ceil(keys * (values.mean() + of_its_own) * divided / 1e6));
}

// Half of what keys and values alone take.
unsigned too_little_for(std::uint32_t keys, value_sizes values) {
    constexpr double of_a_key = 10;
    // A server divides what it has by size, and needs some of each.
    constexpr unsigned least = 64;
    return std::max(least,
                    static_cast<unsigned>(std::ceil(keys * (values.mean() + of_a_key) / 2 / 1e6)));
}

} // namespace

std::span<const service_scenario> all_service_scenarios() { return scenarios; }

std::string_view name_of(service_scenario s) {
    switch (s) {
    case service_scenario::growth:
        return "growth";
    case service_scenario::steady:
        return "steady";
    case service_scenario::churn:
        return "churn";
    case service_scenario::sweep:
        return "sweep";
    }
    return {};
}

std::string_view describe(service_scenario s) {
    switch (s) {
    case service_scenario::growth:
        return "50 % SET of new keys, from a thousand to N, and 50 % GET of present ones; values "
               "of 64 bytes";
    case service_scenario::steady:
        return "90 % GET, 10 % SET of N present keys, by Zipf's law; values of 64 to 1024 bytes";
    case service_scenario::churn:
        return "70 % GET, 30 % SET of N keys, by Zipf's law, with a time to live of 1 to 8 s; "
               "memory for half of them, or 64 MB";
    case service_scenario::sweep:
        return "50 % DELETE of nine in ten of N keys, 50 % GET of the others; then 90 % GET, half "
               "of them of deleted keys, and 10 % SET";
    }
    return {};
}

std::uint64_t load_plan::requests() const {
    std::uint64_t sum = 0;
    for (const auto &phase : phases)
        sum += phase.requests;
    return sum;
}

load_plan plan_service(service_scenario s, std::uint32_t keys, double rate, double seconds) {
    const auto for_seconds = static_cast<std::uint64_t>(rate * seconds);
    switch (s) {
    case service_scenario::growth: {
        const auto first = std::min(few_keys, keys / 2);
        return {s,
                first,
                keys,
                key_choice::uniform,
                small_values,
                room_for(keys, small_values),
                {{{{action::set_new, 50}, {action::get_present, 50}}, 2ull * (keys - first)}}};
    }
    case service_scenario::steady:
        return {s,
                keys,
                keys,
                key_choice::zipf,
                mixed_values,
                room_for(keys, mixed_values),
                {{{{action::get_present, 90}, {action::set_again, 10}}, for_seconds}}};
    case service_scenario::churn:
        return {s,
                keys,
                keys,
                key_choice::zipf,
                mixed_values,
                too_little_for(keys, mixed_values),
                {{{{action::get_any, 70}, {action::set_expiring, 30}}, for_seconds}}};
    case service_scenario::sweep:
        return {
            s,
            keys,
            keys,
            key_choice::uniform,
            small_values,
            room_for(keys, small_values),
            {{{{action::delete_next, 50}, {action::get_kept, 50}}, 2ull * (keys - kept_of(keys))},
             {{{action::get_kept, 45}, {action::get_deleted, 45}, {action::set_kept, 10}},
              for_seconds / 2}}};
    }
    return {};
}

} // namespace ferry::bench
