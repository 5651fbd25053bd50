// SPDX-License-Identifier: BSL-1.0
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "runtime/prepare.hpp"

int main(int argc, char **argv) {
    ferry::sharing::prepare_process(argv);
    return doctest::Context(argc, argv).run();
}
