// SPDX-License-Identifier: BSL-1.0
#include "sched/strategy.hpp"

#include <algorithm>
#include <bit>
#include <sstream>
#include <stdexcept>

namespace ferry::model {

namespace {

unsigned nth_bit(std::uint32_t bits, unsigned n) {
    for (; n != 0; --n)
        bits &= bits - 1;
    return static_cast<unsigned>(std::countr_zero(bits));
}

// Of a few bits: std::popcount is a call where the processor is not known to have it.
unsigned count(std::uint32_t bits) {
    unsigned n = 0;
    for (; bits != 0; bits &= bits - 1)
        ++n;
    return n;
}

} // namespace

unsigned mood::choose(dice &d, unsigned n) const {
    if (n == 1 || d.below(8) < calm_)
        return 0;
    return extreme_ ? n - 1 : d.below(n);
}

unsigned random_walk::choose(unsigned n) { return mood_.choose(dice_, n); }

unsigned random_walk::pick_thread(std::uint32_t runnable, unsigned) {
    return nth_bit(runnable, dice_.below(count(runnable)));
}

priorities::priorities(std::uint64_t seed, unsigned changes, unsigned steps)
    : dice_(seed), mood_(dice_) {
    for (unsigned &p : priority_)
        p = lowest_ + 1 + dice_.below(1'000'000);
    for (unsigned i = 0; i < changes; ++i)
        change_at_.push_back(dice_.below(steps));
}

unsigned priorities::choose(unsigned n) { return mood_.choose(dice_, n); }

unsigned priorities::pick_thread(std::uint32_t runnable, unsigned current) {
    if (std::find(change_at_.begin(), change_at_.end(), step_++) != change_at_.end())
        priority_[current] = --lowest_;
    unsigned best = nth_bit(runnable, 0);
    for (std::uint32_t left = runnable; left != 0; left &= left - 1) {
        const unsigned thread = nth_bit(left, 0);
        if (priority_[thread] > priority_[best])
            best = thread;
    }
    return best;
}

in_turns::in_turns(std::uint64_t seed, const std::string &turns) : dice_(seed) {
    for (unsigned i = 0; i != std::size(calls_); ++i)
        moods_.push_back(mood(dice_, 4));
    std::istringstream text(turns);
    char thread = 0;
    char how = 0;
    while (text >> thread) {
        turn next{static_cast<unsigned>(thread - '0'), ~0u, ~0u};
        text >> how;
        if (how == '?') {
            // Calls are short, or not.
            next.least = 1;
            next.most = dice_.below(2) == 0 ? 12 : 40;
        } else if (char dash = 0, end = 0; how == '[') {
            text >> next.least >> dash >> next.most >> end;
            how = dash == '-' && end == ']' && next.least <= next.most ? how : '\0';
        }
        if (!text || thread < '1' || thread > '7' ||
            std::string(".?[").find(how) == std::string::npos)
            throw std::invalid_argument("\"" + turns + "\" are no turns such as \"2?1.2[3-5]\"");
        turns_.push_back(next);
    }
}

unsigned in_turns::choose(unsigned n) { return moods_[running_].choose(dice_, n); }

void in_turns::call_begins(unsigned thread) { ++calls_[thread]; }

void in_turns::begin_turn(unsigned thread) {
    begun_ = true;
    // A thread that has not begun yet is before its first call.
    last_call_ = std::max(calls_[thread], 1u);
    const auto [_, least, most] = turns_[next_];
    steps_left_ = least + dice_.below(most - least + 1);
}

unsigned in_turns::pick_thread(std::uint32_t runnable, unsigned current) {
    return running_ = next_thread(runnable, current);
}

unsigned in_turns::next_thread(std::uint32_t runnable, unsigned current) {
    if (runnable == 1)
        return 0; // before the others begin, or after
    for (; next_ != turns_.size(); ++next_, begun_ = false) {
        const unsigned thread = turns_[next_].thread;
        if ((runnable >> thread & 1) == 0)
            continue;
        if (!begun_)
            begin_turn(thread);
        if (calls_[thread] <= last_call_ && steps_left_ != 0) {
            --steps_left_;
            return thread;
        }
    }
    return (runnable >> current & 1) != 0 ? current
                                          : nth_bit(runnable, dice_.below(count(runnable)));
}

unsigned every_one::decide(unsigned options) {
    if (depth_ == path_.size())
        path_.push_back({0, options});
    return path_[depth_++].taken;
}

unsigned every_one::choose(unsigned n) {
    if (n == 1 || surprises_ == most_surprises_)
        return 0;
    const unsigned taken = decide(n);
    surprises_ += taken != 0;
    return taken;
}

unsigned every_one::pick_thread(std::uint32_t runnable, unsigned current) {
    const bool goes_on = (runnable >> current & 1) != 0;
    if (count(runnable) == 1 || (goes_on && preemptions_ == most_preemptions_))
        return goes_on ? current : nth_bit(runnable, 0);
    // The running thread first.
    const std::uint32_t others = runnable & ~(std::uint32_t{1} << current);
    const unsigned taken = decide(count(runnable));
    if (!goes_on)
        return nth_bit(runnable, taken);
    preemptions_ += taken != 0;
    return taken == 0 ? current : nth_bit(others, taken - 1);
}

every_one::every_one(unsigned preemptions, unsigned surprises, const std::string &path)
    : every_one(preemptions, surprises) {
    std::istringstream decisions(path);
    std::size_t at = 0;
    unsigned taken = 0;
    for (char colon = 0; decisions >> at >> colon >> taken; decisions >> colon) {
        path_.resize(at, {0, 0});
        path_.push_back({taken, 0});
    }
}

std::string every_one::path() const {
    std::string text;
    for (std::size_t i = 0; i != depth_; ++i)
        if (path_[i].taken != 0)
            text += (text.empty() ? "" : ",") + std::to_string(i) + ":" +
                    std::to_string(path_[i].taken);
    return text;
}

bool every_one::next() {
    path_.resize(depth_);
    depth_ = 0;
    preemptions_ = 0;
    surprises_ = 0;
    while (!path_.empty() && path_.back().taken + 1 == path_.back().options)
        path_.pop_back();
    if (path_.empty())
        return false;
    ++path_.back().taken;
    return true;
}

} // namespace ferry::model
