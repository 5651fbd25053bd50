// SPDX-License-Identifier: BSL-1.0
#include "runner/percentiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <sstream>
#include <vector>

using namespace ferry::bench;

TEST_CASE("a bin holds its values, and is at most one part in 128 wide") {
    const log_linear_axis axis;
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        const std::uint64_t value = random() >> (random() % 64);
        const int bin = axis.index(value);
        REQUIRE(bin >= 0);
        REQUIRE(bin < axis.size());
        REQUIRE(axis.value(bin) >= value);
        REQUIRE(axis.index(axis.value(bin)) == bin);
        REQUIRE(axis.value(bin) - value <= value / 128);
        if (bin > 0)
            REQUIRE(axis.value(bin - 1) < value);
    }
}

TEST_CASE("quantiles are those of the sorted values, within one per cent") {
    std::mt19937_64 random(2);
    std::lognormal_distribution<double> durations(6, 2);
    auto h = empty_histogram();
    std::vector<std::uint64_t> values(200'000);
    for (auto &value : values) {
        value = static_cast<std::uint64_t>(durations(random));
        h(value);
    }
    std::sort(values.begin(), values.end());

    constexpr std::array shares{0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0};
    const auto found = quantiles(h, shares);
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto rank =
            static_cast<std::size_t>(std::ceil(shares[i] * static_cast<double>(values.size())));
        const auto truth = static_cast<double>(values[rank - 1]);
        CAPTURE(shares[i]);
        CHECK(static_cast<double>(found[i]) >= truth);
        CHECK(static_cast<double>(found[i]) <= truth * 1.01);
    }
    CHECK(count_of(h) == values.size());
    CHECK(static_cast<double>(max_of(h)) <= static_cast<double>(values.back()) * 1.01);
    const auto above =
        std::count_if(values.begin(), values.end(), [](std::uint64_t v) { return v > 10'000; });
    CHECK(count_above(h, 10'000) == doctest::Approx(static_cast<double>(above)).epsilon(0.02));
}

TEST_CASE("an empty histogram has no quantile above nothing") {
    constexpr std::array shares{0.5, 1.0};
    const auto h = empty_histogram();
    const std::vector<std::uint64_t> nothing{0, 0};
    CHECK(quantiles(h, shares) == nothing);
    CHECK(count_above(h, 0) == 0);
    CHECK(mean_of(h) == 0);
}

TEST_CASE("an .hgrm file ascends to the last value and its count") {
    auto h = empty_histogram();
    for (std::uint64_t value = 1; value <= 100'000; ++value)
        h(value);
    std::stringstream file;
    write_hgrm(file, h);

    std::string line;
    std::getline(file, line);
    CHECK(line == "       Value     Percentile TotalCount 1/(1-Percentile)");
    std::getline(file, line);
    double last_value = 0;
    double last_share = 0;
    std::uint64_t last_count = 0;
    int lines = 0;
    while (std::getline(file, line) && !line.starts_with('#')) {
        std::istringstream fields(line);
        double value = 0;
        double share = 0;
        std::uint64_t count = 0;
        fields >> value >> share >> count;
        REQUIRE_FALSE(fields.fail());
        CHECK(value > last_value);
        CHECK(share > last_share);
        CHECK(count > last_count);
        // Of the numbers up to n, the share q ends at q * n.
        CHECK(value * 1000 == doctest::Approx(share * 100'000).epsilon(0.01));
        last_value = value;
        last_share = share;
        last_count = count;
        ++lines;
    }
    CHECK(last_share == 1);
    CHECK(last_count == 100'000);
    CHECK(lines > 20);
    CHECK(line.starts_with("#[Mean"));
}
