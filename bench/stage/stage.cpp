// SPDX-License-Identifier: BSL-1.0
#include "stage/stage.hpp"

#include "runner/give_memory_back.hpp"
#include "workloads/zipf.hpp"

#include <algorithm>

namespace ferry::bench {

namespace {

constexpr double zipf_exponent = 0.99;
constexpr std::size_t skewed_count = std::size_t{1} << 22;

} // namespace

std::unique_ptr<subject> stage::make(const occasion &wanted, const map_entry &map) {
    const auto &form = map.form_for(wanted.use);
    switch (wanted.of) {
    case element::u64:
        return form.u64(*integers_);
    case element::string:
        return form.string(strings_);
    case element::string_64:
        break;
    }
    return form.string_64(strings_);
}

subject &stage::set(const occasion &wanted, const map_entry &map) {
    const auto is_other = [&map](const actor &a) { return a.map != &map; };
    if (occasion_ != wanted ||
        (!fit_together(wanted.n) && std::any_of(cast_.begin(), cast_.end(), is_other)))
        clear();
    if (!occasion_) {
        if (wanted.of == element::u64 && !(integers_ && integers_->n() == wanted.n))
            integers_.emplace(wanted.n);
        occasion_ = wanted;
    }

    auto here = std::find_if_not(cast_.begin(), cast_.end(), is_other);
    if (here == cast_.end()) {
        // In the cast only when all of this went well.
        actor fresh{&map, make(wanted, map), {}};
        if (wanted.use != map_use::own_maps)
            fresh.fault = fresh.what->fill(wanted.use);
        here = cast_.insert(cast_.end(), std::move(fresh));
    }
    current_ = &*here;
    if (wanted.use == map_use::own_maps)
        give_memory_back();
    return *current_->what;
}

std::span<const std::uint32_t> stage::skewed_picks(const scenario &s) {
    if (s.choice == distribution::uniform)
        return {};
    const auto universe = universe_of(s.what, s.n);
    if (skewed_universe_ != universe) {
        skewed_ = zipf_indices(universe, zipf_exponent, skewed_count);
        skewed_universe_ = universe;
    }
    return skewed_;
}

void stage::clear() {
    current_ = nullptr;
    cast_.clear();
    occasion_.reset();
    give_memory_back();
}

} // namespace ferry::bench
