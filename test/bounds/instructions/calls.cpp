// SPDX-License-Identifier: BSL-1.0

// Calls of which limits.py counts the instructions: each function below makes as many as main()
// says, of one kind, and is known by its name. Memory is given out in sequence and not taken back:
// what malloc takes depends on where its heap lies.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

namespace {

alignas(std::max_align_t) std::byte memory[std::size_t{1} << 24];
std::size_t given_out = 0;

constexpr std::uint64_t calls = 20'000; // limits.py knows it

std::uint64_t key(std::uint64_t i) { return i * 0x9e3779b97f4a7c15; }

template <class Map>
[[gnu::always_inline]] inline std::uint64_t get_present(const Map &map) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i != calls; ++i) {
        const auto value = map.get(key(i));
        sum += value ? *value : 0;
    }
    return sum;
}

template <class Map>
[[gnu::always_inline]] inline std::uint64_t contains_absent(const Map &map) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i != calls; ++i)
        sum += map.contains(key(i + calls));
    return sum;
}

template <class Map>
[[gnu::always_inline]] inline std::uint64_t insert_absent(Map &map) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i != calls; ++i)
        sum += map.try_emplace(key(i + 2 * calls), i);
    return sum;
}

template <class Map>
[[gnu::always_inline]] inline std::uint64_t assign_present(Map &map) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i != calls; ++i)
        sum += map.insert_or_assign(key(i), i + 1);
    return sum;
}

template <class Map>
[[gnu::always_inline]] inline std::uint64_t erase_present(Map &map) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i != calls; ++i)
        sum += map.erase(key(i + 2 * calls));
    return sum;
}

using nodes = ferry::concurrent_map<std::uint64_t, std::uint64_t>;
using cells = ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;

} // namespace

void *operator new(std::size_t size) {
    const std::size_t begin = given_out;
    given_out += (size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
    if (given_out > sizeof memory)
        std::abort();
    return memory + begin;
}
void operator delete(void *) noexcept {}
void operator delete(void *, std::size_t) noexcept {}

extern "C" {

[[gnu::noinline]] std::uint64_t nodes_get_present(nodes &map) { return get_present(map); }
[[gnu::noinline]] std::uint64_t nodes_contains_absent(nodes &map) { return contains_absent(map); }
[[gnu::noinline]] std::uint64_t nodes_get_present_guarded(nodes &map) {
    const ferry::guard pinned = map.pin();
    return get_present(map);
}
[[gnu::noinline]] std::uint64_t nodes_insert_absent(nodes &map) { return insert_absent(map); }
[[gnu::noinline]] std::uint64_t nodes_assign_present(nodes &map) { return assign_present(map); }
[[gnu::noinline]] std::uint64_t nodes_erase_present(nodes &map) { return erase_present(map); }

[[gnu::noinline]] std::uint64_t cells_get_present(cells &map) { return get_present(map); }
[[gnu::noinline]] std::uint64_t cells_contains_absent(cells &map) { return contains_absent(map); }
[[gnu::noinline]] std::uint64_t cells_get_present_guarded(cells &map) {
    const ferry::guard pinned = map.pin();
    return get_present(map);
}
[[gnu::noinline]] std::uint64_t cells_insert_absent(cells &map) { return insert_absent(map); }
[[gnu::noinline]] std::uint64_t cells_assign_present(cells &map) { return assign_present(map); }
[[gnu::noinline]] std::uint64_t cells_erase_present(cells &map) { return erase_present(map); }

} // extern "C"

// callgrind counts from a function's beginning only if it has seen another one end.
extern "C" [[gnu::noinline]] void first_of_all() { asm volatile(""); }

int main() {
    nodes of_nodes(10 * calls);
    cells of_cells(10 * calls);
    for (std::uint64_t i = 0; i != calls; ++i) {
        of_nodes.try_emplace(key(i), i);
        of_cells.try_emplace(key(i), i);
    }
    std::uint64_t sum = 0;
    first_of_all();
    sum += nodes_get_present(of_nodes) + nodes_contains_absent(of_nodes);
    sum += nodes_get_present_guarded(of_nodes) + nodes_insert_absent(of_nodes);
    sum += nodes_assign_present(of_nodes) + nodes_erase_present(of_nodes);
    sum += cells_get_present(of_cells) + cells_contains_absent(of_cells);
    sum += cells_get_present_guarded(of_cells) + cells_insert_absent(of_cells);
    sum += cells_assign_present(of_cells) + cells_erase_present(of_cells);
    std::printf("%llu\n", static_cast<unsigned long long>(sum));
}
