// SPDX-License-Identifier: BSL-1.0
#include "report/page.hpp"

#include "test/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace ferry::bench;

TEST_CASE("what results and remarks say stays text") {
    const test::scratch_folder folder;
    folder.write("results.json", R"({"context": {"command": "</script><script>bad()</script>"}})");
    write_page(folder.path() / "results.json", {"<img src=x onerror=bad()> & more"},
               folder.path() / "report.html");
    const std::string page = folder.read("report.html");
    CHECK(page.find("<script>bad()") == std::string::npos);
    CHECK(page.find("\\u003c/script>") != std::string::npos);
    CHECK(page.find("<img src=x") == std::string::npos);
    CHECK(page.find("&lt;img src=x") != std::string::npos);
}

TEST_CASE("a page loads nothing from elsewhere") {
    const test::scratch_folder folder;
    folder.write("results.json", R"({"context": {}, "benchmarks": []})");
    write_page(folder.path() / "results.json", {}, folder.path() / "report.html");
    const std::string page = folder.read("report.html");
    for (const char *loader : {" src=\"http", "<link", "@import", "fetch(", "XMLHttpRequest("})
        CHECK(page.find(loader) == std::string::npos);
}

TEST_CASE("a page that cannot be made says why") {
    const test::scratch_folder folder;
    CHECK_THROWS_AS(write_page(folder.path() / "missing.json", {}, folder.path() / "report.html"),
                    std::runtime_error);
}
