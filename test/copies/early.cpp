// SPDX-License-Identifier: BSL-1.0

// An object that is made as early as any uses a map, and holds a value until main. This file is
// linked before ferry, so that its initialization comes before ferry's of the same priority.

#include "together.hpp"

using namespace ferry::test::copies;

namespace {

struct early {
    early() : map(make()) {
        expect(reads_under_a_guard(*map), "a guard works");
        held = hold(*map);
        stays_readable(*map, *held, this_image);
    }

    letters *map;
    letters::handle *held = nullptr;
};

[[gnu::init_priority(101)]] early earliest;

} // namespace

int main() {
    stays_readable(*earliest.map, *earliest.held, this_image);
    let_go(earliest.held);
    expect(reclaims(*earliest.map), "all is reclaimed");
    destroy(earliest.map);
}
