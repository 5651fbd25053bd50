// SPDX-License-Identifier: BSL-1.0

// Garbage: when it is expired, how much of it is freed at a time, and that each item is once.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/node/tables.hpp>
#include <ferry/detail/reclaim/epoch_domain.hpp>
#include <ferry/detail/reclaim/garbage.hpp>

#include "pinned.hpp"
#include "support/crew.hpp"
#include "support/scale.hpp"

namespace unit_garbage_stripe {

using namespace ferry::test;
using ferry::epoch_domain;
using ferry::detail::domain;
using ferry::detail::domain_of;
using ferry::detail::frees_per_drain;
using ferry::detail::garbage_stripe;
using ferry::detail::grace_epochs;
using ferry::detail::items_per_drain;
using ferry::detail::link_word;
using ferry::detail::retired_item;
using ferry::detail::retired_kind;

namespace {

struct thing {
    link_word link{0};
    std::atomic<int> disposals{0};
};
static_assert(std::is_standard_layout_v<thing>);

thing &of(retired_item item) { return *reinterpret_cast<thing *>(&item.link()); }

constexpr auto dispose = [](retired_item item) { ++of(item).disposals; };

// A stripe in a domain of its own, with the things that were put into it.
class landfill {
public:
    explicit landfill(ferry::barrier kind = ferry::barrier::automatic) : shell_(kind) {}

    ~landfill() {
        stripe.take_everything(dispose);
        std::size_t wrong = 0;
        for (const thing &each : things)
            wrong += each.disposals != 1;
        CHECK(wrong == 0);
    }

    thing &retire(retired_kind kind = ferry::engine::retired::box) {
        thing &made = things.emplace_back();
        const pinned here(home);
        stripe.retire(retired_item(made.link, kind), home, false);
        return made;
    }

    // Things disposed of by one drain.
    std::ptrdiff_t drain() {
        const std::ptrdiff_t before = disposed();
        const pinned here(home);
        stripe.drain(home, false, dispose);
        return disposed() - before;
    }

