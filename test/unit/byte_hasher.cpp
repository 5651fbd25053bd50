// SPDX-License-Identifier: BSL-1.0

// ferry::hash of strings: no two strings may have equal hashes under every seed, and in families of
// similar strings collisions are as rare as among random numbers, in all 64 bits and in either
// half. Kinds of keys after A. Appleby's SMHasher.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/hash.hpp>

#include "support/known_bad_hashes.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace unit_byte_hasher {

using namespace ferry::test;

namespace {

using text_hash = ferry::hash<std::string_view>;
using family = std::set<std::string>;

std::size_t equal_neighbours(std::vector<std::uint64_t> numbers) {
    std::sort(numbers.begin(), numbers.end());
    std::size_t equal = 0;
    for (std::size_t i = 1; i < numbers.size(); ++i)
        equal += numbers[i] == numbers[i - 1];
    return equal;
}

struct collisions {
    std::size_t whole = 0;
    std::size_t upper = 0;
    std::size_t lower = 0;
};

template <class Hash>
collisions count(const Hash &hash, const family &texts) {
    std::vector<std::uint64_t> whole;
    for (const std::string &text : texts)
        whole.push_back(hash(text));
    std::vector<std::uint64_t> upper = whole;
    std::vector<std::uint64_t> lower = whole;
    for (std::uint64_t &each : upper)
        each >>= 32;
    for (std::uint64_t &each : lower)
        each &= 0xffffffff;
    return {equal_neighbours(std::move(whole)), equal_neighbours(std::move(upper)),
            equal_neighbours(std::move(lower))};
}

// Strings that read the same words although they differ in size.
family overlapping(prng &random) {
    family texts;
    // One byte, and two, three, … bytes again and again, to each size.
    for (std::size_t period = 1; period <= 16; ++period) {
        for (int kind = 0; kind < 2; ++kind) {
            std::string unit;
            for (std::size_t i = 0; i < period; ++i)
                unit += static_cast<char>(kind == 0 ? 'A' : random.next());
            std::string text;
            for (std::size_t size = 0; size <= 200; ++size) {
                texts.insert(text);
                text += unit[size % period];
            }
        }
    }
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t size = 0; size <= 200; size += byte % 16 == 0 ? 1 : 7)
            texts.insert(std::string(size, static_cast<char>(byte)));
    }
    // For each two sizes: the same first and the same last 4, 8, 16 bytes, or fewer.
    for (std::size_t longer = 1; longer <= 64; ++longer) {
        for (std::size_t shorter = 0; shorter < longer; ++shorter) {
            for (const std::size_t part : {1, 2, 3, 4, 8, 16, 32}) {
                std::string text(longer, '\0');
                for (char &each : text)
                    each = static_cast<char>('a' + random.below(2));
                std::string other = text.substr(0, shorter);
                const std::size_t tail = std::min(part, shorter);
                other.replace(shorter - tail, tail, text, longer - tail, tail);
                texts.insert(text);
                texts.insert(other);
                // The same words in the place of one another.
                if (shorter >= 8)
                    texts.insert(other.substr(0, 8) + text.substr(0, shorter - 8));
            }
        }
    }
    // Words of 3 bytes and fewer, alone and followed by zeros.
    for (int byte = 0; byte < 256; ++byte) {
        for (const std::size_t size : {1, 2, 3}) {
            for (const std::size_t zeros : {0, 1, 2, 3, 4, 5, 8, 13, 16, 21, 32})
                texts.insert(std::string(size, static_cast<char>(byte)) + std::string(zeros, '\0'));
        }
    }
    // The pairs that the size beside a word lets collide: b differs as the size does.
    for (const auto &[small, large] : {std::pair<std::size_t, std::size_t>{8, 16},
                                       {3, 16},
                                       {24, 32},
                                       {8, 9},
                                       {9, 16},
                                       {40, 48},
                                       {17, 24},
                                       {4, 5},
                                       {7, 8},
                                       {4, 8}}) {
        for (int byte = 0; byte < 256; ++byte) {
            const std::string text(small, static_cast<char>(byte));
            texts.insert(text);
            for (std::size_t at = 0; at < large; ++at) {
                std::string other(large, static_cast<char>(byte));
                other[at] = static_cast<char>(other[at] ^ static_cast<char>(small ^ large));
                texts.insert(other);
                // 3 bytes are read as one word of 3 bytes and one of 0.
                std::string padded = text.substr(0, std::min<std::size_t>(3, small));
                padded.resize(large);
                padded[at] = static_cast<char>(padded[at] ^ static_cast<char>(small ^ large));
                texts.insert(padded);
            }
        }
    }
    return texts;
}

