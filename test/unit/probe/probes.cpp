// SPDX-License-Identifier: BSL-1.0

// Every way to look at a bucket finds the same: what the definition of matches and stops says.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/flat/cell_word.hpp>
#include <ferry/detail/node/probe.hpp>

#include "support/random.hpp"
#include "support/scale.hpp"
#include "width.hpp"

using namespace ferry::test;
using ferry::engine::bucket_slots;
using ferry::engine::slot_word;

namespace {

struct width {
    const char *name;
    bool runs_here;
    lanes (*probe)(const std::uint64_t *words, std::uint64_t tag) noexcept;
    unsigned (*match)(const std::uint64_t *words, std::uint64_t key_word) noexcept;
    unsigned (*spot)(const std::uint64_t *words, std::uint64_t body) noexcept;
};

std::vector<width> widths() {
    std::vector<width> all{{"scalar", true, probe_as<0>, match_as<0>, spot_as<0>}};
#ifdef __x86_64__
    __builtin_cpu_init();
    all.push_back({"SSE2", true, probe_as<1>, match_as<1>, spot_as<1>});
    all.push_back(
        {"AVX2", __builtin_cpu_supports("avx2") != 0, probe_as<2>, match_as<2>, spot_as<2>});
    all.push_back(
        {"AVX-512", __builtin_cpu_supports("avx512f") != 0, probe_as<3>, match_as<3>, spot_as<3>});
#endif
    return all;
}

struct alignas(64) eight_words {
    std::uint64_t at[bucket_slots] = {};
};

lanes by_definition(const eight_words &words, std::uint64_t tag) {
    lanes expected{0, 0};
    for (unsigned i = 0; i < bucket_slots; ++i) {
        const slot_word word(words.at[i]);
        expected.matches |= static_cast<unsigned>(word.tag() == tag) << i;
        expected.stops |= static_cast<unsigned>(word.is_empty() || word.is_sealed()) << i;
    }
    return expected;
}

// Tags that special words have, their neighbours, and those at which signed lanes would differ.
constexpr std::uint64_t tags[] = {0, 1, 2, 0x7fff, 0x8000, 0xffff};

// Addresses whose lower half looks like a special word, and those at the ends.
constexpr std::uint64_t addresses[] = {
    8, 0x1'0000'0000, 0x1'0000'0001, 0x1'0000'0002, 0x8000'0000'0000, 0xffff'ffff'fff8, 0xffff'fff8,
};

// Runs `compare(width)` for the widths of this processor.
template <class Compare>
void for_each_width(Compare &&compare) {
    for (const width &each : widths()) {
        if (!each.runs_here) {
            MESSAGE(each.name, ": not on this processor");
            continue;
        }
        CAPTURE(each.name);
        compare(each);
    }
}

} // namespace

TEST_CASE("a probe tells links with the tag and stops apart in every mixture of slots") {
    for_each_width([](const width &each) {
        std::size_t wrong = 0;
        for (const std::uint64_t tag : tags) {
            const std::uint64_t kinds[] = {slot_word::empty().bits(), slot_word::sealed().bits(),
                                           slot_word::tombstone().bits(),
                                           slot_word::link(0x1'0000'0000, tag).bits()};
            eight_words words;
            for (unsigned mixture = 0; mixture < 1u << (2 * bucket_slots); ++mixture) {
                for (unsigned i = 0; i < bucket_slots; ++i)
                    words.at[i] = kinds[(mixture >> (2 * i)) & 3];
                wrong += each.probe(words.at, tag) != by_definition(words, tag);
            }
        }
        CHECK(wrong == 0);
    });
}

TEST_CASE("a probe is right about every tag and address at the edges, in every slot") {
    for_each_width([](const width &each) {
        std::size_t wrong = 0;
        for (const std::uint64_t kept : tags) {
            for (const std::uint64_t address : addresses) {
                const std::uint64_t link = slot_word::link(address, kept).bits();
                for (const std::uint64_t rest : {std::uint64_t{0}, std::uint64_t{2}, ~link}) {
                    for (unsigned i = 0; i < bucket_slots; ++i) {
                        eight_words words;
                        for (std::uint64_t &word : words.at)
                            word = rest;
                        words.at[i] = link;
                        for (const std::uint64_t tag : tags)
                            wrong += each.probe(words.at, tag) != by_definition(words, tag);
                    }
                }
            }
        }
        CHECK(wrong == 0);
    });
}

