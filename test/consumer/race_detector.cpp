// SPDX-License-Identifier: BSL-1.0
// Compiled for ThreadSanitizer, and linked with a library that was not. Threads begin at different
// times, so that some take over the records of others. They replace and erase values that others
// have read, so that the memory is freed. No thread waits for another meanwhile.
//
//   race-detector          nothing is to be reported
//   race-detector race     a race of its own is to be reported

#include <ferry/concurrent_map.hpp>
#include <ferry/guard.hpp>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

std::size_t raced = 0;

void use(ferry::concurrent_map<int, std::string> &map, unsigned id) {
    std::size_t letters = 0;
    for (int i = 0; i < 3000; ++i) {
        const int key = i * 7 % 100;
        map.insert_or_assign(key, std::string(40, static_cast<char>('a' + id)));
        if (const auto found = map.find(key)) {
            letters += found->size();
        }
        if (i % 5 == 0) {
            map.erase(key);
        }
    }
    if (letters == 0) {
        std::puts("nothing was found");
    }
}

void run(ferry::epoch_domain &domain) {
    ferry::concurrent_map<int, std::string> shared(ferry::options{.domain = &domain});
    std::vector<std::thread> threads;
    for (unsigned id = 0; id < 6; ++id) {
        threads.emplace_back([&, id] {
            std::this_thread::sleep_for(std::chrono::milliseconds(60 * (id / 2)));
            // Two threads share a map. The others have nothing in common but the domain.
            if (id < 2) {
                use(shared, id);
            } else {
                ferry::concurrent_map<int, std::string> own(ferry::options{.domain = &domain});
                use(own, id);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

} // namespace

int main(int count, char **arguments) {
    if (count > 1 && std::strcmp(arguments[1], "race") == 0) {
        std::thread other([] { ++raced; });
        ++raced;
        other.join();
    }
    ferry::epoch_domain symmetric(ferry::barrier::symmetric);
    run(ferry::default_domain());
    run(symmetric);
}