// --- SMHasher's ----------------------------------------------------------------------------------

// At most so many bits are one.
family sparse(std::size_t size, unsigned most) {
    family texts;
    std::string text(size, '\0');
    const auto from = [&](auto &self, std::size_t first, unsigned left) -> void {
        texts.insert(text);
        for (std::size_t bit = first; left > 0 && bit < 8 * size; ++bit) {
            text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
            self(self, bit + 1, left - 1);
            text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
        }
    };
    from(from, 0, most);
    return texts;
}

// So many bytes again and again.
family cyclic(prng &random, std::size_t period, std::size_t times) {
    family texts;
    while (texts.size() < 20000) {
        std::string unit;
        for (std::size_t i = 0; i < period; ++i)
            unit += static_cast<char>(random.next());
        std::string text;
        for (std::size_t i = 0; i < times; ++i)
            text += unit;
        texts.insert(text);
    }
    return texts;
}

// Blocks in every order, of every number up to so many.
family permutations(const std::vector<std::string> &blocks, std::size_t most) {
    family texts;
    const auto append = [&](auto &self, const std::string &text, std::size_t left) -> void {
        if (left == 0)
            return;
        for (const std::string &block : blocks) {
            texts.insert(text + block);
            self(self, text + block, left - 1);
        }
    };
    append(append, "", most);
    return texts;
}

// Zeros but for two bytes.
family two_bytes(std::size_t size, unsigned step) {
    family texts;
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t k = i + 1; k < size; ++k) {
            for (unsigned one = 1; one < 256; one += step) {
                for (unsigned other = 1; other < 256; other += step) {
                    std::string text(size, '\0');
                    text[i] = static_cast<char>(one);
                    text[k] = static_cast<char>(other);
                    texts.insert(text);
                }
            }
        }
    }
    return texts;
}

family zeroes(std::size_t most) {
    family texts;
    for (std::size_t size = 0; size <= most; ++size)
        texts.insert(std::string(size, '\0'));
    return texts;
}

// All values of 16 bits, at one place in zeros.
family window(std::size_t size, std::size_t bit) {
    family texts;
    for (unsigned value = 0; value < 1u << 16; ++value) {
        std::string text(size, '\0');
        for (unsigned i = 0; i < 16; ++i) {
            const std::size_t at = (bit + i) % (8 * size);
            text[at / 8] =
                static_cast<char>(text[at / 8] | static_cast<int>(value >> i & 1) << at % 8);
        }
        texts.insert(text);
    }
    return texts;
}

std::string word_of(std::uint64_t value, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
        text += i < sizeof value ? static_cast<char>(value >> 8 * i) : char{};
    return text;
}

std::vector<std::pair<std::string, family>> families(prng &random) {
    std::vector<std::pair<std::string, family>> all;
    for (const auto &[size, most] : {std::pair<std::size_t, unsigned>{3, 6},
                                     {4, 5},
                                     {8, 3},
                                     {12, 3},
                                     {16, 3},
                                     {20, 3},
                                     {32, 2},
                                     {64, 2},
                                     {128, 2}})
        all.emplace_back("sparse " + std::to_string(size), sparse(size, most));
    for (const std::size_t period : {4, 5, 8, 12, 16, 20})
        all.emplace_back("cyclic " + std::to_string(period), cyclic(random, period, 8));
    for (const std::size_t size : {4, 8, 16}) {
        std::vector<std::string> low;
        std::vector<std::string> high;
        for (std::uint64_t i = 0; i < 6; ++i) {
            low.push_back(word_of(i, size));
            high.push_back(word_of(i << 29, 4) + std::string(size - 4, '\0'));
        }
        all.emplace_back("permutations, low bits", permutations(low, 6));
        all.emplace_back("permutations, high bits", permutations(high, 6));
        all.emplace_back(
            "permutations, zero and one bit",
            permutations({word_of(0, size), word_of(std::uint64_t{1} << 31, size)}, 14));
    }
    for (const std::size_t size : {4, 8, 12, 16, 20, 32})
        all.emplace_back("two bytes " + std::to_string(size), two_bytes(size, size < 12 ? 5 : 17));
    all.emplace_back("zeroes", zeroes(4000));
    for (const std::size_t size : {3, 8, 11, 16, 24, 37}) {
        for (std::size_t bit = 0; bit < 8 * size; bit += 61)
            all.emplace_back("window " + std::to_string(size), window(size, bit));
    }
    return all;
}

} // namespace

