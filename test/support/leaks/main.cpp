// SPDX-License-Identifier: BSL-1.0

// The main of a program whose test cases must leave nothing of their maps behind.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "listener.hpp"

int main(int argc, char **argv) {
    doctest::Context context(argc, argv);
    const int failed = context.run();
    return failed != 0 || ferry::test::leaking_cases.empty() ? failed : 1;
}
