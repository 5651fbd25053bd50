// SPDX-License-Identifier: BSL-1.0

// A shared library with a copy of ferry, that holds a value since it was loaded, which is before
// others are that are linked to the same program.

#include "together.hpp"

using namespace ferry::test::copies;

namespace {

letters *const map = make();
letters::handle *const held = hold(*map);

} // namespace

extern "C" [[gnu::visibility("default")]] const image *FERRY_TEST_IMAGE();

const image *FERRY_TEST_IMAGE() {
    stays_readable(*map, *held, this_image);
    let_go(held);
    destroy(map);
    return &this_image;
}
