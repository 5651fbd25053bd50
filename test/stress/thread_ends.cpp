// SPDX-License-Identifier: BSL-1.0

// What a thread holds to its very end: handles and guards that end in the destructors of its
// thread-local objects and of its thread-specific keys, while others take what the thread leaves.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>

#include "support/crew.hpp"
#include "support/gate.hpp"
#include "support/maps.hpp"
#include "support/scale.hpp"

namespace stress_thread_ends {

using namespace ferry::test;

namespace {

// Knows whether it is alive, as far as its memory is not used again.
class marked_value {
public:
    explicit marked_value(std::uint64_t number) : number_(number), check_(~number) {}
    marked_value(const marked_value &other) : number_(other.number_), check_(other.check_) {}
    marked_value &operator=(const marked_value &) = delete;
    ~marked_value() { *static_cast<volatile std::uint64_t *>(&check_) = number_; }

    bool is(std::uint64_t number) const { return number_ == number && check_ == ~number; }

private:
    std::uint64_t number_;
    std::uint64_t check_;
};

using marked_map = ferry::concurrent_map<std::uint64_t, marked_value>;

constexpr std::uint64_t of_leaver = 1;
constexpr std::uint64_t of_newcomer = 2;

// A domain with one map.
struct place {
    place() : map(ferry::options{.domain = domain.get()}) {
        map.insert(of_leaver, marked_value(of_leaver));
        map.insert(of_newcomer, marked_value(of_newcomer));
    }

    // Erases the key, and frees what may be freed.
    void erase(std::uint64_t key) {
        map.erase(key);
        for (int i = 0; i < 3; ++i)
            map.reclaim();
    }

    std::unique_ptr<ferry::epoch_domain> domain = std::make_unique<ferry::epoch_domain>();
    marked_map map;
};

constexpr std::size_t domains = 3;
using places = std::vector<std::unique_ptr<place>>;

places some_places() {
    places all;
    for (std::size_t i = 0; i < domains; ++i)
        all.push_back(std::make_unique<place>());
    return all;
}

enum class by { handle, guard };

// A value under a handle, or under a guard.
class held_value {
public:
    held_value(const marked_map &map, by what, std::uint64_t key) : key_(key) {
        if (what == by::handle) {
            handle_ = map.find(key);
            value_ = handle_ ? &*handle_ : nullptr;
        } else {
            guard_.emplace(map.pin());
            value_ = map.find(key, *guard_);
        }
    }

    bool intact() const { return value_ != nullptr && value_->is(key_); }

private:
    std::uint64_t key_;
    const marked_value *value_ = nullptr;
    marked_map::handle handle_;
    std::optional<ferry::guard> guard_;
};

// In each of the places.
class held_values {
public:
    held_values(const places &all, by what, std::uint64_t key) {
        for (const auto &each : all)
            values_.emplace_back(each->map, what, key);
    }

    bool intact() const {
        bool all = true;
        for (const held_value &each : values_)
            all = each.intact() && all;
        return all;
    }

private:
    std::deque<held_value> values_;
};

// A thread that comes to all places, holds a value in each, and goes.
class newcomer {
public:
    newcomer(const places &all, by what)
        : thread_([this, &all, what] {
              const held_values mine(all, what, of_newcomer);
              here_.pass();
              intact_ = mine.intact();
          }) {
        here_.wait_for_arrival();
    }

