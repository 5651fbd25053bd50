// SPDX-License-Identifier: BSL-1.0

// Pins, the epoch they hold back, and the records that pass between threads.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/platform/clock.hpp>
#include <ferry/detail/reclaim/epoch_domain.hpp>
#include <ferry/guard.hpp>

#include "child.hpp"
#include "pinned.hpp"
#include "reclaim/advance_pace.hpp"
#include "reclaim/thread_registry.hpp"
#include "support/crew.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"
#include "support/unpaced.hpp"

namespace unit_domain {

using namespace ferry::test;
using ferry::epoch_domain;
using ferry::detail::advance_pace;
using ferry::detail::domain;
using ferry::detail::domain_of;
using ferry::detail::epoch_value;
using ferry::detail::no_domain_id;
using ferry::detail::thread_record;
using ferry::detail::thread_registry;

namespace {

constexpr ferry::barrier kinds[] = {ferry::barrier::automatic, ferry::barrier::symmetric};

advance_pace &pace_of(const domain &home) {
    return advance_pace::of(home.symmetric() ? ferry::detail::symmetric_barrier
                                             : ferry::detail::asymmetric_barrier);
}

} // namespace

TEST_CASE("a domain that is asked for locked pins has them") {
    CHECK(epoch_domain(ferry::barrier::symmetric).symmetric());
}

TEST_CASE("the epoch moves on freely while nobody is pinned") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const epoch_value before = home.epoch();
        CHECK(advances(home, 10) == 10);
        CHECK(home.epoch() == before + 10);
        CHECK(shell.epoch() == home.epoch());
        CHECK_FALSE(home.barrier_refused());
    }
}

// Two attempts of others, which are over and after which none is due for hours. The second began
// after the thread's turn, in which it took no part.
struct attempts_of_others {
    explicit attempts_of_others(domain &of) : home(of), pace(pace_of(of)) {
        const std::uint64_t now = ferry::detail::steady_nanoseconds();
        early = pace.try_begin(now);
        REQUIRE(early);
        pace.end(early, now);
        home.try_advance_in_turn(home.record());
        late = pace.try_begin(now + four_hours);
        REQUIRE(late);
        pace.end(late, now);
    }

    const stopped_pace none_is_due;
    domain &home;
    advance_pace &pace;
    advance_pace::attempt early;
    advance_pace::attempt late;
};

TEST_CASE("a thread leaves a turn out while no attempt is due, and later uses another's barrier") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        thread_record &self = home.record();
        const epoch_value before = home.epoch();
        const attempts_of_others others(home);
        home.try_advance_in_turn(self);
        others.pace.carried_out(others.early.ticket);
        home.try_advance_in_turn(self);
        CHECK(home.epoch() == before); // that barrier may have passed before the epoch was read
        others.pace.carried_out(others.late.ticket);
        home.try_advance_in_turn(self);
        CHECK(home.epoch() == before + 1);
        home.try_advance_in_turn(self);
        home.try_advance_in_turn(self);
        CHECK(home.epoch() == before + 1); // it began before this epoch was read
        others.pace.set_interval(0);
        home.try_advance_in_turn(self);
        CHECK(home.epoch() == before + 2);
        home.try_advance_in_turn(self);
        CHECK(home.epoch() == before + 3);
    }
}

TEST_CASE("a barrier does not serve for an epoch that was reached after it began") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const attempts_of_others others(home);
        REQUIRE(advances(home, 1) == 1);
        others.pace.carried_out(others.late.ticket);
        const epoch_value before = home.epoch();
        home.try_advance_in_turn(home.record());
        CHECK(home.epoch() == before);
    }
}

TEST_CASE("a pin holds back an advance by another's barrier, too") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        std::optional<pinned_thread> other(home);
        CHECK(advances(home, 5) == 1);
        const epoch_value held = home.epoch();
        const attempts_of_others others(home);
        others.pace.carried_out(others.late.ticket);
        home.try_advance_in_turn(home.record());
        CHECK(home.epoch() == held);
        other.reset();
        home.try_advance_in_turn(home.record()); // a scan that failed may be made again
        CHECK(home.epoch() == held + 1);
    }
}

TEST_CASE("a thread that is stopped in its attempt stops no epoch") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const epoch_value before = home.epoch();
        static_cast<void>(pace_of(home).try_begin(ferry::detail::steady_nanoseconds()));
        while (home.epoch() == before)
            home.try_advance_in_turn(home.record());
    }
}

TEST_CASE("an attempt under way holds up no advance outside of turns") {
    epoch_domain shell;
    domain &home = domain_of(shell);
    const stopped_pace none_is_due;
    REQUIRE(pace_of(home).try_begin(ferry::detail::steady_nanoseconds()));
    CHECK(advances(home, 5) == 5);
}

