// SPDX-License-Identifier: BSL-1.0
#pragma once

// A value that can be copied like memory, names its writer and knows whether it is whole.

#include <cstdint>

namespace ferry::test {

struct stamped {
    std::uint64_t key = 0;
    std::uint64_t writer = 0;
    std::uint64_t turn = 0;
    std::uint64_t sum = 0;

    static stamped made_by(std::uint64_t writer, std::uint64_t turn, std::uint64_t key) {
        stamped made{key, writer, turn, 0};
        made.sum = made.check();
        return made;
    }

    bool whole() const { return sum == check(); }

    // As memory holds it at each call: the compiler may not remember what it read before.
    static stamped read(const stamped &from) {
        const volatile stamped &now = from;
        return {now.key, now.writer, now.turn, now.sum};
    }

    friend bool operator==(const stamped &, const stamped &) = default;

private:
    std::uint64_t check() const {
        std::uint64_t mixed = 0x9e3779b97f4a7c15u;
        for (const std::uint64_t part : {key, writer, turn})
            mixed = (mixed ^ part) * 0xd1342543de82ef95u + (mixed >> 29);
        return mixed;
    }
};

} // namespace ferry::test
