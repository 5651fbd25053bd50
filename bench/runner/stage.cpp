// SPDX-License-Identifier: BSL-1.0
#include "runner/stage.hpp"

#include "runner/give_memory_back.hpp"
#include "workloads/zipf.hpp"

namespace ferry::bench {

namespace {

constexpr double zipf_exponent = 0.99;
constexpr std::size_t skewed_count = std::size_t{1} << 22;

} // namespace

subject &stage::set(const occasion &wanted) {
    if (subject_ && occasion_ == wanted) {
        if (wanted.use == map_use::own_maps)
            give_memory_back();
        return *subject_;
    }

    clear();
    const auto &form = wanted.map->form_for(wanted.use);
    switch (wanted.of) {
    case element::u64:
        integers_.emplace(wanted.n);
        subject_ = form.u64(*integers_);
        break;
    case element::string:
        subject_ = form.string(strings_);
        break;
    case element::string_64:
        subject_ = form.string_64(strings_);
        break;
    }
    if (wanted.use != map_use::own_maps)
        fault_ = subject_->fill(wanted.use);
    occasion_ = wanted;
    return *subject_;
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
    subject_.reset();
    occasion_.reset();
    fault_.clear();
    give_memory_back();
}

} // namespace ferry::bench
