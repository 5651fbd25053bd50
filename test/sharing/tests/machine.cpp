// SPDX-License-Identifier: BSL-1.0

// What the compiler's hooks tell the machine, and how the machine divides time.

#include "machine/machine.hpp"
#include "subjects/hottest.hpp"
#include "tests/seen.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>

using namespace ferry::sharing;

namespace {

constexpr unsigned rounds = 200;
constexpr std::uint64_t pause = 1000; // cycles, longer than any turn

struct alignas(128) apart {
    std::uint64_t word = 0;
    std::uint64_t second = 0;
    char rest[112] = {};
};

// Each core does it so many times, and each time others come between.
tally count(unsigned cores, const std::function<void(unsigned core)> &operation,
            unsigned times = rounds, std::uint64_t seed = 1) {
    auto &all = machine::instance();
    begin_watching(all);
    all.run(cores, seed, [&](unsigned core) {
        operation(core);
        all.all_ready();
        for (unsigned i = 0; i < times; ++i) {
            all.spend(*this_core, pause);
            operation(core);
            all.end_operation();
        }
        all.finished();
    });
    end_watching(all);
    return all.counted();
}

} // namespace

TEST_CASE("a core by itself misses nothing twice") {
    apart own;
    const tally seen = count(1, [&](unsigned) { seen::add(own.word); });
    CHECK(seen.operations == rounds);
    CHECK(seen.accesses >= rounds); // g++ announces the load and the store, clang the latter alone
    CHECK(seen.accesses <= 2 * rounds);
    CHECK(seen.remote_misses + seen.remote_writes + seen.cold_misses + seen.shared_misses == 0);
    CHECK(own.word == rounds + 1);
}

TEST_CASE("cores that write to lines of their own pass none") {
    std::array<apart, 8> own;
    const tally seen = count(8, [&](unsigned core) { seen::add_atomically(own[core].word); });
    CHECK(seen.operations == 8 * rounds);
    CHECK(seen.remote_misses + seen.remote_writes == 0);
}

TEST_CASE("neighbouring words on one line are passed as one word is") {
    apart both;
    const tally seen =
        count(2, [&](unsigned core) { seen::add_atomically(core == 0 ? both.word : both.second); });
    CHECK(seen.remote_misses >= rounds);
    CHECK(seen.remote_misses == seen.remote_writes);
    CHECK(both.word == rounds + 1);
}

TEST_CASE("each way to write is seen: another core then misses") {
    struct way {
        std::string name;
        std::function<void(apart &)> write;
    };
    apart source;
    const way ways[] = {
        {"plain", [](apart &to) { seen::write(to.word, 1); }},
        {"atomic", [](apart &to) { seen::store_with_release(to.word, 1); }},
        {"read-modify-write", [](apart &to) { seen::add_atomically(to.word); }},
        {"a compare-and-swap that fails", [](apart &to) { seen::exchange_in_vain(to.word); }},
        {"a compare-and-swap of two words", [](apart &to) { seen::add_to_both(&to); }},
        {"memcpy", [&source](apart &to) { seen::copy(&to, &source, sizeof to); }},
    };
    for (const way &each : ways) {
        CAPTURE(each.name);
        apart shared;
        const tally seen = count(2, [&](unsigned core) {
            if (core == 0)
                each.write(shared);
            else
                seen::read(shared.word);
        });
        CHECK(seen.remote_misses > rounds / 4);
        CHECK(seen.remote_writes > rounds / 4);
    }
}

TEST_CASE("the two words of a wide compare-and-swap change together, on any number of cores") {
    apart shared;
    const tally seen = count(16, [&](unsigned) { seen::add_to_both(&shared); });
    CHECK(shared.word == 16 * (rounds + 1));
    CHECK(shared.second == shared.word);
    CHECK(seen.lines > 8 * rounds);
}

TEST_CASE("what is only read is remote for nobody") {
    apart shared;
    const tally seen = count(64, [&](unsigned) { seen::read(shared.word); });
    CHECK(seen.remote_misses + seen.remote_writes == 0);
}

TEST_CASE("a mutex excludes, and hands its line around") {
    std::mutex mutex;
    apart shared;
    const tally seen = count(16, [&](unsigned) {
        const std::lock_guard lock(mutex);
        for (int i = 0; i < 100; ++i) // longer than a turn
            seen::add(shared.word);
    });
    CHECK(shared.word == 16 * (rounds + 1) * 100);
    CHECK(seen.remote_misses > 16 * rounds);
}

TEST_CASE("a shared mutex keeps writers from readers and from each other") {
    std::shared_mutex mutex;
    apart first;
    apart second;
    std::array<unsigned, most_cores> torn{};
    count(16, [&](unsigned core) {
        if (core % 4 == 0) {
            const std::lock_guard lock(mutex);
            for (int i = 0; i < 100; ++i)
                seen::add(first.word);
            seen::write(second.word, seen::read(first.word));
        } else {
            const std::shared_lock lock(mutex);
            const auto now = seen::read(first.word);
            for (int i = 0; i < 100; ++i)
                seen::read(first.second);
            torn[core] += seen::read(second.word) != now;
        }
    });
    CHECK(first.word == 4 * (rounds + 1) * 100);
    for (const unsigned each : torn)
        CHECK(each == 0);
}

TEST_CASE("cores that spin let the one go on that they wait for") {
    apart lock;
    apart shared;
    count(8, [&](unsigned) {
        while (seen::read(lock.word) != 0 || !seen::try_take(lock.word))
            ;
        for (int i = 0; i < 50; ++i)
            seen::add(shared.word);
        seen::store_with_release(lock.word, 0);
    });
    CHECK(shared.word == 8 * (rounds + 1) * 50);
}

TEST_CASE("a seed repeats a run, and another one runs otherwise") {
    std::set<std::uint64_t> totals;
    std::set<std::uint64_t> first_seed;
    for (const std::uint64_t seed : {1, 1, 2, 3, 4}) {
        apart shared;
        const tally seen = count(
            8,
            [&](unsigned core) {
                for (unsigned i = 0; i <= core; ++i)
                    seen::add_atomically(shared.word);
            },
            rounds, seed);
        totals.insert(seen.cycles);
        if (seed == 1)
            first_seed.insert(seen.cycles);
    }
    CHECK(first_seed.size() == 1);
    CHECK(totals.size() > 1);
}
