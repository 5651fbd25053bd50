// SPDX-License-Identifier: BSL-1.0
#include "runner/stage.hpp"

#include "workloads/zipf.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ferry::bench {

namespace {

constexpr double zipf_exponent = 0.99;
constexpr std::size_t skewed_count = std::size_t{1} << 22;

// So that no map is built in the holes that the one before left, strewn by the order in which that
// freed its nodes.
void give_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace

subject &stage::set(const block &b, unsigned round, const map_entry &map) {
    const occasion wanted{&b, round, &map};
    if (subject_ && occasion_ == wanted) {
        if (b.use == map_use::own_maps)
            give_memory_back();
        return *subject_;
    }

    const auto &form = map.form_for(b.use);
    subject_.reset();
    give_memory_back();
    if (b.keys == key_kind::u64) {
        integers_.emplace(b.n);
        subject_ = form.integers(*integers_);
    } else {
        subject_ = form.paths(paths_);
    }
    if (b.use != map_use::own_maps)
        subject_->fill();
    occasion_ = wanted;
    return *subject_;
}

std::span<const std::uint32_t> stage::skewed_picks(const scenario &s) {
    if (s.choice == distribution::uniform)
        return {};
    const std::uint32_t universe = use_of(s.what) == map_use::churns_keys ? 2 * s.n : s.n;
    if (skewed_universe_ != universe) {
        skewed_ = zipf_indices(universe, zipf_exponent, skewed_count);
        skewed_universe_ = universe;
    }
    return skewed_;
}

} // namespace ferry::bench
