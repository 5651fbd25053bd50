// SPDX-License-Identifier: BSL-1.0

// Two shared libraries with a copy of ferry each, linked to a program with a third.

#include "together.hpp"

using namespace ferry::test::copies;

extern "C" const image *first_image();
extern "C" const image *second_image();

int main() {
    const image *const all[] = {&this_image, first_image(), second_image()};
    for (const image *one : all) {
        for (const image *other : all) {
            share_a_map(*one, *other);
            guard_what_they_made(*one, *other);
        }
    }
}
