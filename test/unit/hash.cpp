// SPDX-License-Identifier: BSL-1.0

// ferry::hash. Seeds and keys are fixed: what holds once holds always. The thresholds are many
// standard deviations away, so that any good hash passes.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/hash.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_hash {

using namespace ferry::test;

namespace {

using word_hash = ferry::hash<std::uint64_t>;
using text_hash = ferry::hash<std::string>;

constexpr std::uint64_t seed = 0x5eed;

// Keys that look random, the same in each run.
std::uint64_t nth_key(std::uint64_t n) { return n * 0x9e3779b97f4a7c15u + 0x1234567; }

// How often each bit of a hash changes when one bit of the key does: the largest distance from
// one half. `flip(sample, bit)` is the difference of the two hashes.
template <class Flip>
double worst_avalanche(std::size_t bits, std::size_t samples, Flip &&flip) {
    double worst = 0;
    for (std::size_t bit = 0; bit < bits; ++bit) {
        std::array<std::size_t, 64> changed{};
        for (std::size_t sample = 0; sample < samples; ++sample) {
            for (std::uint64_t rest = flip(sample, bit); rest != 0; rest &= rest - 1)
                ++changed[static_cast<unsigned>(std::countr_zero(rest))];
        }
        for (const std::size_t count : changed) {
            const double rate = static_cast<double>(count) / static_cast<double>(samples);
            worst = std::max(worst, std::abs(rate - 0.5));
        }
    }
    return worst;
}

// Standard deviations by which the counts of 256 equally likely places are off.
template <class PlaceOf>
double unevenness(std::size_t keys, PlaceOf &&place_of) {
    std::array<std::size_t, 256> counts{};
    for (std::size_t i = 0; i < keys; ++i)
        ++counts[place_of(i)];
    const double expected = static_cast<double>(keys) / 256;
    double chi_square = 0;
    for (const std::size_t count : counts) {
        const double off = static_cast<double>(count) - expected;
        chi_square += off * off / expected;
    }
    return (chi_square - 255) / std::sqrt(2.0 * 255);
}

} // namespace

TEST_CASE("different integers have different hashes: the key can be had back") {
    std::size_t wrong = 0;
    const word_hash hash(seed);
    for (std::uint64_t i = 0; i < 100000; ++i) {
        for (const std::uint64_t key : {i, nth_key(i), std::uint64_t{1} << (i % 64)})
            wrong += hash.unhash(hash(key)) != key;
    }
    CHECK(wrong == 0);
}

TEST_CASE("each bit of an integer changes each bit of its hash half of the time") {
    const word_hash hash(seed);
    SUBCASE("for keys all over the range") {
        CHECK(worst_avalanche(64, 4096, [&](std::size_t sample, std::size_t bit) {
                  const std::uint64_t key = nth_key(sample);
                  return hash(key) ^ hash(key ^ std::uint64_t{1} << bit);
              }) < 0.05);
    }
    SUBCASE("for small keys") {
        CHECK(worst_avalanche(64, 4096, [&](std::size_t sample, std::size_t bit) {
                  return hash(sample) ^ hash(sample ^ std::uint64_t{1} << bit);
              }) < 0.05);
    }
}

TEST_CASE("each bit of a string changes each bit of its hash half of the time") {
    const text_hash hash(seed);
    // One size for each of the hash's ways to read a string's end.
    for (const std::size_t size : {1, 4, 9, 17, 33}) {
        CAPTURE(size);
        // A string of a byte has only 256 values: take the seeds as samples.
        CHECK(worst_avalanche(8 * size, 4096, [&](std::size_t sample, std::size_t bit) {
                  const text_hash seeded(nth_key(sample));
                  std::string text(size, '\0');
                  for (std::size_t i = 0; i < size; ++i)
                      text[i] = static_cast<char>(nth_key(sample * 64 + i) >> 32);
                  const std::uint64_t before = seeded(text);
                  text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
                  return before ^ seeded(text);
              }) < 0.05);
    }
}

TEST_CASE("hashes of sequential keys fill homes and tags evenly") {
    const word_hash hash(seed);
    constexpr std::size_t keys = 1 << 16;
    for (const std::uint64_t step : {std::uint64_t{1}, std::uint64_t{8}, std::uint64_t{4096},
                                     std::uint64_t{1} << 32, std::uint64_t{1} << 48}) {
        CAPTURE(step);
        CHECK(std::abs(unevenness(keys, [&](auto i) { return hash(i * step) >> 56; })) < 6);
        CHECK(std::abs(unevenness(keys, [&](auto i) { return hash(i * step) & 0xff; })) < 6);
        CHECK(std::abs(unevenness(keys, [&](auto i) { return hash(i * step) >> 8 & 0xff; })) < 6);
    }
}

