// SPDX-License-Identifier: BSL-1.0

// The machine itself: which outcomes of small programs each memory model shows, and which it must
// not. A model that is too strong would hide bugs; one that is too weak would invent them.

#include "sched/execution.hpp"
#include "sched/machine.hpp"

#include <ferry/detail/platform/atomic.hpp>
#include <ferry/detail/platform/barrier.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace ferry::model;
using ferry::detail::acq_rel;
using ferry::detail::acquire;
using ferry::detail::atomic;
using ferry::detail::relaxed;
using ferry::detail::release;
using ferry::detail::seq_cst;

// What the threads work on: a few atomics, in the memory of the execution, and what they read.
struct board {
    atomic<int> x{0};
    atomic<int> y{0};
    atomic<int> z{0};
    int plain = 0;
};

struct program {
    std::vector<std::function<void(board &, int *)>> threads; // each has four results
};

struct findings {
    std::set<std::string> outcomes; // the results, one digit each, threads apart
    std::set<std::string> faults;
    bool shows(const std::string &outcome) const { return outcomes.count(outcome) != 0; }
};

findings explore(memory_kind memory, const program &what, unsigned used) {
    board *shared = nullptr;
    int results[4][4];
    plan p;
    p.memory = memory;
    p.before = [&] { shared = new board; };
    for (std::size_t i = 0; i < what.threads.size(); ++i)
        p.threads.push_back([&, i] { what.threads[i](*shared, results[i]); });
    p.after = [&] { delete shared; };

    findings found;
    every_one all(6, 4);
    do {
        std::fill_n(&results[0][0], 16, 0);
        const outcome o = execute(p, all);
        if (!o.fault.empty()) {
            found.faults.insert(o.fault.substr(0, o.fault.find(" (thread")));
            continue;
        }
        std::string text;
        for (std::size_t i = 0; i < what.threads.size(); ++i)
            for (unsigned k = 0; k < used; ++k)
                text += std::to_string(results[i][k]);
        found.outcomes.insert(text);
    } while (all.next());
    return found;
}

constexpr auto sc = memory_kind::sequential;
constexpr auto tso = memory_kind::store_buffers;
constexpr auto views = memory_kind::views;

template <class StoreOrder, class LoadOrder>
program store_buffering(StoreOrder s, LoadOrder l) {
    return {{[=](board &b, int *r) {
                 b.x.store(1, s);
                 r[0] = b.y.load(l);
             },
             [=](board &b, int *r) {
                 b.y.store(1, s);
                 r[0] = b.x.load(l);
             }}};
}

template <class StoreOrder, class LoadOrder>
program message_passing(StoreOrder s, LoadOrder l) {
    return {{[=](board &b, int *) {
                 b.x.store(1, relaxed);
                 b.y.store(1, s);
             },
             [=](board &b, int *r) {
                 r[0] = b.y.load(l);
                 r[1] = b.x.load(relaxed);
             }}};
}

} // namespace

TEST_CASE("store buffering shows under every order but seq_cst, and never sequentially") {
    CHECK(!explore(sc, store_buffering(relaxed, relaxed), 1).shows("00"));
    CHECK(explore(tso, store_buffering(release, acquire), 1).shows("00"));
    CHECK(explore(views, store_buffering(release, acquire), 1).shows("00"));
    for (const auto model : {sc, tso, views}) {
        const auto strong = explore(model, store_buffering(seq_cst, seq_cst), 1);
        CHECK(!strong.shows("00"));
        CHECK(strong.shows("01"));
        CHECK(strong.shows("10"));
        CHECK(strong.shows("11"));
    }
}

TEST_CASE("a message is passed by release and acquire, and by nothing less") {
    CHECK(!explore(views, message_passing(release, acquire), 2).shows("0010"));
    CHECK(explore(views, message_passing(relaxed, acquire), 2).shows("0010"));
    CHECK(explore(views, message_passing(release, relaxed), 2).shows("0010"));
    CHECK(
        !explore(tso, message_passing(relaxed, relaxed), 2).shows("0010")); // stores stay in order
}

