// SPDX-License-Identifier: BSL-1.0

// operator<< for maps, sets and results.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/inline_string.hpp>
#include <ferry/print.hpp>

namespace api_print {

namespace {

template <class T>
std::string printed(const T &what) {
    std::ostringstream out;
    out << what;
    return out.str();
}

struct silent {};

// Converts to text, and has an operator of its own.
struct secret {
    operator std::string_view() const { return "password"; }
    friend std::ostream &operator<<(std::ostream &out, const secret &) { return out << "***"; }
};

// Names that the library uses as well.
template <class T>
void print_part(std::ostream &, const T &) {}
template <class C, class F>
std::ostream &print_elements(std::ostream &out, const C &, F &&) {
    return out;
}

} // namespace

TEST_CASE("maps and sets are printed with their elements") {
    CHECK(printed(ferry::concurrent_map<int, int>()) == "{}");
    CHECK(printed(ferry::concurrent_map<int, int>{{1, 10}}) == "{1: 10}");
    const auto two = printed(ferry::concurrent_flat_map<int, int>{{1, 10}, {2, 20}});
    CHECK((two == "{1: 10, 2: 20}" || two == "{2: 20, 1: 10}"));
    CHECK(printed(ferry::concurrent_set<int>{3}) == "{3}");
    CHECK(printed(ferry::concurrent_flat_set<int>{3}) == "{3}");
}

TEST_CASE("text is quoted, and what cannot be printed is a question mark") {
    CHECK(printed(ferry::concurrent_map<std::string, std::string>{{"a \"b\"", ""}}) ==
          R"({"a \"b\"": ""})");
    ferry::concurrent_map<ferry::inline_string, silent> map;
    map.try_emplace("key");
    CHECK(printed(map) == R"({"key": ?})");
}

TEST_CASE("an element's own operator is used, and text may be missing") {
    CHECK(printed(ferry::concurrent_map<int, secret>{{1, secret()}}) == "{1: ***}");
    CHECK(printed(ferry::concurrent_map<int, const char *>{{1, nullptr}}) == "{1: null}");
    CHECK(printed(ferry::concurrent_map<int, const char *>{{1, "a"}}) == R"({1: "a"})");
    CHECK(printed(ferry::concurrent_flat_map<int, std::uint8_t>{{1, 10}}) == "{1: 10}");
    CHECK(printed(ferry::concurrent_map<std::string, silent>{{"a", silent()}}) == R"({"a": ?})");
}

TEST_CASE("of a large map the first hundred elements are printed, and its size") {
    ferry::concurrent_set<int> set;
    for (int i = 0; i < 100; ++i)
        set.insert(i);
    CHECK(printed(set).find("...") == std::string::npos);
    set.insert(100);
    const std::string text = printed(set);
    CHECK(text.ends_with(", ... of 101}"));
    CHECK(std::count(text.begin(), text.end(), ',') == 100);
}

TEST_CASE("results of compute are printed by their names") {
    CHECK(printed(ferry::compute_result::inserted) == "inserted");
    CHECK(printed(ferry::compute_result::updated) == "updated");
    CHECK(printed(ferry::compute_result::erased) == "erased");
    CHECK(printed(ferry::compute_result::unchanged) == "unchanged");
}

TEST_CASE("a test framework finds the operators") {
    CHECK(doctest::toString(ferry::concurrent_map<int, int>{{1, 10}}) == "{1: 10}");
}

} // namespace api_print
