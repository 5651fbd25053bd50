// SPDX-License-Identifier: BSL-1.0
#pragma once

// How much work a test does: the same everywhere, less under sanitizers, times FERRY_STRESS_SCALE.

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#if defined(__has_feature)
#define FERRY_TEST_HAS_FEATURE(x) __has_feature(x)
#else
#define FERRY_TEST_HAS_FEATURE(x) 0
#endif

namespace ferry::test {

#if defined(__SANITIZE_THREAD__) || FERRY_TEST_HAS_FEATURE(thread_sanitizer)
inline constexpr bool under_tsan = true;
#else
inline constexpr bool under_tsan = false;
#endif

#if defined(__SANITIZE_ADDRESS__) || FERRY_TEST_HAS_FEATURE(address_sanitizer)
inline constexpr bool under_asan = true;
#else
inline constexpr bool under_asan = false;
#endif

inline double scale() {
    static const double factor = [] {
        const char *const asked = std::getenv("FERRY_STRESS_SCALE");
        const double given = asked != nullptr ? std::atof(asked) : 1.0;
        return (given > 0 ? given : 1.0) * (under_tsan ? 0.1 : under_asan ? 0.3 : 1.0);
    }();
    return factor;
}

// `count` of a plain build, scaled to this one; never below `least`.
inline std::size_t scaled(std::size_t count, std::size_t least = 1) {
    return std::max(least, static_cast<std::size_t>(static_cast<double>(count) * scale()));
}

} // namespace ferry::test
