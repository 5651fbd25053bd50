// SPDX-License-Identifier: BSL-1.0

// What the generator of loads writes and reads.

#include "service_load/protocol.hpp"

#include <doctest/doctest.h>

namespace {

using namespace ferry::bench;
using std::chrono::milliseconds;

constexpr value_sizes sizes{64, 1024};

load_request set_of(std::uint32_t key, std::uint32_t version) {
    return {.what = verb::set, .wanted = reply_wanted::stored, .key = key, .version = version};
}

load_request get_of(std::uint32_t key, std::uint32_t version) {
    return {.what = verb::get, .wanted = reply_wanted::value, .key = key, .version = version};
}

// The reply that a right server gives to a GET after this SET.
std::string value_of(const load_request &set) {
    std::string text;
    append_request(text, set, sizes);
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    const auto key = line.substr(4, line.find(' ', 4) - 4);
    return "VALUE " + key + " 0 " + line.substr(line.rfind(' ') + 1) + text.substr(end) + "END\r\n";
}

outcome_of_reply read(const std::string &text, const load_request &r) {
    return read_reply(text, r, sizes).outcome;
}

} // namespace

TEST_CASE("requests are lines of memcached's text protocol") {
    std::string text;
    append_request(text, get_of(1, 0), sizes);
    CHECK(text == "get k9e3779b1\r\n");
    text.clear();
    append_request(text, {.what = verb::erase, .wanted = reply_wanted::deleted, .key = 0}, sizes);
    CHECK(text == "delete k00000000\r\n");
    text.clear();
    auto set = set_of(0, 5);
    set.seconds_to_live = 3;
    set.due = milliseconds(16);
    append_request(text, set, {64, 64});
    CHECK(text.starts_with("set k00000000 0 3 64\r\n0000000000000005"
                           "00000bc8"));
    CHECK(text.size() == 22 + 64 + 2);
}

TEST_CASE("values have different lengths within their limits, and are all read") {
    std::size_t shortest = 2000;
    std::size_t longest = 0;
    for (std::uint32_t version = 1; version < 500; ++version) {
        const auto text = value_of(set_of(7, version));
        shortest = std::min(shortest, text.size());
        longest = std::max(longest, text.size());
        CHECK(read(text, get_of(7, version)) == outcome_of_reply::hit);
    }
    CHECK(longest - shortest > 900);
    CHECK(longest - shortest < 970);
}

TEST_CASE("a reply of which a part is missing is waited for, and of two the first is read") {
    const auto text = value_of(set_of(7, 1));
    for (std::size_t length = 0; length < text.size(); ++length)
        CHECK(read(text.substr(0, length), get_of(7, 1)) == outcome_of_reply::incomplete);
    const auto both = read_reply(text + "END\r\n", get_of(7, 1), sizes);
    CHECK(both.outcome == outcome_of_reply::hit);
    CHECK(both.bytes == text.size());
}

TEST_CASE("a newer value than the last that was acknowledged may be seen, an older one may not") {
    CHECK(read(value_of(set_of(7, 3)), get_of(7, 2)) == outcome_of_reply::hit);
    CHECK(read(value_of(set_of(7, 1)), get_of(7, 2)) == outcome_of_reply::wrong);
}

TEST_CASE("a value may not be seen long after the end of its time to live") {
    auto set = set_of(7, 1);
    set.seconds_to_live = 2;
    auto get = get_of(7, 1);
    get.alive_after = milliseconds(1999);
    CHECK(read(value_of(set), get) == outcome_of_reply::hit);
    get.alive_after = milliseconds(2001);
    CHECK(read(value_of(set), get) == outcome_of_reply::wrong);
    CHECK(read(value_of(set_of(7, 1)), get) == outcome_of_reply::hit);
}

TEST_CASE("a value that is mixed of two, cut or of another length is noticed") {
    const auto text = value_of(set_of(7, 1));
    for (std::size_t at = text.find("\r\n") + 2; at < text.size(); ++at) {
        auto changed = text;
        changed[at] = changed[at] == '1' ? '2' : '1';
        CAPTURE(at);
        // The time of its end may be any.
        if (const auto within = at - text.find("\r\n") - 2; within < 16 || within >= 24)
            CHECK(read(changed, get_of(7, 1)) == outcome_of_reply::wrong);
    }
}

TEST_CASE("what a server may not say is wrong") {
    auto gone = get_of(7, 0);
    gone.wanted = reply_wanted::nothing;
    CHECK(read("END\r\n", gone) == outcome_of_reply::miss);
    CHECK(read(value_of(set_of(7, 1)), gone) == outcome_of_reply::wrong);
    CHECK(read("END\r\n", get_of(7, 0)) == outcome_of_reply::wrong);
    CHECK(read("ERROR\r\n", get_of(7, 0)) == outcome_of_reply::wrong);
    CHECK(read("VALUE other 0 64\r\n", get_of(7, 0)) == outcome_of_reply::wrong);
    CHECK(read("VALUE k47850dd7 0 abc\r\n", get_of(7, 0)) == outcome_of_reply::wrong);
    CHECK(read("NOT_STORED\r\n", set_of(7, 1)) == outcome_of_reply::wrong);
    CHECK(read_reply("\1\r\n", set_of(7, 1), sizes).fault == "a SET was answered by '?'");
}
