// SPDX-License-Identifier: BSL-1.0
#pragma once

// A strategy whose decisions are the bytes of an input: from the front on who runs, from the end
// on what loads read and which stores become visible. When they are used up, nobody interferes.
//
//   a byte of the front:  | steps (6) | who (2) |   so many more steps, then another thread;
//                                                  who = 3: as many again, and no other
//   a byte of the end:    | choices (5) | which (3) |  so many without a surprise, then this one

#include "bytes.hpp"

#include "sched/strategy.hpp"

#include <bit>
#include <cstdint>

namespace ferry::fuzz {

class tape final : public model::strategy {
public:
    explicit tape(bytes decisions) : left_(decisions) {
        next_turn();
        next_surprise();
    }

    unsigned choose(unsigned n) override {
        if (n == 1 || !surprises_)
            return 0;
        if (calm_ != 0) {
            --calm_;
            return 0;
        }
        const unsigned taken = 1 + which_ % (n - 1);
        next_surprise();
        return taken;
    }

    unsigned pick_thread(std::uint32_t runnable, unsigned current) override {
        if (std::has_single_bit(runnable))
            return nth(runnable, 0);
        const bool goes_on = (runnable >> current & 1) != 0;
        if (goes_on && (!switches_ || steps_ != 0)) {
            steps_ -= steps_ != 0;
            return current;
        }
        const std::uint32_t others = runnable & ~(std::uint32_t{1} << current);
        const unsigned who = who_;
        next_turn();
        if (goes_on && who == 3)
            return current;
        return nth(others, who % static_cast<unsigned>(std::popcount(others)));
    }

private:
    static unsigned nth(std::uint32_t bits, unsigned n) {
        for (; n != 0; --n)
            bits &= bits - 1;
        return static_cast<unsigned>(std::countr_zero(bits));
    }

    void next_turn() {
        switches_ = !left_.ended();
        const unsigned taken = left_.take();
        steps_ = taken >> 2;
        who_ = taken & 3;
    }
    void next_surprise() {
        surprises_ = !left_.ended();
        const unsigned taken = left_.take_last();
        calm_ = taken >> 3;
        which_ = taken & 7;
    }

    bytes left_;
    bool switches_ = false;
    bool surprises_ = false;
    unsigned steps_ = 0; // until there is another thread's turn
    unsigned who_ = 0;
    unsigned calm_ = 0; // choices until one is not 0
    unsigned which_ = 0;
};

} // namespace ferry::fuzz
