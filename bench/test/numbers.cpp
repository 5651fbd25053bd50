// SPDX-License-Identifier: BSL-1.0
#include "workloads/key_space.hpp"
#include "workloads/picks.hpp"
#include "workloads/zipf.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace ferry::bench;

TEST_CASE("Zipf picks follow the law: the most frequent key, and the share of the first hundred") {
    constexpr std::uint32_t universe = 10'000;
    constexpr std::size_t draws = 1'000'000;
    std::vector<double> seen(universe);
    for (const auto index : zipf_indices(universe, 0.99, draws)) {
        seen.at(index) += 1.0 / draws;
    }
    std::sort(seen.rbegin(), seen.rend());

    double sum = 0;
    double first_hundred = 0;
    for (std::uint32_t rank = 1; rank <= universe; ++rank) {
        sum += std::pow(rank, -0.99);
        if (rank == 100)
            first_hundred = sum;
    }
    CHECK(seen[0] == doctest::Approx(1 / sum).epsilon(0.02));
    double seen_first_hundred = 0;
    for (int i = 0; i < 100; ++i)
        seen_first_hundred += seen[static_cast<std::size_t>(i)];
    CHECK(seen_first_hundred == doctest::Approx(first_hundred / sum).epsilon(0.02));
}

TEST_CASE("uniform picks reach every key about equally often") {
    constexpr std::uint32_t universe = 100;
    std::vector<int> seen(universe);
    pick_source picks(1, universe, {}, 0, 1);
    pick_batch batch;
    for (int i = 0; i < 10'000; ++i) {
        picks.fill(batch);
        for (const auto &p : batch)
            ++seen.at(p.index);
    }
    const auto [least, most] = std::minmax_element(seen.begin(), seen.end());
    CHECK(*least > 0.9 * 6'400);
    CHECK(*most < 1.1 * 6'400);
}

TEST_CASE("the keys of a key space differ") {
    const key_space<std::uint64_t> integers(10'000);
    std::set<std::uint64_t> numbers;
    for (std::uint32_t i = 0; i < 20'000; ++i)
        numbers.insert(integers[i]);
    CHECK(numbers.size() == 20'000);

    const key_space<std::string> paths({"/a", "/b"});
    CHECK(paths.n() == 2);
    CHECK(paths[3] == "/b~");
}
