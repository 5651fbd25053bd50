// SPDX-License-Identifier: BSL-1.0

// The end of the main thread while it holds handles and guards: by pthread_exit, before the
// process's end or with it, or by a return from main, before static objects end.
//
//     main-ends-tests static | exit-first | exit-last
//
// Ends with 0 if all held.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <unistd.h>

#include <ferry/concurrent_map.hpp>

#include "support/gate.hpp"
#include "support/scale.hpp"

namespace {

using string_map = ferry::concurrent_map<std::uint64_t, std::string>;

constexpr std::uint64_t keys = 100;

std::string text(std::uint64_t key) { return std::string(40, 'a') + std::to_string(key); }

// Of static objects the one that ends last.
string_map &map() {
    static string_map all;
    return all;
}

void fill() {
    for (std::uint64_t key = 0; key < keys; ++key)
        map().insert(key, text(key));
}

void fail(const char *sentence) {
    std::fprintf(stderr, "does not hold: %s\n", sentence);
    ::_exit(1);
}

// By threads that come, take what others left, and go.
void erase_and_reclaim(std::uint64_t first, std::uint64_t last) {
    for (int i = 0; i < 4; ++i) {
        std::thread([=] {
            for (std::uint64_t key = first; key < last; ++key)
                map().erase(key);
            for (int turn = 0; turn < 3; ++turn)
                map().reclaim();
        }).join();
    }
}

// What a thread holds: under handles, and one under a guard.
struct belongings {
    std::vector<string_map::handle> handles;
    ferry::guard guard = map().pin();
    const std::string *under_guard = map().find(0, guard);

    belongings() {
        for (std::uint64_t key = 1; key < 10; ++key)
            handles.push_back(map().find(key));
    }
    // What others have erased meanwhile is there.
    ~belongings() {
        erase_and_reclaim(0, 10);
        if (*under_guard != text(0))
            fail("what a guard holds is there until it ends");
        for (std::size_t i = 0; i < handles.size(); ++i)
            if (*handles[i] != text(i + 1))
                fail("what a handle holds is there until it ends");
        // Another comes, whose pin is not ended by us.
        ferry::test::gate here;
        std::thread other([&] {
            map().insert(50, text(50));
            const auto held = map().find(50);
            here.pass();
            if (*held != text(50))
                fail("the end of a handle ends no other thread's");
        });
        here.wait_for_arrival();
        handles.clear();
        { const ferry::guard last = std::move(guard); }
        erase_and_reclaim(50, 51);
        here.open();
        other.join();
    }
};

void end_belongings(void *of_thread) { delete static_cast<belongings *>(of_thread); }

void hold_by_key() {
    pthread_key_t key;
    if (pthread_key_create(&key, end_belongings) != 0 ||
        pthread_setspecific(key, new belongings) != 0)
        fail("a key is made");
}

// The main thread is not the last: its end is over when another goes on.
int exit_first() {
    static pthread_t main_thread = pthread_self();
    std::thread([] {
        pthread_join(main_thread, nullptr);
        erase_and_reclaim(0, keys);
        if (map().stats().retired_objects != 0)
            fail("what the main thread held is reclaimed when that has gone");
        ::_exit(0);
    }).detach();
    hold_by_key();
    pthread_exit(nullptr);
}

// It is the last, and static objects end after its destructors have run.
struct ends_late {
    std::unique_ptr<ferry::guard> guard;
    ~ends_late() {
        guard.reset(); // protects nothing any more, or still does
        map().insert(1000, text(1000));
        if (map().get(1000) != text(1000))
            fail("a map can be used by the destructor of a static object");
    }
};

int exit_last() {
    static ends_late last;
    last.guard = std::make_unique<ferry::guard>(map().pin());
    hold_by_key();
    pthread_exit(nullptr);
}

int static_objects() {
    static belongings mine;
    thread_local belongings of_thread;
    static_cast<void>(of_thread);
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    const std::string how = argc == 2 ? argv[1] : "";
    fill();
    if (how == "static")
        return static_objects();
    constexpr int skipped = 77; // to meson
    // ThreadSanitizer cannot join the main thread, and has a thread of its own that goes on.
    if (how == "exit-first")
        return ferry::test::under_tsan ? skipped : exit_first();
    if (how == "exit-last")
        return ferry::test::under_tsan ? skipped : exit_last();
    std::fprintf(stderr, "usage: main-ends-tests static | exit-first | exit-last\n");
    return 2;
}
