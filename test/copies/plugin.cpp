// SPDX-License-Identifier: BSL-1.0

// A shared library with a copy of ferry, that a program with another loads.

#include "image.hpp"

extern "C" [[gnu::visibility("default")]] const ferry::test::copies::image *plugin_image() {
    return &ferry::test::copies::this_image;
}