TEST_CASE("in a forked child the parent's attempt is soon taken for lost" *
          doctest::skip(under_tsan)) {
    epoch_domain shell;
    domain &home = domain_of(shell);
    const unpaced no_pauses;
    REQUIRE(pace_of(home).try_begin(ferry::detail::steady_nanoseconds()));
    CHECK(run_in_child([&] {
              const epoch_value before = home.epoch();
              while (home.epoch() == before)
                  home.try_advance_in_turn(home.record());
              return 0;
          }).code == 0);
}

TEST_CASE("the epochs of several domains move on while threads take turns in all of them") {
    std::vector<std::unique_ptr<epoch_domain>> shells;
    for (int i = 0; i < 4; ++i)
        shells.push_back(std::make_unique<epoch_domain>());
    const auto all_moved = [&] {
        return std::all_of(shells.begin(), shells.end(),
                           [](const auto &each) { return each->epoch() > 10; });
    };
    const auto found = crew(3, [&](unsigned, findings &) {
        for (std::size_t i = 0; !all_moved(); ++i) {
            domain &home = domain_of(*shells[i % shells.size()]);
            home.try_advance_in_turn(home.record());
        }
    });
    CHECK(found.text() == "");
}

TEST_CASE("a pin lets the epoch move on once, its end lets it move freely") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const epoch_value before = home.epoch();
        {
            const pinned_thread other(home);
            CHECK(advances(home, 5) == 1);
            CHECK(home.epoch() == before + 1);
        }
        CHECK(advances(home, 5) == 5);
    }
}

TEST_CASE("pins at the present epoch do not hold it back, one old pin among them does") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const pinned_thread old(home);
        CHECK(advances(home, 1) == 1);
        const pinned_thread present(home);
        const pinned_thread present_too(home);
        CHECK(advances(home, 5) == 0);
    }
}

TEST_CASE("an owned pin holds the epoch back, whichever thread ends it") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        std::optional<ferry::owned_guard> pin;
        std::thread([&] { pin.emplace(shell); }).join();
        CHECK(advances(home, 5) == 1);
        CHECK(home.oldest_pin_age() == 1);
        pin->refresh();
        CHECK(home.oldest_pin_age() == 0);
        CHECK(advances(home, 5) == 1);
        std::thread([there = std::move(*pin)]() mutable {
            const ferry::owned_guard ends_here(std::move(there));
        }).join();
        CHECK(advances(home, 5) == 5);
        ferry::owned_guard other(shell);
        *pin = std::move(other); // what was moved from may be assigned to
        CHECK(advances(home, 5) == 1);
    }
}

TEST_CASE("owned pins use each other's records, and no thread does") {
    epoch_domain shell;
    domain &home = domain_of(shell);
    std::set<thread_record *> records;
    for (unsigned i = 0; i != 20; ++i) {
        thread_record &one = home.pin_owned();
        thread_record &two = home.pin_owned();
        CHECK(&one != &two);
        records.insert({&one, &two});
        domain::unpin_owned(one);
        domain::unpin_owned(two);
    }
    CHECK(records.size() == 2);
    const pinned_thread thread(home);
    CHECK(home.record().index() <= 1); // as if there were only the threads
    CHECK(thread.index() <= 1);
    thread_record &again = home.pin_owned();
    CHECK(records.count(&again) == 1);
    domain::unpin_owned(again);
}

TEST_CASE("owned pins are passed on while others advance the epoch") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        std::atomic<thread_record *> passed{nullptr};
        const auto found = crew(3, [&](unsigned id, findings &mine) {
            for (std::size_t i = 0; i < scaled(3000); ++i) {
                if (id == 2) {
                    home.try_advance();
                    continue;
                }
                thread_record &pin = home.pin_owned();
                const epoch_value first = home.epoch();
                home.try_advance();
                home.try_advance();
                mine.expect(home.epoch() - first <= 1, "the epoch moves on once under a pin");
                if (thread_record *const other = passed.exchange(&pin))
                    domain::unpin_owned(*other);
            }
        });
        CHECK(found.text() == "");
        domain::unpin_owned(*passed.load());
        CHECK(advances(home, 3) == 3);
    }
}

TEST_CASE("a pin holds back its own domain and no other") {
    epoch_domain one;
    epoch_domain other;
    const pinned_thread there(domain_of(one));
    CHECK(advances(domain_of(one), 5) == 1);
    CHECK(advances(domain_of(other), 5) == 5);
}

TEST_CASE("the age of the oldest pin is told in epochs") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        CHECK(shell.oldest_pin_age() == 0);
        {
            const pinned_thread old(home);
            CHECK(shell.oldest_pin_age() == 0);
            CHECK(advances(home, 3) == 1);
            CHECK(shell.oldest_pin_age() == 1);
            const pinned_thread present(home);
            CHECK(shell.oldest_pin_age() == 1);
        }
        CHECK(shell.oldest_pin_age() == 0);
    }
}

