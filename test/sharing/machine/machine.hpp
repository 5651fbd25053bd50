// SPDX-License-Identifier: BSL-1.0
#pragma once

// A machine of 64 cores, of which a run uses some. Each has a thread's identity (fiber.hpp); one
// runs at a time.
//
// Time is simulated. Each core has a clock, which its accesses move on (costs.hpp). Before an
// access the core that is furthest behind goes on; a core that is only a little ahead of it keeps
// its turn (costs::window). A line that passes between cores is busy until it has arrived. So a
// run is repeated exactly by its seed, as far as the program itself does not vary.
//
// The program says what it accesses through the hooks of runtime/, which call access() here just
// before the access: nobody else's turn comes between the two.

#include "machine/blocks.hpp"
#include "machine/directory.hpp"
#include "machine/fiber.hpp"
#include "machine/tally.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ferry::sharing {

// A type of its own, so that no template is shared with the maps, which are instrumented.
struct touched_line {
    std::uintptr_t number;

    friend bool operator==(touched_line, touched_line) = default;
};

struct core {
    enum class state { ready, at_the_line, waiting, done };

    unsigned index = 0;
    state is = state::ready;
    std::uint64_t clock = 0;
    std::uint64_t limit = 0; // where its turn ends
    std::uint64_t waits_since = 0;
    const void *waits_for = nullptr; // a lock
    bool counts = false;
    std::uint64_t counts_since = 0;
    tally counted;
    std::vector<touched_line> lines_of_operation;
    std::unique_ptr<fiber> flow;
};

// The core that this thread is, nullptr: none, or the thread is in the machine's own code.
extern constinit thread_local core *this_core;
// The thread is in the machine's own code.
extern constinit thread_local bool in_machine;

class machine {
public:
    static machine &instance();

    // Runs body(index) on each core. Each calls all_ready() when it is prepared, from where on it
    // is counted, and finished() when it has done its operations.
    void run(unsigned cores, std::uint64_t seed, const std::function<void(unsigned)> &body);
    void all_ready();
    void finished();
    // An operation ends.
    void end_operation();

    // The sum of all cores in the last run.
    tally counted() const;

    // --- what the hooks call, on a core that has its turn ---

    void access(core &, const void *at, std::size_t bytes, access_kind, const void *code);
    void spend(core &self, std::uint64_t cycles) { self.clock += cycles; }
    // Lets others go on, as a core does that waits for something by itself.
    void yield(core &);
    // Waits until another core wakes those that wait for this lock.
    void wait_for(core &, const void *lock);
    void wake_first(core &, const void *lock);
    void wake_all(core &, const void *lock);

    // --- what is where ---

    sharing::directory &lines() { return lines_; }
    sharing::blocks &known_blocks() { return blocks_; }
    bool watches_blocks = false;
    // Says what a line belongs to. Empty: all is part::elsewhere.
    std::function<part(std::uintptr_t)> part_of;

private:
    static void start(void *core);

    core *furthest_behind();
    void set_limit(core &);
    void pass_on(core &);
    void switch_from(core &);
    void go_back(core &);
    bool has_its_turn(const core &, const void *at, access_kind);
    void touch(core &, std::uintptr_t address, access_kind, const void *code);
    void note(core &, std::uintptr_t address, line &, effect, const void *code);

    std::array<core, most_cores> cores_;
    unsigned used_ = 0;
    unsigned ready_ = 0;
    std::uint64_t seed_ = 0;
    const std::function<void(unsigned)> *body_ = nullptr;
    std::unique_ptr<fiber> outside_; // who called run()
    sharing::directory lines_;
    sharing::blocks blocks_;
};

// Nothing that happens in its scope is the program's.
class in_machine_scope {
public:
    in_machine_scope() : core_(this_core), was_(in_machine) {
        this_core = nullptr;
        in_machine = true;
    }
    ~in_machine_scope() {
        this_core = core_;
        in_machine = was_;
    }
    in_machine_scope(const in_machine_scope &) = delete;
    in_machine_scope &operator=(const in_machine_scope &) = delete;

private:
    core *core_;
    bool was_;
};

} // namespace ferry::sharing