    // Whether what it held was there to the end.
    bool leave() {
        here_.open();
        thread_.join();
        return intact_;
    }

private:
    gate here_;
    bool intact_ = false;
    std::thread thread_; // last: it uses the others
};

// As if another thread did it: records of the caller's are not used.
template <class Body>
void elsewhere(Body &&body) {
    std::thread(std::forward<Body>(body)).join();
}

// --- keys ----------------------------------------------------------------------------------------

// What a thread does in the destructor of a key, after so many calls of it that do nothing.
struct last_act {
    pthread_key_t key;
    unsigned postponed;
    std::function<void()> act;
};

extern "C" void end_last_act(void *of_thread) {
    auto *const mine = static_cast<last_act *>(of_thread);
    if (mine->postponed != 0) {
        --mine->postponed;
        pthread_setspecific(mine->key, mine);
        return;
    }
    mine->act();
    delete mine;
}

pthread_key_t key_made() {
    pthread_key_t key;
    if (pthread_key_create(&key, end_last_act) != 0)
        std::abort();
    return key;
}

// Of two keys the destructor of the smaller one runs first. Constructors of one priority run in the
// order in which the linker meets them: this program's before a library's.
pthread_key_t early_key;
[[gnu::constructor(101)]] void make_early_key() { early_key = key_made(); }

pthread_key_t late_key() {
    static const pthread_key_t key = key_made();
    return key;
}

void at_the_end(pthread_key_t key, unsigned postponed, std::function<void()> act) {
    pthread_setspecific(key, new last_act{key, postponed, std::move(act)});
}

// What is checked when a thread ends what it held, while another has come. `mine` ends here.
void end_while_another_comes(const places &all, by what, std::shared_ptr<held_values> &mine,
                             findings &found) {
    found.expect(mine->intact(), "what a thread holds is there when its end begins");
    elsewhere([&] {
        for (const auto &each : all)
            each->erase(of_leaver);
    });
    found.expect(mine->intact(), "what a thread holds is there until it lets go of it");
    newcomer other(all, what);
    mine.reset();
    elsewhere([&] {
        for (const auto &each : all)
            each->erase(of_newcomer);
    });
    found.expect(other.leave(), "the end of a handle or guard ends no other thread's");
}

bool all_is_reclaimed(const places &all) {
    bool each_is = true;
    for (const auto &each : all)
        each_is = reclaim_everything(each->map) && each_is;
    return each_is;
}

struct key_kind {
    const char *name;
    pthread_key_t key;
};

std::vector<key_kind> keys() {
    return {{"a key made before ferry's", early_key}, {"a key made after ferry's", late_key()}};
}

} // namespace

TEST_CASE("what a thread holds to the destructor of a thread-specific key is its own until then") {
    REQUIRE(early_key < late_key());
    for (const key_kind &chosen : keys()) {
        for (const by what : {by::handle, by::guard}) {
            for (const unsigned postponed : {0u, 1u}) {
                INFO(chosen.name, what == by::handle ? ", handles" : ", guards", ", postponed ",
                     postponed, " times");
                const places all = some_places();
                findings found;
                std::thread([&, key = chosen.key] {
                    at_the_end(
                        key, postponed,
                        [&, mine = std::make_shared<held_values>(all, what, of_leaver)]() mutable {
                            end_while_another_comes(all, what, mine, found);
                        });
                }).join();
                CHECK(found.text() == "");
                CHECK(all_is_reclaimed(all));
            }
        }
    }
}

TEST_CASE("what a thread holds in a thread-local object is its own until that ends") {
    struct last_words {
        std::function<void()> say;
        ~last_words() {
            if (say)
                say();
        }
    };
    for (const bool before_first_use : {true, false}) {
        for (const by what : {by::handle, by::guard}) {
            const places all = some_places();
            findings found;
            std::thread([&] {
                if (!before_first_use)
                    all[0]->map.contains(1);
                thread_local last_words last;
                last.say = [&,
                            mine = std::make_shared<held_values>(all, what, of_leaver)]() mutable {
                    end_while_another_comes(all, what, mine, found);
                };
            }).join();
            CHECK(found.text() == "");
            CHECK(all_is_reclaimed(all));
        }
    }
}

TEST_CASE("a thread's first handles may be taken in a key's destructor, and end in a later one") {
    for (const key_kind &chosen : keys()) {
        for (const by what : {by::handle, by::guard}) {
            INFO(chosen.name, what == by::handle ? ", handles" : ", guards");
            const places all = some_places();
            findings found;
            std::thread([&, key = chosen.key] {
                at_the_end(key, 0, [&, key] {
                    at_the_end(
                        key, 0,
                        [&, mine = std::make_shared<held_values>(all, what, of_leaver)]() mutable {
                            end_while_another_comes(all, what, mine, found);
                        });
                });
            }).join();
            CHECK(found.text() == "");
            CHECK(all_is_reclaimed(all));
        }
    }
}

TEST_CASE("destructors of keys may pin anew each time they run") {
    for (const key_kind &chosen : keys()) {
        INFO(chosen.name);
        const places all = some_places();
        findings found;
        unsigned ends = 0;
        std::function<void()> again = [&, key = chosen.key] {
            const held_values here(all, by::guard, of_leaver);
            found.expect(here.intact(), "a value is found in each destructor");
            if (++ends < 3)
                at_the_end(key, 0, [&] { again(); });
        };
        std::thread([&] { again(); }).join();
        CHECK(ends == 3);
        CHECK(found.text() == "");
        elsewhere([&] {
            for (const auto &each : all)
                each->erase(of_leaver);
        });
        CHECK(all_is_reclaimed(all));
    }
}

namespace {

// Guards that never end. Kept forever, so that what they point to is not taken for lost.
std::deque<held_values *> &never_ended = *new std::deque<held_values *>;

} // namespace

TEST_CASE("a guard that never ends holds nothing back when its thread has gone, and is in nobody's "
          "way") {
    const places all = some_places();
    std::thread([&] { never_ended.push_back(new held_values(all, by::guard, of_leaver)); }).join();
    std::vector<std::unique_ptr<newcomer>> others;
    for (int i = 0; i < 4; ++i)
        others.push_back(std::make_unique<newcomer>(all, by::guard));
    for (const auto &each : all)
        each->erase(of_newcomer);
    for (const auto &each : others)
        CHECK(each->leave());
    elsewhere([&] {
        for (const auto &each : all)
            each->erase(of_leaver);
    });
    CHECK(all_is_reclaimed(all));
    for (const auto &each : all)
        CHECK(each->domain->oldest_pin_age() == 0);
}

// In the last round, when ThreadSanitizer's own end of the thread has come.
TEST_CASE("a guard that is made in a key's destructor and never ends holds nothing back" *
          doctest::skip(under_tsan)) {
    for (const key_kind &chosen : keys()) {
        INFO(chosen.name);
        const places all = some_places();
        std::thread([&, key = chosen.key] {
            at_the_end(key, 0,
                       [&] { never_ended.push_back(new held_values(all, by::guard, of_leaver)); });
        }).join();
        elsewhere([&] {
            for (const auto &each : all)
                each->erase(of_leaver);
        });
        CHECK(all_is_reclaimed(all));
    }
}

// References are over by then; what ends is the thread's own pin, or nothing. The records stay, and
// so do the domains here, so that these are not taken for lost. ThreadSanitizer's own end of the
// thread has come by then.
TEST_CASE("a guard that ends in the last destructors of all ends nobody else's pin" *
          doctest::skip(under_tsan)) {
    static auto &kept = *new std::deque<std::unique_ptr<ferry::epoch_domain>>;
    for (const key_kind &chosen : keys()) {
        for (const by what : {by::handle, by::guard}) {
            INFO(chosen.name, what == by::handle ? ", handles" : ", guards");
            const places all = some_places();
            findings found;
            bool ran = false;
            std::thread([&, key = chosen.key] {
                at_the_end(
                    key, PTHREAD_DESTRUCTOR_ITERATIONS - 1,
                    [&, mine = std::make_shared<held_values>(all, what, of_leaver)]() mutable {
                        ran = true;
                        newcomer other(all, what);
                        mine.reset();
                        elsewhere([&] {
                            for (const auto &each : all)
                                each->erase(of_newcomer);
                        });
                        found.expect(other.leave(), "the end of a guard ends no other thread's");
                    });
            }).join();
            CHECK(ran);
            CHECK(found.text() == "");
            CHECK(all_is_reclaimed(all));
            for (const auto &each : all)
                kept.push_back(std::move(each->domain));
        }
    }
}

TEST_CASE("threads end with handles in their keys while others come, go and erase") {
    const places all = some_places();
    constexpr std::uint64_t keys_used = 16;
    std::atomic<bool> done{false};
    std::thread eraser([&] {
        for (std::uint64_t i = 0; !done; ++i) {
            for (const auto &each : all) {
                each->map.insert_or_assign(i % keys_used, marked_value(i % keys_used));
                each->map.erase((i + keys_used / 2) % keys_used);
                if (i % 64 == 0)
                    each->map.reclaim();
            }
        }
    });
    const auto found = crew(3, [&](unsigned id, findings &mine) {
        for (std::size_t i = 0; i < scaled(600, 60); ++i) {
            const pthread_key_t key = i % 2 == 0 ? early_key : late_key();
            std::thread([&, i] {
                auto held = std::make_shared<std::vector<marked_map::handle>>();
                const std::uint64_t wanted = (id + i) % keys_used;
                for (const auto &each : all)
                    held->push_back(each->map.find(wanted));
                at_the_end(key, i % 3 == 0 ? 1 : 0, [&mine, held, wanted] {
                    for (int look = 0; look < 20; ++look) {
                        for (const marked_map::handle &each : *held)
                            mine.expect(!each || each->is(wanted), "a held value is alive");
                        std::this_thread::yield();
                    }
                    held->clear();
                });
            }).join();
        }
    });
    done = true;
    eraser.join();
    CHECK(found.text() == "");
    CHECK(all_is_reclaimed(all));
}

} // namespace stress_thread_ends
