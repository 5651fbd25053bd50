// SPDX-License-Identifier: BSL-1.0
#pragma once

// The core of a map, which its interface hides.

#include <ferry/detail/interface/container.hpp>

namespace ferry::test {

template <class Engine>
auto &core_of(engine::container<Engine> &map) {
    struct open : engine::container<Engine> {
        static auto &of(engine::container<Engine> &those) { return those.*(&open::core_); }
    };
    return open::of(map);
}

} // namespace ferry::test
