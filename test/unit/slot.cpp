// SPDX-License-Identifier: BSL-1.0

// An atomic slot and its named transitions.

#include <iterator>

#include <doctest/doctest.h>
#include <ferry/detail/node/slot.hpp>

#include "support/crew.hpp"
#include "zeroed_bucket.hpp"

namespace unit_slot {

using namespace ferry::test;
using ferry::engine::slot;
using ferry::engine::slot_word;

namespace {

constexpr slot_word one = slot_word::link(0x1000, 1);
constexpr slot_word two = slot_word::link(0x2000, 2);

} // namespace

TEST_CASE("the slots of zeroed memory are empty") {
    zeroed_bucket bucket;
    for (const slot &each : bucket->slots) {
        CHECK(each.load().is_empty());
        CHECK(each.scan().is_empty());
    }
}

TEST_CASE("an empty slot is linked once, and the loser sees the winner's link") {
    zeroed_bucket bucket;
    slot &at = bucket->slots[0];
    slot_word seen;
    CHECK(at.try_link(one, seen));
    CHECK(at.load() == one);
    CHECK_FALSE(at.try_link(two, seen));
    CHECK(seen == one);
    CHECK_FALSE(at.try_seal(seen));
    CHECK(seen == one);
    CHECK(at.scan() == one);
}

TEST_CASE("a sealed slot stays sealed") {
    zeroed_bucket bucket;
    slot &at = bucket->slots[0];
    slot_word seen;
    CHECK(at.try_seal(seen));
    CHECK_FALSE(at.try_seal(seen));
    CHECK(seen.is_sealed());
    CHECK_FALSE(at.try_link(one, seen));
    CHECK(seen.is_sealed());
    CHECK_FALSE(at.try_unlink(one));
    CHECK(at.load().is_sealed());
}

TEST_CASE("a link becomes a tombstone for who names it, and a tombstone stays a tombstone") {
    zeroed_bucket bucket;
    slot &at = bucket->slots[0];
    slot_word seen;
    CHECK(at.try_link(one, seen));
    CHECK_FALSE(at.try_unlink(two));
    CHECK(at.load() == one);
    CHECK(at.try_unlink(one));
    CHECK(at.load().is_tombstone());
    CHECK_FALSE(at.try_unlink(one));
    CHECK_FALSE(at.try_link(one, seen));
    CHECK(seen.is_tombstone());
    CHECK_FALSE(at.try_seal(seen));
    CHECK(seen.is_tombstone());
}

TEST_CASE("a slot's change leaves the slots beside it alone") {
    zeroed_bucket bucket;
    slot_word seen;
    CHECK(bucket->slots[3].try_link(one, seen));
    CHECK(bucket->slots[5].try_seal(seen));
    for (unsigned i = 0; i < ferry::engine::bucket_slots; ++i)
        CHECK(bucket->slots[i].load().is_empty() == (i != 3 && i != 5));
}

TEST_CASE("of threads that link or seal the same slots one wins each") {
    constexpr unsigned threads = 3;
    zeroed_bucket buckets[64];
    unsigned wins[threads] = {};
    const auto found = crew(threads, [&](unsigned id, findings &mine) {
        const slot_word link = slot_word::link(0x1000 * (id + 1), id);
        for (zeroed_bucket &bucket : buckets) {
            for (slot &each : bucket->slots) {
                slot_word seen;
                const bool won = id == 0 ? each.try_seal(seen) : each.try_link(link, seen);
                wins[id] += won;
                mine.expect(won || !seen.is_empty(), "a loser sees what there is");
                mine.expect(won || each.load() == seen, "what a loser saw stays");
            }
        }
    });
    CHECK(found.text() == "");
    CHECK(wins[0] + wins[1] + wins[2] == std::size(buckets) * ferry::engine::bucket_slots);
}

} // namespace unit_slot
