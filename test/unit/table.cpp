// SPDX-License-Identifier: BSL-1.0

// A table's memory, its counters, and the choice of the next bucket to migrate.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/node/tables.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include "support/crew.hpp"
#include "tables.hpp"

namespace unit_table {

using namespace ferry::test;
using ferry::engine::bucket_slots;
using ferry::engine::dead_beyond_live;
using ferry::engine::full_from;
using ferry::engine::geometry;
using ferry::engine::prefaulted;
using ferry::engine::slot;
using ferry::engine::slot_word;
using ferry::engine::table;

namespace {

// Shapes around the words of the bitmap: 4, 8, 64 + 64, 64 + 128 and 4096 + 64 buckets.
const geometry shapes[] = {geometry::of(1), geometry::of(2), geometry::of(6), geometry::of(6, 128),
                           geometry::of(12)};

constexpr unsigned stripes = 4;

std::uintptr_t address_of(const void *object) { return reinterpret_cast<std::uintptr_t>(object); }

// all_done looks at a bounded part of the bitmap at a time.
bool all_done_at_last(table &of) {
    // At most twice as many words as shares.
    const std::size_t looks =
        2 + 2 * of.shape().buckets() /
                (ferry::detail::units_per_share * ferry::detail::done_words_per_help);
    for (std::size_t i = 0; i < looks; ++i) {
        if (of.migration().all_done())
            return true;
    }
    return false;
}

} // namespace

TEST_CASE("a new table is empty, aligned and has the shape asked for") {
    for (const geometry shape : shapes) {
        const table_owner made = make_table(shape, stripes);
        REQUIRE(made);
        CHECK(made->shape() == shape);
        CHECK(made->capacity() == shape.capacity());
        CHECK(made->path_buckets() == shape.path + 1);
        CHECK(made->next() == nullptr);
        CHECK(made->scan_next() == nullptr);
        CHECK(made->counts().used() == 0);
        CHECK(made->migration().count_done() == 0);
        CHECK(address_of(made.get()) % ferry::detail::apart_bytes == 0);
        CHECK(address_of(&made->bucket_at(0)) % ferry::detail::line_bytes == 0);
        CHECK(&made->bucket_at(0) == made->home(0));
        CHECK(address_of(&made->bucket_at(shape.buckets() - 1) + 1) ==
              address_of(made.get()) + made->bytes());
        std::size_t taken = 0;
        for (std::size_t b = 0; b < shape.buckets(); ++b) {
            for (const slot &each : made->bucket_at(b).slots)
                taken += !each.load().is_empty();
        }
        CHECK(taken == 0);
    }
}

TEST_CASE("huge pages are advice: the table is the same") {
    const table_owner made{table::make(geometry::of(12), 1, true, prefaulted::piece_by_piece)};
    REQUIRE(made);
    CHECK(made->bucket_at(made->shape().buckets() - 1).slots[0].load().is_empty());
}

TEST_CASE("the counters, the done bits and the slots of a table do not overlap") {
    for (const geometry shape : shapes) {
        const table_owner made = make_table(shape, stripes);
        for (unsigned thread = 0; thread < stripes; ++thread)
            made->counts().count_used(thread);
        std::size_t linked = 0;
        for (std::size_t b = 0; b < shape.buckets(); ++b) {
            for (slot &each : made->bucket_at(b).slots) {
                slot_word seen;
                linked += each.try_link(slot_word::link(0xfffffffffff8, 0xffff), seen);
            }
        }
        CHECK(linked == shape.buckets() * bucket_slots);
        CHECK(made->counts().used() == stripes);
        CHECK(made->migration().count_done() == 0);
        for (std::size_t b = 0; b < shape.buckets(); ++b)
            made->migration().set_done(b);
        CHECK(made->counts().used() == stripes);
        CHECK(made->migration().count_done() == shape.buckets());
    }
}

TEST_CASE("the home of a hash is given by its top bits") {
    const table_owner made = make_table(geometry::of(3));
    for (std::uint64_t home = 0; home < 8; ++home) {
        CHECK(made->home(home << 61) == &made->bucket_at(home));
        CHECK(made->home(home << 61 | (~std::uint64_t{0} >> 3)) == &made->bucket_at(home));
    }
}

TEST_CASE("the next table is set once") {
    const table_owner made = make_table(geometry::of(1));
    const table_owner first = make_table(geometry::of(2));
    const table_owner second = make_table(geometry::of(2));
    CHECK(made->try_set_next(first.get()));
    CHECK_FALSE(made->try_set_next(second.get()));
    CHECK(made->next() == first.get());
    CHECK(made->scan_next() == first.get());
}

TEST_CASE("a table is found again from its garbage link") {
    const table_owner made = make_table(geometry::of(1));
    CHECK(table::of_garbage_link(made->garbage_link()) == made.get());
}

TEST_CASE("what threads count in their stripes adds up") {
    const table_owner made = make_table(geometry::of(12), stripes);
    constexpr std::size_t each_counts = 1000;
    const auto found = crew(3, [&](unsigned id, findings &) {
        for (std::size_t i = 0; i < each_counts; ++i)
            made->counts().count_used(id + 3);
    });
    CHECK(found.text() == "");
    CHECK(made->counts().used() == 3 * each_counts);
}

TEST_CASE("however threads share the work, a full table is reported within a sixteenth of it") {
    for (unsigned bits = 1; bits <= 14; ++bits) {
        const geometry shape = geometry::of(bits);
        // Owners alone; and each stripe's owner and a guest.
        for (const unsigned threads : {1u, 2u, stripes, 2 * stripes}) {
            CAPTURE(bits);
            CAPTURE(threads);
            const table_owner made = make_table(shape, stripes);
            unsigned used = 1;
            while (!made->counts().count_used(used % threads) && used <= shape.capacity())
                ++used;
            CHECK(used > full_from(shape.capacity())); // not without need
            CHECK(used <= full_from(shape.capacity()) + shape.capacity() / 16 + 1);
            CHECK(made->counts().used() == used);
        }
    }
}

TEST_CASE(
    "however threads share the work, erased keys are looked at each half of the dead allowed") {
    for (unsigned bits = 1; bits <= 14; ++bits) {
        const geometry shape = geometry::of(bits);
        const std::size_t allowed = dead_beyond_live(shape.capacity());
        // Of a map's stripes, of which it has one more, and in each the owner's count and another.
        for (const std::size_t places : {1u, 3u, 2 * (stripes + 1)}) {
            CAPTURE(bits);
            CAPTURE(places);
            const table_owner made = make_table(shape, stripes);
            std::vector<std::int64_t> counts(places);
            std::size_t since = 0;
            std::size_t longest = 0;
            std::size_t looks = 0;
            for (std::size_t i = 0; i < 8 * allowed; ++i) {
                ++since;
                if (made->counts().count_erased(++counts[i % places])) {
                    longest = std::max(longest, since);
                    since = 0;
                    ++looks;
                }
            }
            CHECK(std::max(longest, since) <= std::max<std::size_t>(allowed / 2, 1));
            CHECK(looks <= 8 * 8); // rarely, however many the stripes
        }
    }
}

TEST_CASE("the cursor hands out every bucket once") {
    for (const geometry shape : shapes) {
        const table_owner made = make_table(shape);
        std::vector<unsigned> times(shape.buckets());
        for (std::size_t i = 0; i < shape.buckets(); ++i)
            ++times.at(made->choose_bucket(static_cast<unsigned>(i)).bucket);
        CHECK(times == std::vector<unsigned>(shape.buckets(), 1));
    }
}

TEST_CASE("all is done when every bucket is, and not one bucket sooner") {
    for (const geometry shape : shapes) {
        const table_owner made = make_table(shape);
        for (std::size_t b = shape.buckets(); b-- > 1;) {
            made->migration().set_done(b);
            made->migration().set_done(b); // twice is harmless
        }
        CHECK_FALSE(all_done_at_last(*made));
        CHECK(made->migration().count_done() == shape.buckets() - 1);
        made->migration().set_done(0);
        CHECK(made->migration().count_done() == shape.buckets());
        CHECK(all_done_at_last(*made));
    }
}

TEST_CASE("each single bucket that is not done keeps the table from being done") {
    for (const geometry shape : {geometry::of(1), geometry::of(6, 128)}) {
        for (std::size_t open = 0; open < shape.buckets(); ++open) {
            const table_owner made = make_table(shape);
            for (std::size_t b = 0; b < shape.buckets(); ++b) {
                if (b != open)
                    made->migration().set_done(b);
            }
            CHECK_FALSE(all_done_at_last(*made));
        }
    }
}

TEST_CASE("buckets that were taken and never finished are taken again by others") {
    for (const geometry shape : shapes) {
        const table_owner made = make_table(shape);
        for (std::size_t i = 0; i < shape.buckets(); ++i)
            made->choose_bucket(0); // and stopped there, forever
        CHECK_FALSE(made->migration().all_done());

        std::set<std::size_t> taken;
        std::size_t turns = 0;
        while (!made->migration().all_done() && turns < 10 * shape.buckets()) {
            const std::size_t mine = made->choose_bucket(static_cast<unsigned>(turns++)).bucket;
            if (mine == shape.buckets())
                continue; // all of the part that was looked at is done
            REQUIRE(mine < shape.buckets());
            CHECK(taken.insert(mine).second);
            made->migration().set_done(mine);
        }
        CHECK(taken.size() == shape.buckets());
        CHECK(made->migration().all_done());
        CHECK(turns <= 2 * shape.buckets());
        CHECK(made->choose_bucket(0).bucket == shape.buckets());
    }
}

TEST_CASE("threads that choose buckets and finish them do all of them") {
    const geometry shape = geometry::of(9);
    const table_owner made = make_table(shape);
    const auto found = crew(3, [&](unsigned id, findings &mine) {
        for (std::size_t turn = 0; !made->migration().all_done(); ++turn) {
            const std::size_t bucket = made->choose_bucket(id).bucket;
            mine.expect(bucket <= shape.buckets(), "a bucket of the table");
            // One thread never finishes what it takes.
            if (bucket < shape.buckets() && id != 0)
                made->migration().set_done(bucket);
            if (turn > 1000 * shape.buckets()) {
                mine.expect(false, "it comes to an end");
                return;
            }
        }
    });
    CHECK(found.text() == "");
    CHECK(made->migration().count_done() == shape.buckets());
}

namespace {

// Which pages of a table have memory, be it for reading alone.
std::vector<bool> provided_pages(const table &of) {
    constexpr std::size_t page = ferry::detail::page_bytes;
    std::vector<unsigned char> seen((of.bytes() + page - 1) / page);
    REQUIRE(mincore(const_cast<table *>(&of), of.bytes(), seen.data()) == 0);
    std::vector<bool> pages;
    for (const unsigned char each : seen)
        pages.push_back((each & 1) != 0);
    return pages;
}

// Some systems say of all memory that it is there.
bool memory_is_told() {
    if (sysconf(_SC_PAGESIZE) != ferry::detail::page_bytes)
        return false;
    const table_owner untouched = make_table(geometry::of(14), stripes);
    REQUIRE(untouched);
    return !provided_pages(*untouched)[100];
}

std::size_t page_of(const table &of, const void *address) {
    return (address_of(address) - address_of(&of)) / ferry::detail::page_bytes;
}

} // namespace

TEST_CASE("a table's pages are provided ahead of all shares, a few at a time, up to its end") {
    if (!memory_is_told())
        return;
    constexpr std::size_t share = ferry::engine::table::share;
    struct step {
        geometry from, to;
    };
    for (const step &each :
         {step{geometry::of(10), geometry::of(11)}, step{geometry::of(10), geometry::of(12)},
          step{geometry::of(11), geometry::of(11)}, step{geometry::of(11), geometry::of(11, 256)},
          step{geometry::of(13), geometry::of(12)}, step{geometry::of(14), geometry::of(12)},
          step{geometry::of(15), geometry::of(16)}}) {
        const auto [from, to] = each;
        for (const unsigned of_stripes : {8u, 64u}) {
            const table_owner made = make_table(to, of_stripes);
            REQUIRE(made);
            REQUIRE(made->is_large());
            const std::size_t first_bucket_page = page_of(*made, &made->bucket_at(0));
            auto before = provided_pages(*made);
            for (std::size_t index = 0; index < from.buckets(); index += share) {
                made->prefault_for_share(from, index);
                const auto now = provided_pages(*made);
                std::size_t of_buckets = 0;
                std::size_t of_others = 0;
                for (std::size_t i = 0; i != now.size(); ++i) {
                    if (now[i] && !before[i])
                        ++(i > first_bucket_page ? of_buckets : of_others);
                }
                before = now;
                // Where this share's nodes go, and at last those of all stripes' next shares.
                const std::size_t end = index + share + std::min(index, of_stripes * share);
                std::size_t missing = 0;
                for (std::size_t b = index; b < std::min(end, from.homes()); ++b) {
                    const bool grows = to.bits >= from.bits;
                    const unsigned by = grows ? to.bits - from.bits : from.bits - to.bits;
                    for (const std::size_t there :
                         {grows ? b << by : b >> by, grows ? ((b + 1) << by) - 1 : b >> by})
                        missing += !now[page_of(*made, &made->bucket_at(there))];
                }
                INFO("from 2^", each.from.bits, " to 2^", each.to.bits, " at ", index);
                CHECK(of_buckets <= 2);
                CHECK(of_others <= 1);
                CHECK(missing == 0);
            }
            const auto tail =
                static_cast<std::ptrdiff_t>(page_of(*made, &made->bucket_at(to.homes() - 1)) + 1);
            CHECK(std::count(before.begin(), before.begin() + tail, true) == tail);
        }
    }
}

} // namespace unit_table
