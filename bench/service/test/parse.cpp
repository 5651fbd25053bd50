// SPDX-License-Identifier: BSL-1.0
#include "protocol/parse.hpp"
#include "protocol/base64.hpp"
#include "protocol/numbers.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace ferry::service;

TEST_CASE("a line ends with \\n, or with \\r\\n") {
    line_finder lines;
    CHECK(lines.find("get a\r\nget b") == 7);
    CHECK(lines.find("get a\nget b") == 6);
    CHECK(lines.find("\n") == 1);
    CHECK_FALSE(lines.find("get"));
    CHECK_FALSE(lines.find("get a\r"));
    CHECK(lines.find("get a\r\n") == 7);
    CHECK(lines.find("x\n") == 2);
}

TEST_CASE("only lines that ask for keys may be long") {
    CHECK(may_go_on(std::string(most_line_bytes, 'x')));
    CHECK_FALSE(may_go_on(std::string(most_line_bytes + 1, 'x')));
    CHECK_FALSE(may_go_on("set " + std::string(most_line_bytes, 'k')));
    CHECK(may_go_on("get " + std::string(100'000, 'k')));
    CHECK_FALSE(may_go_on("get " + std::string(most_get_line_bytes + 10, 'k')));
}

TEST_CASE("a storage command says what follows it") {
    request r;
    parse_line("set key 5 -1 10 noreply\r\n", r);
    CHECK(r.what == verb::set);
    CHECK(r.key == "key");
    CHECK(r.flags == 5);
    CHECK(r.exptime == -1);
    CHECK(r.data_bytes == 10);
    CHECK(r.has_data);
    CHECK(r.quiet);

    request c;
    parse_line("  cas   key 0 0 1 77\n", c);
    CHECK(c.what == verb::cas);
    CHECK(c.cas == 77);
    CHECK_FALSE(c.quiet);
}

TEST_CASE("keys stay unsplit until they are looked up") {
    request r;
    parse_line("gets a bc  d\r\n", r);
    CHECK(r.what == verb::gets);
    CHECK(r.keys == " a bc  d");

    request t;
    parse_line("gat 10 a b\r\n", t);
    CHECK(t.what == verb::gat);
    CHECK(t.exptime == 10);
    CHECK(t.keys == " a b");
}

TEST_CASE("a line that is not understood is refused with memcached's words") {
    struct sample {
        const char *line;
        const char *error;
    };
    const std::string long_key(251, 'k');
    const std::string with_long_key = "get a " + long_key + "\r\n";
    for (const sample &each : {
             sample{"\r\n", "ERROR"},
             sample{"x\r\n", "ERROR"},
             sample{"get\r\n", "ERROR"},
             sample{"set k 0 0\r\n", "ERROR"},
             sample{"set k 0 0 1 2 3\r\n", "ERROR"},
             sample{"set k 0 0 x\r\n", "CLIENT_ERROR bad command line format"},
             sample{"set k 0 0 -5\r\n", "CLIENT_ERROR bad command line format"},
             sample{with_long_key.c_str(), "CLIENT_ERROR bad command line format"},
             sample{"incr k x\r\n", "CLIENT_ERROR invalid numeric delta argument"},
             sample{"touch k x\r\n", "CLIENT_ERROR invalid exptime argument"},
             sample{"mg k v v\r\n", "CLIENT_ERROR duplicate flag"},
             sample{"mg k ?\r\n", "CLIENT_ERROR invalid flag"},
             sample{"ms k 1 M\r\n", "CLIENT_ERROR incorrect length for M token"},
         }) {
        CAPTURE(each.line);
        request r;
        parse_line(each.line, r);
        CHECK(r.what == verb::refused);
        CHECK(r.error == each.error);
    }
}

TEST_CASE("data follows a refused meta set whose size is known, and no other refused line") {
    request meta;
    parse_line("ms k 5 !\r\n", meta);
    CHECK(meta.what == verb::refused);
    CHECK(meta.has_data);
    CHECK(meta.data_bytes == 5);

    request text;
    parse_line("set k x 0 5\r\n", text);
    CHECK(text.what == verb::refused);
    CHECK_FALSE(text.has_data);
}

TEST_CASE("the flags of a meta command are read into their places") {
    request r;
    parse_line("mg k v N30 T-1 R5 Oabc q u\r\n", r);
    CHECK(r.what == verb::meta_get);
    CHECK(r.meta.wants_value);
    CHECK(r.meta.vivify_exptime == 30);
    CHECK(r.meta.exptime == -1);
    CHECK(r.meta.recache == 5);
    CHECK(r.meta.exptime_is_last);
    CHECK(r.meta.recache_is_last);
    CHECK(r.meta.no_bump);
    CHECK(r.quiet);

    request b;
    parse_line("md AAEC b\r\n", b);
    CHECK(b.key == std::string_view("\0\1\2", 3));
    CHECK(b.meta.binary_key);
}

TEST_CASE("numbers that do not fit are refused") {
    CHECK(read_number<std::uint64_t>("18446744073709551615") == ~std::uint64_t{0});
    CHECK_FALSE(read_number<std::uint64_t>("18446744073709551616"));
    CHECK_FALSE(read_number<std::uint64_t>("-1"));
    CHECK_FALSE(read_number<std::uint32_t>("4294967296"));
    CHECK(read_number<std::int64_t>("-5") == -5);
    CHECK(read_number<std::uint64_t>("12 34") == 12);
    CHECK(read_number<std::uint64_t>(" 7  ") == 7);
    CHECK_FALSE(read_number<std::uint64_t>(""));
    CHECK_FALSE(read_number<std::uint64_t>("12a"));
    CHECK_FALSE(read_number<std::uint64_t>("+-1"));
}

TEST_CASE("base 64 is what it was before, and what is not base 64 is nothing") {
    for (const std::string bytes : {"a", "ab", "abc", "abcd", "\xff\x01\x80"}) {
        std::string text;
        append_base64(text, bytes);
        std::array<char, 64> back;
        const std::size_t size = decode_base64(text, back.data());
        CHECK(std::string_view(back.data(), size) == bytes);
    }
    std::array<char, 64> unused;
    for (const char *const text : {"", "a", "abc", "ab!=", "=abc", "a===", "ab=c"})
        CHECK(decode_base64(text, unused.data()) == 0);
}