TEST_CASE("a probe is right about random words") {
    FERRY_SHOW_SEED();
    for_each_width([](const width &each) {
        prng random(0);
        std::size_t wrong = 0;
        for (std::size_t round = 0; round < scaled(200000, 1000); ++round) {
            eight_words words;
            for (std::uint64_t &word : words.at) {
                const std::uint64_t bits = random.next();
                // Few tags, so that they match; some words of small bits alone.
                word = random.once_in(4) ? bits & 3 : (bits << 47) | (bits >> (17 + bits % 47));
            }
            const std::uint64_t tag = words.at[round % bucket_slots] >> slot_word::tag_shift;
            wrong += each.probe(words.at, tag) != by_definition(words, tag);
        }
        CHECK(wrong == 0);
    });
}

namespace {

constexpr bool slots_come_in_their_order() {
    ferry::engine::slot_set<2> some(0b0100'0100'0000'0001);
    for (const unsigned expected : {0u, 5u, 7u}) {
        if (some.empty() || some.first() != expected)
            return false;
        some.drop_first();
    }
    return some.empty();
}

} // namespace

TEST_CASE("a set of slots gives them in their order, whatever bits it has for each") {
    static_assert(slots_come_in_their_order());
    static_assert(ferry::engine::slot_set<1>(0b1010'0000).first() == 5);
}

// A key has at most one cell of a bucket, so the first match is all matches.
TEST_CASE("a look at cells finds a key word in whichever cell, and in none by a half or a value") {
    using ferry::engine::cell_word;
    const std::uint64_t keys[] = {cell_word::live(0).bits(),
                                  cell_word::live(1).bits(),
                                  cell_word::live(1).over().bits(),
                                  cell_word::live(0xffff'ffff).bits(),
                                  cell_word::live(0x1'0000'0000).bits(),
                                  cell_word::live((std::uint64_t{1} << 60) - 1).bits()};
    for_each_width([&](const width &each) {
        std::size_t wrong = 0;
        for (const std::uint64_t wanted : keys) {
            const std::uint64_t others[] = {0,
                                            cell_word::sealed().bits(),
                                            ~wanted,
                                            wanted ^ 1,
                                            wanted ^ std::uint64_t{1} << 63,
                                            wanted ^ std::uint64_t{1} << 32,
                                            cell_word(wanted).frozen().bits()};
            for (const std::uint64_t other : others) {
                for (const std::uint64_t value : {std::uint64_t{0}, wanted, other}) {
                    for (unsigned place = 0; place <= 4; ++place) {
                        eight_words words;
                        for (unsigned i = 0; i < 4; ++i) {
                            words.at[2 * i] = i == place ? wanted : other;
                            words.at[2 * i + 1] = value;
                        }
                        wrong += each.match(words.at, wanted) != (place < 4 ? 1u << place : 0);
                    }
                }
            }
        }
        CHECK(wrong == 0);
    });
}

TEST_CASE("a look finds the first cell where a key may change, in every mixture of states") {
    using ferry::engine::cell_word;
    for_each_width([](const width &each) {
        std::size_t wrong = 0;
        for (const std::uint64_t body : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32,
                                         (std::uint64_t{1} << 60) - 1}) {
            const cell_word words[] = {
                cell_word::empty(),
                cell_word::sealed(),
                cell_word::live(body),
                cell_word::dead(body),
                cell_word::live(body).over(),
                cell_word::dead(body).over(),
                cell_word::live(body).frozen(),
                cell_word::dead(body).over().frozen(),
                cell_word::live(body ^ 1),
                cell_word::dead(body ^ std::uint64_t{1} << 59),
                cell_word::live(body ^ std::uint64_t{1} << 31).over(),
            };
            constexpr unsigned kinds = std::size(words);
            for (unsigned mixture = 0; mixture < kinds * kinds * kinds * kinds; ++mixture) {
                eight_words in;
                unsigned expected = 4;
                for (unsigned i = 0, left = mixture; i < 4; ++i, left /= kinds) {
                    const cell_word word = words[left % kinds];
                    in.at[2 * i] = word.bits();
                    in.at[2 * i + 1] =
                        mixture % 3 == 0 ? 0 : body; // a value, whatever it looks like
                    const bool fits = word.is_empty() || (word.is_for(body) && !word.is_frozen());
                    expected = std::min(expected, fits ? i : 4);
                }
                wrong += each.spot(in.at, body) != expected;
            }
        }
        CHECK(wrong == 0);
    });
}
