// SPDX-License-Identifier: BSL-1.0

// The atomic value state: its transitions, and its second life as a garbage link.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>

#include <doctest/doctest.h>
#include <ferry/detail/node/tables.hpp>
#include <ferry/detail/node/value_cell.hpp>
#include <ferry/detail/reclaim/retired_item.hpp>

#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_value_cell {

using namespace ferry::test;
using ferry::detail::link_word;
using ferry::detail::retired_item;
using ferry::detail::retired_kind;
using ferry::engine::vacancy;
using ferry::engine::value_cell;
using ferry::engine::value_state;
using ferry::engine::value_word;

namespace {

constexpr value_word boxed(std::uint64_t address) { return {value_state::live_box, address}; }

} // namespace

TEST_CASE("a value cell goes from live to dead to live and at last is dropped") {
    value_cell cell(value_word::live_inline());
    value_word seen = cell.load();
    CHECK(cell.try_change(seen, boxed(0x1000)));
    CHECK(seen == value_word::live_inline());
    seen = boxed(0x1000);
    CHECK(cell.try_change(seen, value_word::dead()));
    seen = value_word::dead();
    CHECK(cell.try_change(seen, value_word(value_state::live_spare, 0x2000)));
    CHECK_FALSE(cell.try_drop());
    seen = value_word(value_state::live_spare, 0x2000);
    CHECK(cell.try_change(seen, value_word::dead()));
    CHECK(cell.try_drop());
    CHECK(cell.load().is_dropped());
    CHECK(cell.load_after_link().is_dropped());
}

TEST_CASE("a change that comes late reports the state there is and changes nothing") {
    value_cell cell(boxed(0x1000));
    value_word seen = boxed(0x2000);
    CHECK_FALSE(cell.try_change(seen, value_word::dead()));
    CHECK(seen == boxed(0x1000));
    CHECK(cell.load() == boxed(0x1000));
    seen = value_word::dead();
    CHECK_FALSE(cell.try_change(seen, boxed(0x3000)));
    CHECK(seen == boxed(0x1000));
}

TEST_CASE("a node is dropped once") {
    value_cell cell(value_word::dead());
    CHECK(cell.try_drop());
    CHECK_FALSE(cell.try_drop());
}

TEST_CASE("a change that saw another vacancy is late") {
    value_cell cell(boxed(0x1000).with(vacancy::since(5)));
    value_word seen = boxed(0x1000);
    CHECK_FALSE(cell.try_change(seen, value_word::dead()));
    CHECK(seen == boxed(0x1000).with(vacancy::since(5)));
    CHECK(seen.same_value(boxed(0x1000)));
    CHECK(cell.try_change(seen, seen.with(vacancy{})));
    CHECK(cell.load() == boxed(0x1000));
}

TEST_CASE("a dead node is dropped whatever the vacancy of its place") {
    for (const vacancy place : {vacancy{}, vacancy::since(0), vacancy::since(127)}) {
        value_cell cell(value_word::dead().with(place));
        CHECK(cell.try_drop());
        CHECK(cell.load() == value_word::dropped());
        CHECK_FALSE(cell.try_drop());
    }
}

TEST_CASE("a live node is not dropped whatever the vacancy of its place") {
    const value_word live[] = {value_word::live_inline(),
                               value_word(value_state::live_inline, 0x1000).with(vacancy::since(4)),
                               boxed(0x1000).with(vacancy::since(4))};
    for (const value_word word : live) {
        value_cell cell(word);
        CHECK_FALSE(cell.try_drop());
        CHECK(cell.load() == word);
    }
}

TEST_CASE("a node whose place is taken and given back all the while is dropped") {
    const std::size_t count = scaled(30000, 1000);
    std::deque<value_cell> cells;
    for (std::size_t i = 0; i < count; ++i)
        cells.emplace_back(value_word::dead().with(vacancy::since(7)));
    std::size_t drops = 0;
    std::atomic<std::size_t> passed{0};
    const auto found = crew(3, [&](unsigned id, findings &mine) {
        for (std::size_t i = 0; i < count; ++i) {
            value_cell &cell = cells[i];
            if (id == 0) {
                // Best while another has the place in its hands; on one core that is rare.
                for (int look = 0; look < 5000 && cell.load().vacancy().is_some(); ++look) {
                }
                const bool dropped = cell.try_drop();
                drops += dropped;
                mine.expect(dropped, "nobody else drops or revives it");
                passed = i + 1;
                continue;
            }
            // As operations do that take the place and find no use for it.
            while (passed <= i) {
                value_word seen = cell.load();
                const value_word held = seen.with(vacancy{});
                if (seen.is_dead() && seen != held && cell.try_change(seen, held)) {
                    seen = held;
                    cell.try_change(seen, held.with(vacancy::since(7)));
                }
            }
        }
    });
    CHECK(found.text() == "");
    CHECK(drops == count);
}

TEST_CASE("of threads that drop and revive the same dead nodes one wins each") {
    constexpr unsigned count = 500;
    std::deque<value_cell> cells;
    for (unsigned i = 0; i < count; ++i)
        cells.emplace_back(value_word::dead());
    unsigned wins[3] = {};
    const auto found = crew(3, [&](unsigned id, findings &mine) {
        for (value_cell &cell : cells) {
            value_word seen = value_word::dead();
            const bool won = id == 0 ? cell.try_change(seen, boxed(0x1000)) : cell.try_drop();
            wins[id] += won;
            mine.expect(won || !cell.load().is_dead(), "who loses was not the only one");
        }
    });
    CHECK(found.text() == "");
    CHECK(wins[0] + wins[1] + wins[2] == count);
}

TEST_CASE("the garbage link of a dropped node leaves it dropped for late readers") {
    value_cell cell(value_word::dead());
    REQUIRE(cell.try_drop());
    const retired_item mine(cell.link(), ferry::engine::retired::node);
    link_word other{0};
    const retired_item next(other, ferry::engine::retired::box);
    mine.set_next(next);
    CHECK(cell.load().is_dropped());
    CHECK(mine.next().bits() == next.bits());
    mine.set_next({});
    CHECK(cell.load() == value_word::dropped());
    CHECK_FALSE(mine.next());
}

TEST_CASE("who owns a node alone may set any state") {
    value_cell cell(value_word::dead());
    cell.reset(value_word(value_state::claimed, 0x1000));
    CHECK(cell.load() == value_word(value_state::claimed, 0x1000));
}

} // namespace unit_value_cell
