// SPDX-License-Identifier: BSL-1.0

// What gdb prints of maps, sets and handles: see ../run.

#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/inline_string.hpp>

#include <cstdio>
#include <string>

[[gnu::noinline]] void stop_here() { std::puts("stopped"); }

int main() {
    ferry::concurrent_map<int, std::string> map{{1, "one"}, {2, "two"}};
    map.erase(2);
    map.insert_or_assign(1, "uno");
    ferry::concurrent_map<ferry::inline_string, int> named;
    named.insert_or_assign("answer", 42);
    ferry::concurrent_set<int> set{7};
    const auto found = named.find("answer");
    const auto none = map.find(3);
    const auto member = set.find(7);
    stop_here();
    return found && member && !none ? 0 : 1;
}
