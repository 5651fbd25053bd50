// SPDX-License-Identifier: BSL-1.0

#include "width.hpp"

#include <ferry/detail/flat/probe.hpp>
#include <ferry/detail/node/probe.hpp>

namespace ferry::test {

namespace {

template <unsigned Stride>
unsigned as_bits(engine::slot_set<Stride> slots) noexcept {
    unsigned bits = 0;
    for (; !slots.empty(); slots.drop_first())
        bits |= 1u << slots.first();
    return bits;
}

} // namespace

template <>
lanes probe_as<FERRY_PROBE>(const std::uint64_t *words, std::uint64_t tag) noexcept {
    const engine::bucket_view seen(*reinterpret_cast<const engine::bucket *>(words));
    return {as_bits(seen.matches(tag)), as_bits(seen.stops())};
}

template <>
unsigned match_as<FERRY_PROBE>(const std::uint64_t *words, std::uint64_t key_word) noexcept {
    const auto &in = *reinterpret_cast<const engine::cell_bucket *>(words);
    const auto found = engine::cells_view(in).matches(engine::cell_word(key_word));
    return found.empty() ? 0 : 1u << (&found.first_in(in) - in.cells);
}

template <>
unsigned spot_as<FERRY_PROBE>(const std::uint64_t *words, std::uint64_t body) noexcept {
    const auto &in = *reinterpret_cast<const engine::cell_bucket *>(words);
    const auto found = engine::cells_view(in).own_or_empty(body);
    return found.empty() ? 4 : static_cast<unsigned>(&found.first_in(in) - in.cells);
}

} // namespace ferry::test
