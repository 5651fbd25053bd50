// SPDX-License-Identifier: BSL-1.0
#pragma once

// After each test case: is anything of a map left that was not there before it? Included by the
// file with the main of a program, after doctest's implementation.

#include "counts.hpp"

#include <cstdio>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace ferry::test {

// The test cases after which something was left.
inline std::vector<std::string> leaking_cases; // NOLINT: of the main thread

class leak_listener : public doctest::IReporter {
public:
    explicit leak_listener(const doctest::ContextOptions &) {}

    void test_case_start(const doctest::TestCaseData &begins) override {
        name_ = begins.m_name;
        before_ = held_now();
    }
    void test_case_end(const doctest::CurrentTestCaseStats &) override {
        if (const std::string left = held_since(before_, held_now()); !left.empty()) {
            std::printf("TEST CASE:  %s\nLEAK: the maps of this test case left %s\n\n",
                        name_.c_str(), left.c_str());
            leaking_cases.push_back(name_);
        }
    }

    void report_query(const doctest::QueryData &) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats &) override {}
    void test_case_reenter(const doctest::TestCaseData &) override {}
    void test_case_exception(const doctest::TestCaseException &) override {}
    void subcase_start(const doctest::SubcaseSignature &) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData &) override {}
    void log_message(const doctest::MessageData &) override {}
    void test_case_skipped(const doctest::TestCaseData &) override {}

private:
    std::string name_;
    held_memory before_;
};

} // namespace ferry::test

DOCTEST_REGISTER_LISTENER("leaks", 1, ferry::test::leak_listener);