TEST_CASE("hashes of numbered strings fill homes and tags evenly") {
    const text_hash hash(seed);
    constexpr std::size_t keys = 1 << 16;
    for (const std::string prefix : {"", "key", "/a/path/that/many/keys/begin/with/"}) {
        CAPTURE(prefix);
        const auto of = [&](std::size_t i) { return hash(prefix + std::to_string(i)); };
        CHECK(std::abs(unevenness(keys, [&](auto i) { return of(i) >> 56; })) < 6);
        CHECK(std::abs(unevenness(keys, [&](auto i) { return of(i) & 0xff; })) < 6);
        CHECK(std::abs(unevenness(keys, [&](auto i) { return of(i) >> 8 & 0xff; })) < 6);
    }
}

TEST_CASE("a hash object has a seed of its own, which its copies share") {
    const word_hash first;
    const word_hash second;
    const word_hash copy = first;
    CHECK(first(7) != second(7));
    CHECK(first(7) == copy(7));
    const text_hash text;
    const text_hash other;
    const text_hash text_copy = text;
    CHECK(text("key") != other("key"));
    CHECK(text("key") == text_copy("key"));
    CHECK(word_hash(1)(7) != word_hash(2)(7));
    CHECK(text_hash(1)("key") != text_hash(2)("key"));
}

TEST_CASE("every seed drawn is another, whichever thread draws it") {
    constexpr std::size_t each = 5000;
    std::vector<std::uint64_t> seeds(3 * each);
    const auto found = crew(3, [&](unsigned id, findings &) {
        for (std::size_t i = 0; i < each; ++i)
            seeds[id * each + i] = ferry::detail::random_key().words[0];
    });
    CHECK(found.text() == "");
    CHECK(std::set<std::uint64_t>(seeds.begin(), seeds.end()).size() == seeds.size());
}

TEST_CASE("a string has one hash in whatever form it comes") {
    const text_hash hash(seed);
    const ferry::hash<std::string_view> view_hash(seed);
    for (const std::size_t size : {0, 1, 5, 8, 16, 40}) {
        const std::string text(size, 'x');
        CHECK(hash(text) == hash(std::string_view(text)));
        CHECK(hash(text) == hash(text.c_str()));
        CHECK(hash(text) == view_hash(text));
    }
    CHECK(hash(std::string("a\0b", 3)) != hash("a"));
    const ferry::hash<std::u16string> wide(seed);
    const std::u16string wide_text(40, u'x');
    CHECK(wide(wide_text) == wide(std::u16string_view(wide_text)));
    CHECK(wide(wide_text) == wide(wide_text.c_str()));
    CHECK(wide(wide_text) != wide(std::u16string(39, u'x') + u'\u0178')); // the high byte alone
}

TEST_CASE("strings of zero bytes differ by their length") {
    const text_hash hash(seed);
    std::set<std::uint64_t> seen;
    for (std::size_t size = 0; size < 200; ++size)
        seen.insert(hash(std::string(size, '\0')));
    CHECK(seen.size() == 200);
}

TEST_CASE("a hash reads the bytes of the string, all of them and none beside") {
    const text_hash hash(seed);
    for (std::size_t size = 1; size <= 70; ++size) {
        // Exactly as long, so that AddressSanitizer sees a byte too far.
        const auto exact = std::make_unique<char[]>(size);
        std::memset(exact.get(), 'x', size);
        const std::string_view text(exact.get(), size);
        const std::uint64_t before = hash(text);
        CHECK(before == hash(std::string(size, 'x')));
        std::size_t ignored = 0;
        for (std::size_t i = 0; i < size; ++i) {
            exact[i] = 'y';
            ignored += hash(text) == before;
            exact[i] = 'x';
        }
        CHECK(ignored == 0);
    }
}

TEST_CASE("integers, enums and pointers are cheap to hash; strings are transparent") {
    enum class colour : std::uint8_t { red };
    using of_colour = ferry::hash<colour>;
    using of_pointer = ferry::hash<const char *>;
    static_assert(requires { typename word_hash::is_cheap; });
    static_assert(requires { typename of_colour::is_cheap; });
    static_assert(requires { typename of_pointer::is_cheap; });
    static_assert(requires { typename text_hash::is_transparent; });
    static_assert(requires { typename text_hash::is_avalanching; });
    static_assert(std::is_nothrow_invocable_v<const word_hash &, std::uint64_t>);
    static_assert(std::is_nothrow_invocable_v<const text_hash &, std::string_view>);
    const char text[] = "xy";
    CHECK(of_pointer(seed)(text) != of_pointer(seed)(text + 1));
    CHECK(of_colour(seed)(colour::red) != of_colour(seed)(static_cast<colour>(1)));
    CHECK(ferry::hash<int>(seed)(-1) != ferry::hash<int>(seed)(1));
}

TEST_CASE("other types are hashed by std::hash, mixed with the seed") {
    const ferry::hash<std::optional<int>> hash(seed);
    CHECK(hash(7) == hash(7));
    CHECK(hash(7) != hash(8));
    CHECK(hash(7) != ferry::hash<std::optional<int>>(seed + 1)(7));
    const ferry::hash<double> of_double(seed);
    CHECK(of_double(0.0) == of_double(-0.0)); // they are equal
    CHECK(std::abs(unevenness(
              1 << 16, [&](auto i) { return of_double(static_cast<double>(i)) >> 56; })) < 6);
}

} // namespace unit_hash
