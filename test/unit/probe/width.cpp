// SPDX-License-Identifier: BSL-1.0

#include "width.hpp"

#include <ferry/detail/storage/probe.hpp>

namespace ferry::test {

template <>
lanes probe_as<FERRY_PROBE>(const std::uint64_t *words, std::uint64_t tag) noexcept {
    const auto &bucket = *reinterpret_cast<const engine::bucket *>(words);
    const engine::probe_result seen = engine::probe(bucket, tag);
    return {seen.matches, seen.stops};
}

} // namespace ferry::test
