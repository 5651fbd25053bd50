// SPDX-License-Identifier: BSL-1.0
#include "machine/machine.hpp"

#include "machine/costs.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace ferry::sharing {

constinit thread_local core *this_core = nullptr;
constinit thread_local bool in_machine = false;

namespace {

// Cores begin at slightly different times, which the seed chooses.
std::uint64_t delay(std::uint64_t seed, unsigned index) {
    constexpr std::uint64_t most = 512;
    std::uint64_t mixed = (seed + index + 1) * 0x9e37'79b9'7f4a'7c15u;
    mixed ^= mixed >> 32;
    return mixed % most;
}

[[noreturn]] void give_up(const char *why) {
    std::fprintf(stderr, "ferry-sharing: %s\n", why);
    std::abort();
}

std::uint64_t cost_of(effect what) {
    switch (what.where) {
    case found::modified:
        return costs::from_core;
    case found::nowhere:
        return costs::from_memory;
    case found::shared:
        return what.is_remote_write() ? costs::take_shared : costs::from_shared;
    case found::hit:
        break;
    }
    return what.is_remote_write() ? costs::take_shared : costs::hit;
}

} // namespace

machine &machine::instance() {
    // Never destroyed: threads may end later than static objects.
    static machine &only = []() -> machine & {
        const in_machine_scope scope; // operator new would tell the machine
        return *new machine;
    }();
    return only;
}

// --- turns ---

core *machine::furthest_behind() {
    core *first = nullptr;
    for (unsigned i = 0; i < used_; ++i)
        if (cores_[i].is == core::state::ready &&
            (first == nullptr || cores_[i].clock < first->clock))
            first = &cores_[i];
    return first;
}

void machine::set_limit(core &self) {
    std::uint64_t next = std::numeric_limits<std::uint64_t>::max() - costs::window;
    for (unsigned i = 0; i < used_; ++i)
        if (i != self.index && cores_[i].is == core::state::ready)
            next = std::min(next, cores_[i].clock);
    self.limit = next + costs::window;
}

void machine::switch_from(core &self) {
    core *next = furthest_behind();
    if (next == nullptr)
        give_up("every core waits for a lock");
    set_limit(*next);
    if (next != &self)
        self.flow->switch_to(*next->flow);
}

void machine::pass_on(core &self) {
    const in_machine_scope scope;
    switch_from(self);
}

void machine::yield(core &self) {
    self.clock += costs::yielding;
    if (self.clock > self.limit)
        pass_on(self);
}

void machine::wait_for(core &self, const void *lock) {
    self.is = core::state::waiting;
    self.waits_for = lock;
    self.waits_since = self.clock;
    pass_on(self);
}

void machine::wake_first(core &self, const void *lock) {
    core *first = nullptr;
    for (unsigned i = 0; i < used_; ++i) {
        core &each = cores_[i];
        if (each.is == core::state::waiting && each.waits_for == lock &&
            (first == nullptr || each.waits_since < first->waits_since))
            first = &each;
    }
    if (first != nullptr) {
        first->is = core::state::ready;
        first->clock = std::max(first->clock, self.clock);
        set_limit(self);
    }
}

void machine::wake_all(core &self, const void *lock) {
    for (unsigned i = 0; i < used_; ++i) {
        core &each = cores_[i];
        if (each.is == core::state::waiting && each.waits_for == lock) {
            each.is = core::state::ready;
            each.clock = std::max(each.clock, self.clock);
        }
    }
    set_limit(self);
}

// --- a run ---

void machine::start(void *core_of_fiber) {
    auto &self = *static_cast<core *>(core_of_fiber);
    this_core = &self;
    (*instance().body_)(self.index);
    instance().go_back(self);
}

void machine::go_back(core &self) {
    in_machine = true;
    self.flow->switch_to(*outside_);
}

void machine::run(unsigned cores, std::uint64_t seed, const std::function<void(unsigned)> &body) {
    const in_machine_scope scope;
    used_ = cores;
    ready_ = 0;
    seed_ = seed;
    body_ = &body;
    outside_ = std::make_unique<fiber>();
    for (unsigned i = 0; i < used_; ++i) {
        core &each = cores_[i];
        each.index = i;
        each.is = core::state::ready;
        each.clock = delay(seed_, i);
        each.counts = false;
        each.counted = {};
        each.lines_of_operation.clear();
        each.flow = std::make_unique<fiber>(start, &each);
    }
    core &first = *furthest_behind();
    set_limit(first);
    outside_->switch_to(*first.flow);
    // What each does after its operations, and its thread's end, one after the other.
    for (unsigned i = 0; i < used_; ++i) {
        outside_->switch_to(*cores_[i].flow);
        cores_[i].flow.reset();
    }
}

