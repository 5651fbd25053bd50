// SPDX-License-Identifier: BSL-1.0
#include "conversation.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ferry::service;

TEST_CASE("requests mean the same in whatever pieces they arrive") {
    const std::string script =
        "set k 7 0 3\r\nabc\r\nget k\r\ngets k none k\r\nms m 2 c\r\nhi\r\nmg m v k "
        "Oid\r\nnonsense\r\n"
        "set k 0 0 9\r\nxx\r\nyy\r\nx\r\nget k m\r\nincr k 1\r\nset n 0 0 1\r\n1\r\nincr n 1\r\n"
        "gat 100 k n\r\nms m 2 !\r\nhi\r\n"
        "get k\r\nset k 0 0 1\r\ntoo long\r\nmn\r\nquit\r\nget k\r\n";
    const std::string at_once = conversation().say(script);
    CHECK(at_once.ends_with("MN\r\n"));
    for (const std::size_t piece : {1, 2, 3, 5, 11, 100, 4096}) {
        CAPTURE(piece);
        CHECK(conversation().say(script, [&] { return piece; }) == at_once);
    }
}

TEST_CASE("an item that is too large is passed over, in whatever pieces it arrives") {
    const std::string script = "set k 0 0 1\r\na\r\nset k 0 0 2000000\r\n" +
                               std::string(2'000'000, 'x') + "\r\nget k\r\nmn\r\n";
    for (const std::size_t piece : {1000, 4096, 2'000'100}) {
        CAPTURE(piece);
        CHECK(conversation().say(script, [&] { return piece; }) ==
              "STORED\r\nSERVER_ERROR object too large for cache\r\nEND\r\nMN\r\n");
    }
}

TEST_CASE("replies come in the order of the requests, those of joined gets too") {
    conversation c;
    c.say("set a 0 0 1\r\n1\r\nset b 0 0 1\r\n2\r\n");
    CHECK(c.say("get a\r\nget x\r\nget b a\r\nset a 0 0 1\r\n3\r\nget a\r\nmn\r\n") ==
          "VALUE a 0 1\r\n1\r\nEND\r\nEND\r\nVALUE b 0 1\r\n2\r\nVALUE a 0 "
          "1\r\n1\r\nEND\r\nSTORED\r\n"
          "VALUE a 0 1\r\n3\r\nEND\r\nMN\r\n");
}

TEST_CASE("a reply larger than the output's limit comes in parts, and whole") {
    conversation c;
    const std::string value(300'000, 'v');
    for (char key = 'a'; key != 'd'; ++key)
        c.say(std::string("set ") + key + " 0 0 300000\r\n" + value + "\r\n");
    std::string keys, expected;
    for (int i = 0; i != 100; ++i) {
        keys += i % 2 == 0 ? " a" : " none b";
        expected +=
            std::string("VALUE ") + (i % 2 == 0 ? 'a' : 'b') + " 0 300000\r\n" + value + "\r\n";
    }
    CHECK(c.say("get" + keys + " \r\nmn\r\n") == expected + "END\r\nMN\r\n");
    CHECK(c.say("gat 0" + keys + " \r\nmn\r\n") == expected + "END\r\nMN\r\n");
}

TEST_CASE("what is asked for once counts once, also if its reply came in parts") {
    conversation c;
    c.say("set a 0 0 900000\r\n" + std::string(900'000, 'v') + "\r\n");
    c.say("get a a a x a a\r\n");
    std::string stats = c.say("stats\r\n");
    CHECK(stats.find("STAT cmd_get 6\r\n") != std::string::npos);
    CHECK(stats.find("STAT get_hits 5\r\n") != std::string::npos);
    CHECK(stats.find("STAT get_misses 1\r\n") != std::string::npos);
}

TEST_CASE("a line that does not end hangs up, and what came before it is answered") {
    conversation c;
    CHECK(c.say("get a\r\n" + std::string(3000, 'x') + "\r\nget a\r\n",
                [] { return std::size_t{2500}; }) == "END\r\n");
    CHECK(c.ended());
}