TEST_CASE("a read-modify-write goes on with a release sequence, a store does not") {
    const auto through = [](auto middle) {
        return program{{[](board &b, int *) {
                            b.x.store(1, relaxed);
                            b.y.store(1, release);
                        },
                        middle,
                        [](board &b, int *r) {
                            r[0] = b.y.load(acquire);
                            r[1] = b.x.load(relaxed);
                        }}};
    };
    const auto add = explore(views, through([](board &b, int *) { b.y.fetch_add(1, relaxed); }), 2);
    CHECK(add.shows("000021"));
    CHECK(!add.shows("000020"));
    const auto store = explore(views, through([](board &b, int *r) {
                                   r[0] = b.y.load(relaxed);
                                   if (r[0] == 1)
                                       b.y.store(2, relaxed);
                               }),
                               2);
    CHECK(store.shows("001020"));
}

TEST_CASE("a thread never goes back in one location") {
    const program twice{{[](board &b, int *) {
                             b.x.store(1, relaxed);
                             b.x.store(2, relaxed);
                         },
                         [](board &b, int *r) {
                             r[0] = b.x.load(relaxed);
                             r[1] = b.x.load(relaxed);
                         }}};
    const auto found = explore(views, twice, 2);
    CHECK(found.shows("0001"));
    CHECK(found.shows("0012"));
    CHECK(!found.shows("0021"));
    CHECK(!found.shows("0010"));
}

TEST_CASE("two readers see two writes in one order only under seq_cst") {
    const auto readers = [](auto s, auto l) {
        return program{{[=](board &b, int *) { b.x.store(1, s); },
                        [=](board &b, int *) { b.y.store(1, s); },
                        [=](board &b, int *r) {
                            r[0] = b.x.load(l);
                            r[1] = b.y.load(l);
                        },
                        [=](board &b, int *r) {
                            r[0] = b.y.load(l);
                            r[1] = b.x.load(l);
                        }}};
    };
    CHECK(explore(views, readers(release, acquire), 2).shows("00001010"));
    CHECK(!explore(views, readers(seq_cst, seq_cst), 2).shows("00001010"));
    CHECK(!explore(tso, readers(relaxed, relaxed), 2).shows("00001010"));
}

TEST_CASE("the heavy barrier orders the light side's store before its load") {
    const program pin{{[](board &b, int *r) {
                           b.x.store(1, release);
                           ferry::detail::light_barrier();
                           r[0] = b.y.load(acquire);
                       },
                       [](board &b, int *r) {
                           b.y.store(1, release);
                           ferry::detail::heavy_barrier();
                           r[0] = b.x.load(acquire);
                       }}};
    for (const auto model : {sc, tso, views}) {
        const auto found = explore(model, pin, 1);
        CHECK(!found.shows("00"));
        CHECK(found.shows("10"));
        CHECK(found.shows("01"));
    }
}

TEST_CASE("memory that was freed is not accessed unnoticed") {
    static atomic<int> *late; // not of the execution: nobody's step
    const program early{{[](board &b, int *) {
                             late = new atomic<int>(7);
                             b.x.store(1, release);
                             b.y.load(acquire);
                             delete late;
                         },
                         [](board &b, int *r) {
                             if (b.x.load(acquire) == 1)
                                 r[0] = late->load(relaxed);
                         }}};
    for (const auto model : {sc, tso, views}) {
        const auto found = explore(model, early, 1);
        CHECK(found.faults.count("an access to memory that was freed") == 1);
        CHECK(found.shows("07") == (model != views));
    }
    // The other way round: used, and freed without waiting for it.
    CHECK(explore(views, early, 1)
              .faults.count("memory was freed while another thread's access to it is not over") ==
          1);
}

TEST_CASE("a thread may free what it has just stored to") {
    const program own{{[](board &, int *) {
        auto *const mine = new atomic<int>(7);
        mine->store(8, relaxed);
        delete mine;
    }}};
    for (const auto model : {sc, tso, views})
        CHECK(explore(model, own, 1).faults.empty());
}