void machine::all_ready() {
    core &self = *this_core;
    const in_machine_scope scope;
    self.is = core::state::at_the_line;
    if (++ready_ == used_) {
        std::uint64_t latest = 0;
        for (unsigned i = 0; i < used_; ++i)
            latest = std::max(latest, cores_[i].clock);
        for (unsigned i = 0; i < used_; ++i) {
            cores_[i].clock = latest + delay(seed_ + 1, i);
            cores_[i].is = core::state::ready;
            cores_[i].counts = true;
            cores_[i].counts_since = cores_[i].clock;
        }
    }
    switch_from(self);
}

void machine::finished() {
    core &self = *this_core;
    this_core = nullptr;
    in_machine = true;
    self.counts = false;
    self.counted.cycles = self.clock - self.counts_since;
    self.is = core::state::done;
    if (core *next = furthest_behind()) {
        set_limit(*next);
        self.flow->switch_to(*next->flow);
    } else {
        for (unsigned i = 0; i < used_; ++i)
            if (cores_[i].is != core::state::done)
                give_up("a core waits for a lock that nobody gives back");
        self.flow->switch_to(*outside_);
    }
    in_machine = false;
}

tally machine::counted() const {
    tally sum;
    for (unsigned i = 0; i < used_; ++i)
        sum += cores_[i].counted;
    return sum;
}

void machine::end_operation() {
    core &self = *this_core;
    if (self.counts) {
        ++self.counted.operations;
        self.counted.lines += self.lines_of_operation.size();
    }
    self.lines_of_operation.clear();
}

// --- accesses ---

bool machine::has_its_turn(const core &self, const void *at, access_kind how) {
    if (self.clock <= self.limit)
        return true;
    if (self.clock > self.limit + (costs::private_window - costs::window))
        return false;
    const line &first = lines_.at(directory::number_of(reinterpret_cast<std::uintptr_t>(at)));
    const bool was_passed = first.free_from != 0 && self.clock < first.free_from + costs::lately;
    return !was_passed && !directory::foresee(first, self.index, how).concerns_others();
}

void machine::access(core &self, const void *at, std::size_t bytes, access_kind how,
                     const void *code) {
    const in_machine_scope scope;
    if (!has_its_turn(self, at, how))
        switch_from(self);
    const auto begin = reinterpret_cast<std::uintptr_t>(at);
    const std::uintptr_t end = begin + std::max<std::size_t>(bytes, 1);
    for (std::uintptr_t address = begin; address < end;
         address = (directory::number_of(address) + 1) * line_bytes)
        touch(self, address, how, code);
}

void machine::touch(core &self, std::uintptr_t address, access_kind how, const void *code) {
    line &at = lines_.at(directory::number_of(address));
    const effect done = directory::touch(at, self.index, how);
    self.counted.accesses += self.counts;
    if (done.concerns_others()) {
        self.clock = std::max(self.clock, at.free_from) + cost_of(done);
        at.free_from = self.clock;
    } else {
        self.clock += cost_of(done);
    }
    if (how == access_kind::locked)
        self.clock += costs::locked;
    if (self.counts && (done.where != found::hit || done.is_remote_write()))
        note(self, address, at, done, code);
}

void machine::note(core &self, std::uintptr_t address, line &at, effect what, const void *code) {
    const bool concerns_others = what.concerns_others();
    self.counted.count(what, concerns_others && part_of ? part_of(address) : part::elsewhere);
    if (!concerns_others)
        return;
    at.remote_misses += what.is_remote_miss();
    at.remote_writes += what.is_remote_write();
    if (at.votes == 0) {
        at.code = code;
        at.address = address;
    }
    at.votes += at.code == code ? 1 : -1u;
    const touched_line touched{directory::number_of(address)};
    auto &lines = self.lines_of_operation;
    if (std::find(lines.begin(), lines.end(), touched) == lines.end())
        lines.push_back(touched);
}

} // namespace ferry::sharing
