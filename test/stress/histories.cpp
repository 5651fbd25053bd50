// SPDX-License-Identifier: BSL-1.0

// What real threads did to a few keys, recorded and checked for linearizability, while other keys
// make the table grow, sweep and shrink. Now and then all threads stop, so that a history ends
// there and the next begins with what it left: the checker has little to search.

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/hashes.hpp"
#include "support/linear/checker.hpp"
#include "support/linear/recorder.hpp"
#include "support/linear/whole_map.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_histories {

using namespace ferry::test;
using namespace ferry::test::linear;

namespace {

constexpr key_type keys = 4; // those that are recorded; visit_many takes four together

struct workload {
    unsigned threads;
    std::size_t windows;
    std::size_t operations; // of a thread in a window, on the recorded keys
    std::uint64_t visitors; // other keys that a thread has in the map at a time, at most
};

// One thread. Its visitors come, are replaced and leave, by turns, so that all together the table
// grows, is swept and shrinks.
template <class Map>
class member {
public:
    member(Map &map, shared_time &time, const workload &load, unsigned id, findings &found)
        : random_(id), record_(map, time, id, random_, found), map_(map), load_(load),
          oldest_(std::uint64_t{id + 1} << 32), next_(oldest_), found_(found) {}

    void window(std::size_t number) {
        for (std::size_t i = 0; i < load_.operations; ++i) {
            record_.any_operation(static_cast<key_type>(random_.below(keys)));
            if (random_.once_in(256))
                record_.iterate(keys);
            if (random_.once_in(2))
                visitors(number);
            // Fewer processors than threads: here one is interrupted, and not only where its time
            // is over, which is seldom within an operation.
            if (random_.once_in(64))
                std::this_thread::yield();
            if (random_.once_in(512))
                map_.reclaim();
        }
    }

    recorder<Map> &record() { return record_; }

private:
    void visitors(std::size_t window) {
        switch (window / 4 % 4) {
        case 0:
            if (next_ - oldest_ < load_.visitors)
                come();
            break;
        case 2:
            if (next_ != oldest_)
                leave();
            break;
        default:
            come();
            leave();
            break;
        }
    }
    void come() {
        found_.expect(map_.try_emplace(next_, next_), "a new visitor is inserted");
        ++next_;
    }
    void leave() {
        found_.expect(map_.erase(oldest_) == 1, "a visitor is erased");
        ++oldest_;
    }

    prng random_;
    recorder<Map> record_;
    Map &map_;
    const workload &load_;
    std::uint64_t oldest_;
    std::uint64_t next_;
    findings &found_;
};

// A window's histories together, from what the last one left to what this one leaves.
template <class Map>
class judge {
public:
    explicit judge(Map &map, shared_time &time) : map_(map), time_(time) {}

    // With nobody at work. Empty: all is well.
    std::string look_at(const std::vector<std::unique_ptr<member<Map>>> &all) {
        whole_.clear();
        sweeps_.clear();
        for (const auto &each : all) {
            whole_.add(each->record().events());
            sweeps_.insert(sweeps_.end(), each->record().sweeps().begin(),
                           each->record().sweeps().end());
            each->record().clear();
        }
        std::vector<state> left(keys);
        for (key_type key = 0; key < keys; ++key) {
            const stamp now = time_.invoked();
            map_.visit(key, [&](const auto &of) { left[key] = number(of); });
            whole_.add({.what = did::get(left[key]),
                        .invoked = now,
                        .returned = time_.returned(),
                        .key = key});
        }
        const std::string wrong = check_whole_map(checker_, whole_.events(), sweeps_, {}, at_);
        at_ = left;
        return wrong;
    }

private:
    static value_type number(std::uint64_t of) { return of; }
    template <class Tag>
    static value_type number(const counted<Tag> &of) {
        return of.number();
    }

    Map &map_;
    shared_time &time_;
    checker checker_;
    history whole_;
    std::vector<sweep> sweeps_;
    std::vector<state> at_ = std::vector<state>(keys);
};

template <class Map>
void record_and_check(const workload &load, ferry::options options = {}) {
    FERRY_SHOW_SEED();
    ferry::map_stats stats;
    {
        Map map(options);
        shared_time time;
        judge<Map> checked(map, time);
        std::vector<std::unique_ptr<member<Map>>> all(load.threads);
        std::string wrong;
        // All are quiet when a window ends: one of them looks at it then.
        std::barrier quiet(load.threads, [&]() noexcept {
            if (wrong.empty())
                wrong = checked.look_at(all);
        });
        CHECK(crew(load.threads, [&](unsigned id, findings &found) {
                  all[id] = std::make_unique<member<Map>>(map, time, load, id, found);
                  for (std::size_t i = 0; i < load.windows; ++i) {
                      all[id]->window(i);
                      quiet.arrive_and_wait();
                  }
              }).text() == "");
        CHECK(wrong == "");
        stats = map.stats();
    }
    CHECK(stats.grown > 0);
    CHECK(stats.swept > 0);
    CHECK(stats.shrunk > 0);
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

template <class T, class Hash = ferry::hash<std::uint64_t>>
using map_of = ferry::concurrent_map<std::uint64_t, T, Hash>;

template <class Hash = ferry::hash<std::uint64_t>>
using flat_map_of = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t, Hash>;

// Of the keys here, all have one home.
struct same_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept { return key; }
    std::uint64_t unhash(std::uint64_t hash) const noexcept { return hash; }
};

// The same for 2, 4 and 8 threads.
template <class Map>
void record_and_check_each(std::size_t windows, std::uint64_t visitors,
                           ferry::options options = {}) {
    for (const unsigned threads : {2u, 4u, 8u})
        record_and_check<Map>({threads, scaled(windows, 32), 800 / threads, visitors / threads},
                              options);
}

} // namespace

TEST_CASE("every history of words is linearizable, with good hashes") {
    record_and_check_each<map_of<std::uint64_t>>(1600, 800);
}

TEST_CASE("every history of words is linearizable, with two-bit hashes") {
    record_and_check_each<map_of<std::uint64_t, two_bit_hash>>(800, 200);
}

TEST_CASE("every history of words is linearizable, with equal hashes") {
    record_and_check_each<map_of<std::uint64_t, constant_hash>>(800, 64);
}

TEST_CASE("every history of words is linearizable with drop_on_erase") {
    record_and_check_each<map_of<std::uint64_t>>(800, 200, {.drop_on_erase = true});
}

TEST_CASE("every history of objects is linearizable") {
    record_and_check_each<map_of<counted_value>>(800, 400);
}

TEST_CASE("every history of a flat map is linearizable") {
    record_and_check_each<flat_map_of<>>(800, 800);
}

TEST_CASE("every history of a flat map is linearizable, with one home for all keys") {
    record_and_check_each<flat_map_of<same_hash>>(400, 64);
}

TEST_CASE("every history of 64 threads is linearizable") {
    record_and_check<map_of<std::uint64_t>>({64, scaled(320, 16), 30, 20});
    record_and_check<map_of<std::uint64_t, two_bit_hash>>({64, scaled(160, 16), 30, 5});
    record_and_check<map_of<std::uint64_t, constant_hash>>({64, scaled(160, 16), 30, 2});
}

} // namespace stress_histories