TEST_CASE("pins nest: the last to end is the one that counts") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        thread_record &self = home.pin();
        CHECK(self.pinned_once());
        CHECK(&home.pin() == &self);
        CHECK(self.pinned());
        CHECK_FALSE(self.pinned_once());
        self.unpin();
        CHECK(self.pinned_once());
        CHECK(advances(home, 5) == 1);
        self.unpin();
        CHECK_FALSE(self.pinned());
        CHECK(advances(home, 5) == 5);
    }
}

TEST_CASE("a pin that is nested in another does not move it to a later epoch") {
    epoch_domain shell;
    domain &home = domain_of(shell);
    const pinned outer(home);
    CHECK(advances(home, 1) == 1);
    const pinned inner(home);
    CHECK(advances(home, 5) == 0);
}

TEST_CASE("refreshing moves a single pin to the present epoch") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const pinned here(home);
        for (int round = 0; round < 5; ++round) {
            CHECK(advances(home, 5) == 1);
            CHECK(home.oldest_pin_age() == 1);
            CHECK(home.refresh(here.self));
            CHECK(home.oldest_pin_age() == 0);
            CHECK(here.self.pinned_once());
        }
    }
}

TEST_CASE("a nested pin is not refreshed: references under the outer one would end") {
    epoch_domain shell;
    domain &home = domain_of(shell);
    const pinned outer(home);
    CHECK(advances(home, 1) == 1);
    const pinned inner(home);
    CHECK_FALSE(home.refresh(inner.self));
    CHECK(home.oldest_pin_age() == 1);
}

TEST_CASE("a thread's record in a domain is always the same, also after use of another") {
    epoch_domain one;
    epoch_domain other;
    thread_record &in_one = domain_of(one).record();
    thread_record &in_other = domain_of(other).record();
    CHECK(&in_one != &in_other);
    CHECK(&domain_of(one).record() == &in_one);
    CHECK(&domain_of(other).record() == &in_other);
    CHECK(in_one.domain_id() == domain_of(one).id());
}

TEST_CASE("threads that live at once have different records") {
    epoch_domain shell;
    const pinned_thread a(domain_of(shell));
    const pinned_thread b(domain_of(shell));
    const pinned_thread c(domain_of(shell));
    CHECK(std::set<unsigned>{a.index(), b.index(), c.index()}.size() == 3);
}

TEST_CASE("the record of a thread that ended serves the next one") {
    epoch_domain shell;
    const pinned here(domain_of(shell));
    std::set<unsigned> seen;
    for (int i = 0; i < 20; ++i)
        seen.insert(pinned_thread(domain_of(shell)).index());
    CHECK(seen.size() == 1);
    CHECK(seen.count(here.self.index()) == 0);
}

TEST_CASE("a thread that ends while pinned holds nothing back, and nobody has its record") {
    // What nobody frees is kept forever, so that it is not taken for lost.
    static auto &left = *new std::vector<thread_record *>;
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        std::thread([&] { left.push_back(&home.pin()); }).join();
        CHECK(advances(home, 5) == 5);
        CHECK(home.oldest_pin_age() == 0);
        CHECK_FALSE(home.record().pinned());
        const pinned_thread other(home);
        CHECK(home.record().index() != left.back()->index());
        CHECK(other.index() != left.back()->index());
        if (under_tsan)
            continue;
        CHECK(run_in_child([&] {
                  const pinned_thread one(home);
                  const pinned_thread two(home);
                  const unsigned of_left = left.back()->index();
                  return one.index() != of_left && two.index() != of_left ? 0 : 1;
              }).code == 0);
    }
}

TEST_CASE("a thread finds its record in each of many domains, however they come and go") {
    FERRY_SHOW_SEED();
    std::size_t wrong = 0;
    std::thread([&] {
        prng random(1);
        std::vector<std::unique_ptr<epoch_domain>> shells;
        std::vector<const thread_record *> records;
        for (std::size_t i = 0; i < scaled(20000, 2000); ++i) {
            const std::size_t at = random.below(100);
            if (at < shells.size() && random.below(3) == 0) {
                shells[at] = std::move(shells.back());
                records[at] = records.back();
                shells.pop_back();
                records.pop_back();
            } else if (at < shells.size()) {
                wrong += &domain_of(*shells[at]).record() != records[at];
            } else {
                shells.push_back(std::make_unique<epoch_domain>());
                records.push_back(&domain_of(*shells.back()).record());
                wrong += records.back()->domain_id() != domain_of(*shells.back()).id();
            }
        }
    }).join();
    CHECK(wrong == 0);
}