    std::ptrdiff_t disposed() const {
        std::ptrdiff_t sum = 0;
        for (const thing &each : things)
            sum += each.disposals;
        return sum;
    }

private:
    epoch_domain shell_;

public:
    domain &home = domain_of(shell_);
    std::deque<thing> things;
    garbage_stripe stripe;
};

} // namespace

TEST_CASE("what is retired is expired after three advances of the epoch, and not before") {
    for (const ferry::barrier kind : {ferry::barrier::automatic, ferry::barrier::symmetric}) {
        landfill at(kind);
        const thing &only = at.retire();
        for (unsigned epoch = 0; epoch < grace_epochs; ++epoch) {
            CHECK(at.drain() == 0);
            REQUIRE(at.home.try_advance());
        }
        CHECK(at.drain() == 1);
        CHECK(only.disposals == 1);
        CHECK(at.drain() == 0);
    }
}

TEST_CASE("while an old pin is held nothing retired after it is expired") {
    landfill at;
    const pinned_thread other(at.home);
    at.retire();
    for (int i = 0; i < 10; ++i) {
        at.home.try_advance();
        CHECK(at.drain() == 0);
    }
}

TEST_CASE(
    "what nobody drained in time is expired again some epochs later, however long it waited") {
    for (unsigned wait = 0; wait < 3 * ferry::detail::epoch_lists; ++wait) {
        landfill at;
        at.retire();
        advances(at.home, grace_epochs + wait);
        for (unsigned i = 0; i < ferry::detail::epoch_lists && at.disposed() == 0; ++i) {
            at.drain();
            at.home.try_advance();
        }
        CHECK(at.disposed() == 1);
    }
}

TEST_CASE("a drain disposes of a few things, and nothing is lost") {
    landfill at;
    constexpr int all = 2 * frees_per_drain + 3;
    for (int i = 0; i < all; ++i)
        at.retire();
    advances(at.home, grace_epochs);
    for (int left = all; left > 0; left -= frees_per_drain) {
        CHECK(at.stripe.pending(ferry::engine::retired::box) == left);
        CHECK(at.drain() == std::min<int>(left, frees_per_drain));
    }
    CHECK(at.drain() == 0);
}

TEST_CASE("dropped nodes, which only begin to wait again, do not keep a drain from freeing") {
    landfill at;
    for (unsigned i = 0; i < items_per_drain; ++i)
        at.retire(ferry::engine::retired::node);
    at.retire(ferry::engine::retired::box);
    advances(at.home, grace_epochs);
    // The last thing retired is the first in its list.
    CHECK(at.drain() == items_per_drain);
    CHECK(at.stripe.pending(ferry::engine::retired::box) == 0);
    CHECK(at.stripe.pending(ferry::engine::retired::node) == 1);
}

TEST_CASE("what a drain put back is expired at once, whatever the epoch") {
    landfill at;
    for (unsigned i = 0; i < 3 * frees_per_drain; ++i)
        at.retire();
    advances(at.home, grace_epochs);
    CHECK(at.drain() == frees_per_drain);
    advances(at.home, ferry::detail::epoch_lists - 1);
    CHECK(at.drain() == frees_per_drain);
    advances(at.home, 1);
    CHECK(at.drain() == frees_per_drain);
}

TEST_CASE("draining all disposes of all that is expired and of nothing else") {
    landfill at;
    for (int i = 0; i < 5; ++i)
        at.retire();
    advances(at.home, 1);
    for (int i = 0; i < 5; ++i)
        at.retire();
    advances(at.home, 2);
    for (int i = 0; i < 5; ++i)
        at.retire();
    const pinned here(at.home);
    CHECK(at.stripe.drain_all(at.home, false, dispose));
    CHECK(at.disposed() == 5);
    CHECK_FALSE(at.stripe.drain_all(at.home, false, dispose));
    CHECK(at.disposed() == 5);
}

TEST_CASE("everything is taken, expired or put back or fresh, each thing once") {
    landfill at;
    constexpr int expired = frees_per_drain + 3;
    for (int i = 0; i < expired; ++i)
        at.retire();
    advances(at.home, grace_epochs);
    CHECK(at.drain() == frees_per_drain);
    at.retire();
    advances(at.home, 1);
    at.retire();
    for (int times = 0; times < 2; ++times) {
        at.stripe.take_everything(dispose);
        CHECK(at.disposed() == expired + 2);
    }
}

TEST_CASE("what waits is counted by its kind") {
    landfill at;
    at.retire(ferry::engine::retired::box);
    at.retire(ferry::engine::retired::table);
    at.retire(ferry::engine::retired::table);
    CHECK(at.stripe.pending(ferry::engine::retired::box) == 1);
    CHECK(at.stripe.pending(ferry::engine::retired::table) == 2);
    CHECK(at.stripe.pending(ferry::engine::retired::node) == 0);
    advances(at.home, grace_epochs);
    {
        const pinned here(at.home);
        at.stripe.drain_all(at.home, false, dispose);
    }
    CHECK(at.stripe.pending(ferry::engine::retired::box) == 0);
    CHECK(at.stripe.pending(ferry::engine::retired::table) == 0);
}

TEST_CASE("a disposal may retire again, and waits for a grace period of its own") {
    landfill at;
    at.retire();
    advances(at.home, grace_epochs);
    {
        const pinned here(at.home);
        at.stripe.drain(at.home, false, [&](retired_item item) {
            at.stripe.retire(retired_item(item.link(), ferry::engine::retired::node_again), at.home,
                             false);
        });
    }
    CHECK(at.stripe.pending(ferry::engine::retired::node_again) == 1);
    for (unsigned epoch = 0; epoch < grace_epochs; ++epoch) {
        CHECK(at.drain() == 0);
        REQUIRE(at.home.try_advance());
    }
    CHECK(at.drain() == 1);
}

TEST_CASE("threads that retire and drain at once lose nothing and duplicate nothing") {
    constexpr unsigned threads = 3;
    const std::size_t each = scaled(10000, 500);
    epoch_domain shell;
    domain &home = domain_of(shell);
    garbage_stripe stripe;
    std::vector<std::unique_ptr<thing[]>> things;
    for (unsigned i = 0; i < threads; ++i)
        things.push_back(std::make_unique<thing[]>(each));

    const auto found = crew(threads, [&](unsigned id, findings &mine) {
        for (std::size_t i = 0; i < each; ++i) {
            const pinned here(home);
            stripe.retire(retired_item(things[id][i].link, ferry::engine::retired::box), home,
                          false);
            mine.expect(things[id][i].disposals == 0, "nothing is disposed of under a pin that "
                                                      "is older");
            // Puts lists back, and sometimes finds every expired place filled.
            stripe.drain(home, false, dispose);
            if (i % 16 == 0)
                home.try_advance();
            if (i % 1024 == 0)
                stripe.drain_all(home, false, dispose);
        }
    });
    CHECK(found.text() == "");

    std::int64_t disposed = 0;
    std::int64_t twice = 0;
    const auto count = [&] {
        disposed = twice = 0;
        for (const auto &of_thread : things) {
            for (std::size_t i = 0; i < each; ++i) {
                disposed += of_thread[i].disposals != 0;
                twice += of_thread[i].disposals > 1;
            }
        }
    };
    const auto total = static_cast<std::int64_t>(threads * each);
    count();
    CHECK(twice == 0);
    CHECK(stripe.pending(ferry::engine::retired::box) == total - disposed);
    stripe.take_everything(dispose);
    count();
    CHECK(twice == 0);
    CHECK(disposed == total);
    CHECK(stripe.pending(ferry::engine::retired::box) == 0);
}

TEST_CASE("what a pinned reader found is not disposed of while it is pinned") {
    for (const ferry::barrier kind : {ferry::barrier::automatic, ferry::barrier::symmetric}) {
        landfill at(kind);
        const std::size_t count = scaled(20000, 1000);
        for (std::size_t i = 0; i <= count; ++i)
            at.things.emplace_back();
        std::atomic<thing *> current{&at.things[0]};
        std::atomic<bool> over{false};
        const auto found = crew(3, [&](unsigned id, findings &mine) {
            if (id == 0) {
                for (std::size_t i = 1; i <= count; ++i) {
                    const pinned here(at.home);
                    thing *const old = current.exchange(&at.things[i]);
                    at.stripe.retire(retired_item(old->link, ferry::engine::retired::box), at.home,
                                     false);
                    at.stripe.drain(at.home, false, dispose);
                    at.home.try_advance();
                }
                over = true;
            } else {
                while (!over) {
                    const pinned here(at.home);
                    const thing &seen = *current.load();
                    mine.expect(seen.disposals == 0, "what is reached is there");
                    std::this_thread::yield();
                    mine.expect(seen.disposals == 0, "what was reached stays under the pin");
                }
            }
        });
        CHECK(found.text() == "");
        const pinned here(at.home);
        at.stripe.retire(retired_item(current.load()->link, ferry::engine::retired::box), at.home,
                         false);
    }
}

} // namespace unit_garbage_stripe