// What is counted is the same with a sanitizer.
TEST_CASE("strings that read the same words have different hashes, under each of many seeds" *
          doctest::skip(under_asan || under_tsan)) {
    FERRY_SHOW_SEED();
    prng random(1);
    const family texts = overlapping(random);
    std::size_t found = 0;
    std::size_t in_known_bad = 0;
    for (std::size_t i = 0; i < scaled(50, 5); ++i) {
        const std::uint64_t seed = i == 0 ? 0 : random.next();
        found += count(text_hash(seed), texts).whole;
        in_known_bad += i < 5 && count(known_bad::size_beside_a_word(seed), texts).whole > 0;
    }
    CHECK(found == 0);
    CHECK(in_known_bad == 5); // so that the strings are such as show it
    const text_hash hash;
    CHECK(hash("AAAAAAAA") != hash("AAAAAAAAYAAAAAAA"));
}

// Of factors whose sum is a power of two less one. There the halves of the product change in the
// fewest places.
template <class Multiply>
std::size_t equal_for_complements(const Multiply &multiply, prng &random) {
    std::size_t equal = 0;
    for (unsigned bit = 0; bit < 64; ++bit) {
        const std::uint64_t sum = (std::uint64_t{1} << bit) - 1;
        for (int i = 0; i < 1000; ++i) {
            const std::uint64_t any = random.next();
            equal += multiply(any, sum - any) == multiply(~any, ~(sum - any));
        }
    }
    return equal;
}

TEST_CASE("two folded products differ although the factors of one complement those of the other") {
    FERRY_SHOW_SEED();
    prng random(5);
    CHECK(equal_for_complements(ferry::detail::folded_multiply, random) == 0);
    CHECK(equal_for_complements(known_bad::folded_multiply, random) > 10000);
}

// What is counted is the same with a sanitizer, and takes a minute.
TEST_CASE("similar strings collide as rarely as random numbers do" *
          doctest::skip(under_asan || under_tsan)) {
    FERRY_SHOW_SEED();
    prng random(2);
    for (const auto &[kind, texts] : families(random)) {
        const std::string &name = kind; // clang 14 captures no structured bindings
        CAPTURE(name);
        const double keys = static_cast<double>(texts.size());
        const double pairs = keys * keys / 2 / 4294967296.0;
        const double most = pairs + 6 * std::sqrt(pairs) + 6;
        for (std::size_t i = 0; i < scaled(3); ++i) {
            const collisions found = count(text_hash(i == 0 ? 0 : random.next()), texts);
            CHECK(found.whole == 0);
            CHECK(static_cast<double>(found.upper) < most);
            CHECK(static_cast<double>(found.lower) < most);
        }
    }
}

TEST_CASE("each bit of a string of each size changes each bit of its hash half of the time") {
    FERRY_SHOW_SEED();
    prng random(3);
    const std::size_t samples = scaled(600, 200);
    // The largest of some 64 · 8 · 100 · 50 counts: seven standard deviations.
    const double bound = 7 * 0.5 / std::sqrt(static_cast<double>(samples));
    for (std::size_t size = 1; size <= 100; ++size) {
        std::vector<std::array<std::size_t, 64>> changed(8 * size);
        for (std::size_t sample = 0; sample < samples; ++sample) {
            const text_hash hash(random.next());
            std::string text(size, '\0');
            for (char &each : text)
                each = static_cast<char>(random.next());
            const std::uint64_t before = hash(text);
            for (std::size_t bit = 0; bit < 8 * size; ++bit) {
                text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
                const std::uint64_t difference = before ^ hash(text);
                text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
                for (unsigned out = 0; out < 64; ++out)
                    changed[bit][out] += difference >> out & 1;
            }
        }
        double worst = 0;
        for (const auto &of_bit : changed) {
            for (const std::size_t times : of_bit)
                worst = std::max(
                    worst,
                    std::abs(static_cast<double>(times) / static_cast<double>(samples) - 0.5));
        }
        CAPTURE(size);
        CHECK(worst < bound);
    }
}

TEST_CASE("random strings of 0 to 100 bytes do not collide") {
    FERRY_SHOW_SEED();
    prng random(4);
    family texts;
    for (std::size_t size = 0; size <= 100; ++size) {
        for (int i = 0; i < 2000; ++i) {
            std::string text(size, '\0');
            for (char &each : text)
                each = static_cast<char>(random.next());
            texts.insert(text);
        }
    }
    const collisions found = count(text_hash(random.next()), texts);
    CHECK(found.whole == 0);
    CHECK(found.upper < 36); // 4.7 expected
    CHECK(found.lower < 36);
}

} // namespace unit_byte_hasher