TEST_CASE("a store that waits in a buffer does not come to freed memory unnoticed") {
    static atomic<int> *shared;
    const program late{{[](board &b, int *) {
                            shared = new atomic<int>(7);
                            b.x.store(1, seq_cst);
                            if (b.y.load(acquire) == 1)
                                delete shared;
                        },
                        [](board &b, int *) {
                            if (b.x.load(acquire) == 1) {
                                b.y.fetch_add(1, release);
                                shared->store(8, relaxed);
                                b.z.fetch_add(1, relaxed); // empties the buffer
                            }
                        }}};
    CHECK(explore(tso, late, 1)
              .faults.count("a buffered store came to memory that was freed meanwhile") == 1);
}

TEST_CASE("an object that was not published is not used unnoticed") {
    const auto publish = [](auto how) {
        static atomic<int> *made;
        return program{{[=](board &b, int *) {
                            made = new atomic<int>(7);
                            b.x.store(1, how);
                        },
                        [](board &b, int *r) {
                            if (b.x.load(acquire) == 1)
                                r[0] = made->load(relaxed);
                        }}};
    };
    CHECK(explore(views, publish(release), 1).faults.empty());
    CHECK(explore(views, publish(relaxed), 1)
              .faults.count("an atomic was used by a thread to which it was not published") == 1);
}

TEST_CASE("users' accesses that race are found") {
    const auto hand_over = [](auto how) {
        return program{{[=](board &b, int *) {
                            plain_write(&b.plain, sizeof b.plain);
                            b.x.store(1, how);
                        },
                        [](board &b, int *) {
                            if (b.x.load(acquire) == 1)
                                plain_read(&b.plain, sizeof b.plain);
                        }}};
    };
    CHECK(explore(views, hand_over(release), 1).faults.empty());
    CHECK(explore(views, hand_over(relaxed), 1)
              .faults.count("an access to an object races with a write of it") == 1);
}

TEST_CASE("freeing twice, and what is not there, is found") {
    const program twice{{[](board &, int *) {
        void *const one = ::operator new(8);
        void *volatile again = one;
        ::operator delete(one);
        ::operator delete(again);
    }}};
    CHECK(explore(sc, twice, 1).faults.size() == 1);
}

TEST_CASE("a thread that does not come to an end is found") {
    const program endless{{[](board &b, int *) {
        while (b.x.load(relaxed) == 0) {
        }
    }}};
    CHECK(explore(sc, endless, 1).faults.count("somebody does not come to an end") == 1);
}

TEST_CASE("a stopped thread is never run again, and the others go on") {
    int done[3] = {};
    board *shared = nullptr;
    plan p;
    p.before = [&] { shared = new board; };
    for (int i = 0; i < 2; ++i)
        p.threads.push_back([&, i] {
            for (int k = 0; k < 5; ++k) {
                shared->x.fetch_add(1, relaxed);
                ++done[i];
            }
        });
    int sum = 0;
    p.after = [&] { sum = shared->x.load(relaxed); };
    for (unsigned step = 1; step <= 5; ++step) {
        std::fill_n(done, 3, 0);
        random_walk walk(step);
        const stop once[] = {{1, step}};
        const outcome o = execute(p, walk, once);
        CHECK(o.fault == "");
        CHECK(o.stopped);
        CHECK(done[0] == static_cast<int>(step) - 1); // stopped before that step
        CHECK(done[1] == 5);
        CHECK(sum == static_cast<int>(step) - 1 + 5);
    }
}

TEST_CASE("the same seed gives the same execution") {
    board *shared = nullptr;
    plan p;
    p.memory = views;
    p.before = [&] { shared = new board; };
    for (int i = 0; i < 3; ++i)
        p.threads.push_back([&] {
            for (int k = 0; k < 4; ++k) {
                shared->x.store(shared->y.load(relaxed) + 1, relaxed);
                shared->y.fetch_add(shared->x.load(acquire), release);
            }
        });
    p.after = [&] { delete shared; };
    std::set<std::string> different;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::string traces[2];
        for (std::string &text : traces) {
            random_walk walk(seed);
            CHECK(execute(p, walk, {}, [&](const std::string &line) {
                      text += line + '\n';
                  }).fault == "");
        }
        CHECK(traces[0] == traces[1]);
        different.insert(traces[0]);
    }
    CHECK(different.size() > 15);
}
