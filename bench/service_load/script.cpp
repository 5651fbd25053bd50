// SPDX-License-Identifier: BSL-1.0
#include "service_load/script.hpp"

#include <algorithm>

namespace ferry::bench {

script::script(const load_plan &plan, std::span<const std::uint32_t> skewed, std::uint64_t seed,
               keeping what)
    : plan_(plan), skewed_(skewed), keeping_(what), random_(seed),
      position_(skewed.empty() ? 0 : split_mix(seed)() % skewed.size()), versions_(plan.keys, 0),
      stored_(plan.stored_first) {}

std::optional<load_request> script::next_of_filling() {
    if (filled_ == plan_.stored_first)
        return std::nullopt;
    return load_request{.what = verb::set, .wanted = reply_wanted::stored, .key = filled_++};
}

std::optional<load_request> script::next() {
    while (phase_ < plan_.phases.size() && made_ == plan_.phases[phase_].requests) {
        ++phase_;
        made_ = 0;
        credits_.clear();
    }
    if (phase_ == plan_.phases.size())
        return std::nullopt;
    ++made_;
    auto r = make(next_action());
    if (keeping_ == keeping::nothing && r.what != verb::set)
        r.wanted = reply_wanted::anything;
    return r;
}

// Each portion at its own steady pace: every time each earns its share, and the richest pays for
// all.
action script::next_action() {
    const auto &mix = plan_.phases[phase_].mix;
    credits_.resize(mix.size(), 0);
    for (std::size_t i = 0; i < mix.size(); ++i)
        credits_[i] += static_cast<int>(mix[i].percent);
    const auto richest = std::max_element(credits_.begin(), credits_.end());
    *richest -= 100;
    return mix[static_cast<std::size_t>(richest - credits_.begin())].what;
}

load_request script::make(action what) {
    constexpr std::uint32_t longest_life = 8; // seconds
    switch (what) {
    case action::get_present:
        return get(plan_.choice == key_choice::zipf ? chosen_key() : any_below(stored_.complete()),
                   reply_wanted::value);
    case action::get_deleted:
        if (const auto deleted = deleted_.complete(); deleted != 0)
            return get(deleted_key(any_below(deleted)), reply_wanted::nothing);
        [[fallthrough]];
    case action::get_kept:
        return get(kept_key(any_below(kept_of(plan_.stored_first))), reply_wanted::value);
    case action::get_any:
        return get(chosen_key(), reply_wanted::either);
    case action::set_new:
        return set(stored_.begin());
    case action::set_again:
        return set(chosen_key());
    case action::set_kept:
        return set(kept_key(any_below(kept_of(plan_.stored_first))));
    case action::set_expiring: {
        auto r = set(chosen_key());
        r.seconds_to_live = 1 + any_below(longest_life);
        return r;
    }
    case action::delete_next:
        return {verb::erase, reply_wanted::deleted, deleted_key(deleted_.begin())};
    }
    return {};
}

void script::acknowledge(const load_request &r) {
    switch (r.what) {
    case verb::get:
        return;
    case verb::set:
        // Those of filling have version 0.
        if (r.version == 0)
            return;
        versions_[r.key] = std::max(versions_[r.key], r.version);
        if (r.key >= plan_.stored_first)
            stored_.done(r.key);
        return;
    case verb::erase:
        deleted_.done(index_of_deleted(r.key));
        return;
    }
}

std::uint32_t script::any_below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((random_() >> 32) * limit) >> 32);
}

std::uint32_t script::chosen_key() {
    if (skewed_.empty())
        return any_below(plan_.keys);
    if (position_ == skewed_.size())
        position_ = 0;
    return skewed_[position_++];
}

load_request script::get(std::uint32_t key, reply_wanted wanted) {
    return {.what = verb::get, .wanted = wanted, .key = key, .version = versions_[key]};
}

load_request script::set(std::uint32_t key) {
    return {
        .what = verb::set, .wanted = reply_wanted::stored, .key = key, .version = ++last_version_};
}

} // namespace ferry::bench
