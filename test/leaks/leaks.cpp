// SPDX-License-Identifier: BSL-1.0

// That what looks for leaks after each test case (support/leaks) finds them: test cases that leave
// something of a map, of each kind that there is, and some that do not. The program knows which.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/concurrent_map.hpp>
#include <ferry/detail/node/core.hpp>

#include "support/leaks/listener.hpp"

using namespace ferry::test;

namespace {

// What is left is freed in the end, as other programs look for leaks, too.
std::vector<std::function<void()>> frees_in_the_end;

using node_type = ferry::engine::node<int, int, false>;
using memory_type = ferry::engine::node_memory<node_type, std::allocator<int>>;
memory_type memory{std::allocator<int>()};

using settings_type =
    ferry::engine::map_settings<ferry::engine::map_stripe<ferry::engine::node_counts>>;

node_type *some_node() {
    return memory.make_node(
        0, [](int *key) { *key = 1; }, ferry::engine::value_word::live_inline(),
        [](int *value) { *value = 2; });
}

ferry::engine::table *some_table(unsigned bits) {
    return ferry::engine::table::make(ferry::engine::geometry::of(bits), 8, false,
                                      ferry::engine::prefaulted::piece_by_piece);
}

} // namespace

TEST_CASE("leaves: a map") {
    auto *const map = new ferry::concurrent_map<int, std::string>{{1, "a"}, {2, "b"}};
    map->insert_or_assign(1, "c");
    frees_in_the_end.emplace_back([map] { delete map; });
}

TEST_CASE("leaves: a node") {
    auto *const node = some_node();
    frees_in_the_end.emplace_back([node] { memory.free_node(node); });
}

TEST_CASE("leaves: a node of a thread that ended") {
    node_type *node = nullptr;
    std::thread([&] { node = some_node(); }).join();
    frees_in_the_end.emplace_back([node] { memory.free_node(node); });
}

TEST_CASE("leaves: a box") {
    auto *const box = memory.make_box([](int *) {});
    frees_in_the_end.emplace_back([box] { memory.free_box(box); });
}

TEST_CASE("leaves: a small table") {
    auto *const table = some_table(4);
    CHECK_FALSE(table->is_large());
    frees_in_the_end.emplace_back([table] { ferry::engine::table::free(table); });
}

TEST_CASE("leaves: a piece of a large table") {
    auto *const table = some_table(18);
    CHECK(table->is_large());
    CHECK_FALSE(ferry::engine::table::free_piece(table));
    frees_in_the_end.emplace_back([table] { ferry::engine::table::free(table); });
}

TEST_CASE("leaves: settings") {
    auto *const settings = new settings_type(ferry::engine::geometry::least_bits, {});
    frees_in_the_end.emplace_back([settings] { delete settings; });
}

TEST_CASE("leaves nothing: maps that are destroyed") {
    ferry::concurrent_map<int, std::string> map;
    for (int i = 0; i < 20'000; ++i) {
        map.insert_or_assign(i, "a");
        map.insert_or_assign(i / 2, "b");
        map.erase(i / 3);
    }
    SUBCASE("after writes") {}
    SUBCASE("after writes and reserve") { map.reserve(100'000); }
}

TEST_CASE("leaves nothing: the record of a new thread in a map's domain") {
    const ferry::concurrent_map<int, int> map;
    std::vector<std::thread> threads;
    for (int i = 0; i < 10; ++i)
        threads.emplace_back([&] {
            const auto guard = map.pin();
            std::this_thread::yield();
        });
    for (std::thread &each : threads)
        each.join();
}

TEST_CASE("leaves nothing: what is no map's") {
    auto *const text = new std::string(100, 'x');
    frees_in_the_end.emplace_back([text] { delete text; });
}

int main(int argc, char **argv) {
    doctest::Context context(argc, argv);
    context.setOption("no-skipped-summary", true);
    int wrong = context.run();
    unsigned expected = 0;
    for (const std::string &each : leaking_cases)
        if (!each.starts_with("leaves: ")) {
            std::printf("WRONG: reported, and leaves nothing: %s\n", each.c_str());
            ++wrong;
        }
    for (const char *each : {"a map", "a node", "a node of a thread that ended", "a box",
                             "a small table", "a piece of a large table", "settings"}) {
        ++expected;
        if (std::ranges::find(leaking_cases, std::string("leaves: ") + each) ==
            leaking_cases.end()) {
            std::printf("WRONG: not reported: %s\n", each);
            ++wrong;
        }
    }
    for (const auto &each : frees_in_the_end)
        each();
    std::printf("%zu test cases left something, %u should\n", leaking_cases.size(), expected);
    return wrong == 0 ? 0 : 1;
}