TEST_CASE("a new domain never takes a cached record for one of its own") {
    std::optional<epoch_domain> shell; // at one address, again and again
    std::set<std::uint64_t> ids;
    for (int i = 0; i < 50; ++i) {
        shell.emplace();
        domain &home = domain_of(*shell);
        CHECK(ids.insert(home.id()).second);
        thread_record &self = home.record();
        CHECK(self.domain_id() == home.id());
        CHECK_FALSE(self.pinned());
        CHECK(self.index() == 0);
    }
}

TEST_CASE("threads that come at once to a domain without a number give it one") {
    for (std::size_t round = 0; round < scaled(300, 30); ++round) {
        domain home;
        CHECK(home.id() == no_domain_id);
        std::atomic<unsigned> arrived{0};
        std::array<std::uint64_t, 3> seen{};
        const auto found = crew(3, [&](unsigned id, findings &) {
            for (++arrived; arrived != 3;)
                std::this_thread::yield();
            seen[id] = home.record().domain_id();
        });
        CHECK(found.text() == "");
        for (const std::uint64_t number : seen)
            CHECK(number == home.id());
        CHECK(home.id() != no_domain_id);
        CHECK(home.id() != 0);
        home.end();
    }
}

TEST_CASE("a domain may end before the threads that used it") {
    auto shell = std::make_unique<epoch_domain>();
    gate used;
    std::thread user([&] {
        domain_of(*shell).record();
        used.pass();
        // Here the thread comes by the record whose domain is gone.
        epoch_domain second;
        const pinned here(domain_of(second));
    });
    used.wait_for_arrival();
    shell.reset();
    used.open();
    user.join();

    shell = std::make_unique<epoch_domain>();
    gate used_again;
    std::thread last_user([&] {
        domain_of(*shell).record();
        used_again.pass();
    });
    used_again.wait_for_arrival();
    shell.reset();
    used_again.open();
    last_user.join(); // its end frees the record
}

TEST_CASE("a domain may end after the threads that used it") {
    epoch_domain shell;
    const auto found = crew(3, [&](unsigned, findings &) { domain_of(shell).record(); });
    CHECK(found.text() == "");
}

TEST_CASE("while a thread is pinned the epoch moves on at most once, whoever tries") {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const auto found = crew(3, [&](unsigned, findings &mine) {
            for (std::size_t i = 0; i < scaled(3000); ++i) {
                const pinned here(home);
                const epoch_value first = home.epoch();
                home.try_advance();
                home.try_advance();
                mine.expect(home.epoch() - first <= 1, "the epoch moves on once under a pin");
                if (i % 3 == 0) {
                    mine.expect(home.refresh(here.self), "the only pin can be refreshed");
                    const epoch_value second = home.epoch();
                    home.try_advance();
                    mine.expect(home.epoch() - second <= 1, "the epoch moves on once after a "
                                                            "refresh");
                }
            }
        });
        CHECK(found.text() == "");
        CHECK(advances(home, 3) == 3);
    }
}

TEST_CASE("records come and go with threads while others advance the epoch") {
    epoch_domain shell;
    domain &home = domain_of(shell);
    const auto found = crew(2, [&](unsigned id, findings &) {
        for (std::size_t i = 0; i < scaled(300, 30); ++i) {
            if (id == 0) {
                std::thread([&] { const pinned here(home); }).join();
            } else {
                home.try_advance();
                home.oldest_pin_age();
            }
        }
    });
    CHECK(found.text() == "");
    CHECK(advances(home, 3) == 3);
}

TEST_CASE("in a forked child the pins of threads it does not have hold nothing back" *
          doctest::skip(under_tsan)) {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        const pinned_thread other(home);
        CHECK(run_in_child([&] {
                  if (advances(home, 5) != 5 || home.oldest_pin_age() != 0)
                      return 1;
                  const pinned here(home);
                  return advances(home, 5) == 1 ? 0 : 2;
              }).code == 0);
        CHECK(advances(home, 5) == 1);
    }
}

TEST_CASE("in a forked child an owned pin holds as before, and ends" * doctest::skip(under_tsan)) {
    for (const ferry::barrier kind : kinds) {
        epoch_domain shell(kind);
        domain &home = domain_of(shell);
        std::optional<ferry::owned_guard> pin(shell);
        CHECK(run_in_child([&] {
                  if (advances(home, 5) != 1)
                      return 1;
                  const ferry::owned_guard another(shell);
                  pin->refresh();
                  if (advances(home, 5) != 1)
                      return 2;
                  pin.reset();
                  return advances(home, 5) == 0 ? 0 : 3; // the other is at the epoch before
              }).code == 0);
        CHECK(advances(home, 5) == 1);
    }
}

} // namespace unit_domain
