// SPDX-License-Identifier: BSL-1.0

// Misuse stops a build with assertions, with a sentence that says what to do.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "child.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace unit_assertions {

using namespace ferry::test;
using ferry::engine::slot_word;
using ferry::engine::value_cell;
using ferry::engine::value_word;

namespace {

using flat_u64_map = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;

constexpr bool no_assertions = FERRY_CHECKED == 0 || under_tsan;

// What the child said when it stopped; empty when it did not.
template <class Misuse>
std::string sentence_of(Misuse &&misuse) {
    const child_end end = run_in_child([&] {
        misuse();
        return 0;
    });
    return end.aborted ? end.said : "";
}

bool says(const std::string &said, const char *sentence) {
    return said.find(sentence) != std::string::npos;
}

} // namespace

TEST_CASE("a guard of another domain is not taken" * doctest::skip(no_assertions)) {
    const std::string said = sentence_of([] {
        ferry::epoch_domain other;
        u64_map map(ferry::options{.domain = &other});
        const ferry::guard foreign; // of the default domain
        map.find(1, foreign);
    });
    CHECK(says(said, "a guard of another domain, or one that was moved from, was given to a map: "
                     "use the guard of map.pin()"));
}

TEST_CASE("a guard that was moved from is not taken, nor refreshed" *
          doctest::skip(no_assertions)) {
    CHECK(says(sentence_of([] {
                   u64_map map;
                   ferry::guard first = map.pin();
                   const ferry::guard second = std::move(first);
                   map.find(1, first);
               }),
               "one that was moved from"));
    CHECK(says(sentence_of([] {
                   u64_map map;
                   ferry::guard first = map.pin();
                   const ferry::guard second = std::move(first);
                   first.refresh();
               }),
               "refresh() of a guard that was moved from"));
}

TEST_CASE("a map does not end while a handle of it lives" * doctest::skip(no_assertions)) {
    const std::string said = sentence_of([] {
        u64_map::handle kept;
        u64_map map;
        map.insert(1, 1);
        kept = map.find(1);
    });
    CHECK(says(said, "a map was destroyed while a handle of it lives: let handles end before "
                     "their map"));
}

TEST_CASE("a guard or handle ends on the thread that made it" * doctest::skip(no_assertions)) {
    constexpr const char *sentence = "a guard or handle was released on another thread than it "
                                     "was made on: release it on the thread that made it, "
                                     "or use an owned_guard or owned handle";
    CHECK(says(sentence_of([] {
                   u64_map map;
                   std::optional<ferry::guard> mine(map.pin());
                   std::thread([&] { mine.reset(); }).join();
               }),
               sentence));
    CHECK(says(sentence_of([] {
                   u64_map map;
                   map.insert(1, 1);
                   u64_map::handle mine = map.find(1);
                   std::thread([&] { mine = {}; }).join();
               }),
               sentence));
}

TEST_CASE("a guard is used on the thread that made it" * doctest::skip(no_assertions)) {
    const std::string said = sentence_of([] {
        u64_map map;
        const ferry::guard mine = map.pin();
        std::thread([&] { map.find(1, mine); }).join();
    });
    CHECK(says(said, "a guard was used on another thread than it was made on: pin on each "
                     "thread, or use an owned_guard"));
}

TEST_CASE("an owned guard is of the map's domain, and was not moved from" *
          doctest::skip(no_assertions)) {
    constexpr const char *sentence =
        "an owned_guard of another domain, or one that was moved from, "
        "was given to a map: use that of map.pin_owned()";
    CHECK(says(sentence_of([] {
                   ferry::epoch_domain other;
                   const ferry::owned_guard there(other);
                   const u64_map map;
                   map.find(1, there);
               }),
               sentence));
    CHECK(says(sentence_of([] {
                   const u64_map map;
                   ferry::owned_guard gone = map.pin_owned();
                   const ferry::owned_guard here = std::move(gone);
                   static_cast<void>(map.items(gone));
               }),
               sentence));
    CHECK(says(sentence_of([] {
                   ferry::owned_guard gone;
                   const ferry::owned_guard here = std::move(gone);
                   gone.refresh();
               }),
               "refresh() of an owned_guard that was moved from"));
}

TEST_CASE("an empty handle has no value and no key" * doctest::skip(no_assertions)) {
    CHECK(says(sentence_of([] {
                   u64_map map;
                   static_cast<void>(*map.find(1));
               }),
               "value() of an empty handle: test it first"));
    CHECK(says(sentence_of([] {
                   u64_map map;
                   static_cast<void>(map.find(1).key());
               }),
               "key() of an empty handle: test it first"));
}

TEST_CASE("a domain does not end while it is pinned" * doctest::skip(no_assertions)) {
    const std::string said = sentence_of([] {
        auto domain = std::make_unique<ferry::epoch_domain>();
        const ferry::guard kept(*domain);
        domain.reset();
    });
    CHECK(says(said, "an epoch_domain was destroyed while a guard or handle of it lives"));
}

TEST_CASE("an illegal transition stops before it is made" * doctest::skip(no_assertions)) {
    CHECK(says(sentence_of([] {
                   value_cell cell(value_word::live_inline());
                   value_word seen = cell.load();
                   cell.try_change(seen, value_word::dropped());
               }),
               "a value was about to change illegally"));
    CHECK(says(sentence_of([] {
                   alignas(64) std::uint64_t word = 0;
                   auto &slot = *reinterpret_cast<ferry::engine::slot *>(&word);
                   slot.try_unlink(slot_word::sealed());
               }),
               "a slot was about to change illegally"));
}

TEST_CASE("the sentence names the place it comes from" * doctest::skip(no_assertions)) {
    const std::string said =
        sentence_of([] { ferry::detail::assertion_failed("so it is", "a/file.hpp", 7); });
    CHECK(said == "ferry: so it is (a/file.hpp:7)\n");
}

TEST_CASE_TEMPLATE("a map that was moved from is not used" * doctest::skip(no_assertions), Map,
                   u64_map, flat_u64_map) {
    const auto said = [](auto &&use) {
        return sentence_of([&] {
            Map map;
            const Map other = std::move(map);
            use(map);
        });
    };
    const char *sentence = "a map that was moved from was used: destroy it or assign to it";
    CHECK(says(said([](Map &map) { static_cast<void>(map.size()); }), sentence));
    CHECK(says(said([](Map &map) { static_cast<void>(map.contains(1)); }), sentence));
    CHECK(says(said([](Map &map) { map.insert(1, 1); }), sentence));
    CHECK(says(said([](Map &map) { static_cast<void>(map.stats()); }), sentence));
    CHECK(says(said([](Map &map) { map.reclaim(); }), sentence));
}

TEST_CASE("a domain is not destroyed before its maps" * doctest::skip(no_assertions)) {
    const std::string said = sentence_of([] {
        std::optional<u64_map> map;
        ferry::epoch_domain domain;
        map.emplace(ferry::options{.domain = &domain});
        auto moved = std::move(*map);
        map.emplace(std::move(moved));
    });
    CHECK(says(said, "an epoch_domain was destroyed while a map of it lives: destroy guards and "
                     "handles, then maps, then the domain"));
}

} // namespace unit_assertions
