// SPDX-License-Identifier: BSL-1.0
#pragma once

// Who decides what is not determined: which thread runs next, which store a load reads from, which
// buffered store becomes visible. All decisions of an execution are recorded, so that it can be run
// again.

#include "sched/heap.hpp"

#include <cstdint>
#include <string>

namespace ferry::model {

// xorshift64*: cheap, and good enough to choose with.
class dice {
public:
    explicit dice(std::uint64_t seed) : state_(seed * 2 + 1) {
        for (int i = 0; i < 4; ++i)
            next();
    }
    std::uint64_t next() noexcept {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 0x2545f4914f6cdd1du;
    }
    unsigned below(unsigned n) noexcept {
        return static_cast<unsigned>(((next() >> 32) * n) >> 32);
    }

private:
    std::uint64_t state_;
};

// How an execution, or a thread of it, takes what is not determined, drawn when it begins. One that
// is surprising at every step seldom comes far; but some bugs take a thread that sees nothing new
// for a while.
class mood {
public:
    // `calmest`: of 4, 8 is one that is never surprising.
    explicit mood(dice &d, unsigned calmest = 3)
        : calm_(2 + 2 * d.below(calmest)), extreme_(d.below(2) == 0) {}

    unsigned choose(dice &, unsigned n) const;

private:
    unsigned calm_; // of eight choices, as many are what happens without interference
    bool extreme_;  // the others are what is farthest from that
};

class strategy {
public:
    virtual ~strategy() = default;

    // One of n, n > 0; 0 is what would happen without interference.
    virtual unsigned choose(unsigned n) = 0;

    // One of the threads whose bit is set; `current` is not there when it cannot go on. Asked when
    // there is a choice, or at a beginning.
    virtual unsigned pick_thread(std::uint32_t runnable, unsigned current) = 0;

    // The thread is about to begin another of its calls.
    virtual void call_begins(unsigned thread) { static_cast<void>(thread); }
};

// For one execution. Every runnable thread with the same probability at each step.
class random_walk : public strategy {
public:
    explicit random_walk(std::uint64_t seed) : dice_(seed), mood_(dice_) {}
    unsigned choose(unsigned n) override;
    unsigned pick_thread(std::uint32_t runnable, unsigned current) override;

private:
    dice dice_;
    mood mood_;
};

// For one execution. Probabilistic concurrency testing (S. Burckhardt and others, "A randomized
// scheduler with probabilistic guarantees of finding bugs", 2010): threads have random priorities,
// the highest runs, and at `changes` random steps the running thread becomes the lowest.
class priorities : public strategy {
public:
    // `steps`: about how many the threads make at once.
    priorities(std::uint64_t seed, unsigned changes, unsigned steps);
    unsigned choose(unsigned n) override;
    unsigned pick_thread(std::uint32_t runnable, unsigned current) override;

private:
    dice dice_;
    mood mood_;
    unsigned step_ = 0;
    unsigned lowest_ = 1000;
    list<unsigned> change_at_;
    unsigned priority_[32] = {};
};

// For one execution. Threads in a certain order, for arguments that name one: "2?1.2[8-12]3." has
// thread 2 go on until somewhere in its present call, 1 to the end of its call, then 2 for 8 to 12
// steps of its call, and 3 to the end of its own. What comes after is any order without
// preemptions.
class in_turns : public strategy {
public:
    // Throws std::invalid_argument if the turns are not such a text.
    in_turns(std::uint64_t seed, const std::string &turns);
    unsigned choose(unsigned n) override;
    unsigned pick_thread(std::uint32_t runnable, unsigned current) override;
    void call_begins(unsigned thread) override;

private:
    struct turn {
        unsigned thread;
        unsigned least; // steps, if the call has so many
        unsigned most;
    };

    void begin_turn(unsigned thread);
    unsigned next_thread(std::uint32_t runnable, unsigned current);

    dice dice_;
    list<mood> moods_; // of each thread: one may be behind, and the others not
    unsigned running_ = 0;
    list<turn> turns_;
    std::size_t next_ = 0;
    bool begun_ = false;
    unsigned last_call_ = 0; // of the turn's thread
    unsigned steps_left_ = 0;
    unsigned calls_[8] = {};
};

// Every execution with at most `preemptions` switches away from a thread that could have gone on
// and at most `surprises` other choices that are not 0, one after the other.
class every_one : public strategy {
public:
    every_one(unsigned preemptions, unsigned surprises)
        : most_preemptions_(preemptions), most_surprises_(surprises) {}
    // The one whose decisions these are.
    every_one(unsigned preemptions, unsigned surprises, const std::string &path);
    unsigned choose(unsigned n) override;
    unsigned pick_thread(std::uint32_t runnable, unsigned current) override;

    // After an execution: whether there is another, which is begun.
    bool next();

    // The decisions of the last one, as text: which of them are not 0, and what they are.
    std::string path() const;

private:
    struct decision {
        unsigned taken;
        unsigned options;
    };

    unsigned decide(unsigned options);

    unsigned most_preemptions_;
    unsigned most_surprises_;
    unsigned preemptions_ = 0;
    unsigned surprises_ = 0;
    list<decision> path_;
    std::size_t depth_ = 0;
};

} // namespace ferry::model
