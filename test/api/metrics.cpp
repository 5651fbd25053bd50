// SPDX-License-Identifier: BSL-1.0

// write_prometheus: statistics in the format that monitoring systems read.

#include <algorithm>
#include <ios>
#include <locale>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/metrics.hpp>

#include "support/maps.hpp"

namespace api_metrics {

using namespace ferry::test;

TEST_CASE("each metric is described once, and has a sample for each map") {
    int_map first{{1, 10}, {2, 20}};
    int_map second;
    std::ostringstream out;
    ferry::write_prometheus(out, {{"first", first.stats()}, {"a \"b\"\\\nc", second.stats()}});
    const std::string text = out.str();
    CHECK(text.starts_with("# HELP ferry_elements Elements.\n"
                           "# TYPE ferry_elements gauge\n"
                           "ferry_elements{map=\"first\"} 2\n"
                           "ferry_elements{map=\"a \\\"b\\\"\\\\\\nc\"} 0\n"
                           "# HELP "));
    const auto lines = std::ranges::count(text, '\n');
    CHECK(lines % 4 == 0);
    std::istringstream in(text);
    std::string help;
    std::string type;
    std::string sample;
    std::string other;
    while (std::getline(in, help)) {
        std::getline(in, type);
        std::getline(in, sample);
        std::getline(in, other);
        const std::string name = help.substr(7, help.find(' ', 7) - 7);
        CHECK(type.starts_with("# TYPE " + name + ' '));
        CHECK(sample.starts_with(name + "{map=\"first\"} "));
        CHECK(other.starts_with(name + "{map=\"a "));
        CHECK(name.ends_with("_total") == type.ends_with(" counter"));
    }
}

struct grouping : std::numpunct<char> {
    std::string do_grouping() const override { return "\3"; }
    char do_decimal_point() const override { return ','; }
};

TEST_CASE("figures do not depend on the stream's locale and format") {
    int_map map;
    for (int i = 0; i != 5000; ++i)
        map.insert(i, i);
    std::ostringstream out;
    out.imbue(std::locale(out.getloc(), new grouping));
    out << std::hex << std::showbase;
    ferry::write_prometheus(out, {{"map", map.stats()}});
    CHECK(out.str().find("ferry_elements{map=\"map\"} 5000\n") != std::string::npos);
    CHECK(out.str().find("ferry_load_ratio{map=\"map\"} 0.") != std::string::npos);
}

TEST_CASE("how long a pin has held the epoch back is told while it does") {
    int_map map{{1, 10}};
    CHECK(map.stats().epoch_held_ns == 0);
    {
        const auto held = map.pin();
        // Fresh garbage, and epochs until the pin stands in the way.
        for (int i = 0; i != 4; ++i) {
            map.insert_or_assign(1, i);
            map.reclaim();
        }
        CHECK(map.stats().oldest_pin_age > 0);
        const auto before = map.stats().epoch_held_ns;
        CHECK(before > 0);
        CHECK(map.stats().epoch_held_ns >= before);
    }
    CHECK(map.stats().epoch_held_ns == 0);
    CHECK(reclaim_everything(map));
    CHECK(map.stats().epoch_held_ns == 0);
}

} // namespace api_metrics
