// SPDX-License-Identifier: BSL-1.0
#include "sched/machine.hpp"

#include "sched/execution.hpp"
#include "sched/fibers.hpp"
#include "sched/memory.hpp"
#include "sched/shadow.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace ferry::model {

namespace {

constexpr unsigned most_threads = shadow::most_threads;

struct logical_thread {
    unsigned steps = 0;
    alignas(16) unsigned char storage[thread_storage_bytes] = {};
};

// A logical thread runs. Apart from the machine: operator new asks while that is being made.
constinit bool inside = false;

struct machine {
    unsigned self = 0;
    unsigned total_steps = 0;
    std::uint64_t stamp = 0;
    bool failing = false;
    unsigned unfinished = 0;
    std::size_t blocks_before_fork = 0;
    std::uint32_t runnable = 0;
    const plan *what = nullptr;
    strategy *decide = nullptr;
    const trace *told = nullptr;
    std::span<const stop> stops;
    outcome result;
    void *storage_of_process = nullptr;
    logical_thread threads[most_threads];
    fibers fiber;
    shadow memory;
    memory_model model;

    machine() : model(memory) {}
};

// Not a function's static object, which would be asked for at every step whether it is there.
// Before it is, nothing is inside.
machine the;

machine &m() { return the; }

// Where the fault was found.
std::string place() {
    return " (thread " + std::to_string(m().self) + ", its step " +
           std::to_string(m().threads[m().self].steps) + ")";
}

void tell_step(const char *what, const void *at, std::uint64_t value) {
    if (!*m().told)
        return;
    from_outside([&] {
        char line[64];
        std::snprintf(line, sizeof line, "%5u  thread %u  %-9s ", m().total_steps, m().self, what);
        (*m().told)(line + (at != nullptr && m().what->describe ? m().what->describe(at, value)
                                                                : std::to_string(value)));
    });
}

// Lets one thread go on, which may be another one. The present one need not be runnable.
void reschedule() {
    if (m().runnable == 0) {
        m().fiber.to_hub(m().self);
        return;
    }
    if (m().runnable == 1u << m().self)
        return;
    const unsigned next = m().decide->pick_thread(m().runnable, m().self);
    if (next != m().self) {
        const unsigned before = m().self;
        m().self = next;
        m().fiber.swap(before, next);
    }
}

enum class step_kind : std::uint8_t { of_ferry, of_users };

void forget(logical_thread &lost) {
    lost.steps = 0;
    std::memset(lost.storage, 0, sizeof lost.storage);
}

// The process forks: see fork_point.
void fork_at(step_kind kind) {
    const bool by_itself = m().what->fork.by_itself;
    m().result.in_users = kind == step_kind::of_users;
    if (by_itself && kind != step_kind::of_users)
        return;
    m().result.forked = true;
    m().blocks_before_fork = m().memory.all_blocks();
    const std::uint32_t survivor = by_itself ? 1u << m().self : 0;
    for (std::uint32_t lost = m().runnable & ~survivor; lost != 0; lost &= lost - 1)
        ++m().unfinished;
    m().runnable = survivor;
    if (!by_itself)
        reschedule(); // never comes back
    // The survivor's own stores reach memory as those of the others do.
    m().model.releasing(m().self);
    for (unsigned other = 0; other <= m().what->threads.size(); ++other)
        if (other != m().self)
            m().model.join(other, m().self);
    m().model.set_alone(true);
    // What comes after is a thread that the child has started.
    forget(m().threads[0]);
    m().what->forked();
}

// Comes before every step.
void step(step_kind kind = step_kind::of_ferry) {
    if (++m().total_steps > m().what->most_steps)
        fault("somebody does not come to an end");
    auto &mine = m().threads[m().self];
    ++mine.steps;
    for (const stop &s : m().stops)
        if (s.thread == m().self && s.step == mine.steps) {
            m().result.stopped = true;
            ++m().unfinished;
            m().runnable &= ~(1u << m().self);
            reschedule(); // never comes back
        }
    if (const fork_point &f = m().what->fork; f.step == mine.steps && f.thread == m().self)
        fork_at(kind);
    while (const unsigned waiting = m().model.threads_with_buffers()) {
        // Which store becomes visible, if any does.
        unsigned each[most_threads + 1];
        unsigned count = 0;
        for (unsigned left = waiting; left != 0; left &= left - 1)
            each[++count] = static_cast<unsigned>(std::countr_zero(left));
        const unsigned taken = m().decide->choose(1 + count);
        if (taken == 0)
            break;
        m().model.flush_one(each[taken]);
    }
    reschedule();
    m().model.tick(m().self);
}

// What a thread is in, from its beginning to its end.
void run_thread(const std::function<void()> &body) {
    try {
        body();
    } catch (const std::exception &error) {
        fault((std::string("an exception left a thread: ") + error.what()).c_str());
    }
    m().runnable &= ~(1u << m().self);
    reschedule();
    std::abort(); // nobody goes on with a thread that has ended
}

// Runs threads until none can go on, or a fault.
void run(std::uint32_t which) {
    m().runnable = which;
    m().self = m().decide->pick_thread(which, 31);
    inside = true;
    m().fiber.from_hub(m().self);
    inside = false;
}

} // namespace

outcome execute(const plan &p, strategy &s, std::span<const stop> stops, const trace &told) {
    the.total_steps = 0;
    the.stamp = 0;
    the.failing = false;
    the.unfinished = 0;
    the.blocks_before_fork = 0;
    the.what = &p;
    the.decide = &s;
    the.told = &told;
    the.stops = stops;
    the.result = {};
    for (auto &thread : the.threads)
        forget(thread);
    the.memory.reset();
    the.model.reset(p.memory, s);
    the.storage_of_process =
        the.memory.allocate(process_storage_bytes, alignof(std::uint64_t), 0, the.model.clock(0));
    std::memset(the.storage_of_process, 0, process_storage_bytes);

    const auto count = static_cast<unsigned>(p.threads.size());
    the.fiber.make(0, [&p] { run_thread(p.before); });
    run(1);
    if (the.result.fault.empty()) {
        for (unsigned i = 1; i <= count; ++i) {
            the.model.fork(0, i);
            the.fiber.make(i, [&p, i] { run_thread(p.threads[i - 1]); });
        }
        the.model.set_alone(false);
        run(((1u << count) - 1) << 1);
    }
    if (the.result.fault.empty()) {
        for (unsigned i = 1; i <= count; ++i)
            the.model.join(i, 0);
        the.model.set_alone(true);
        the.stops = {};
        const bool forks_now = the.result.forked && !p.fork.by_itself;
        the.fiber.make(0, [&p, forks_now] {
            if (forks_now)
                p.forked();
            run_thread(p.after);
        });
        run(1);
    }
    // What lost threads had in hand is lost. The process's word stays, and is of before a fork.
    the.result.live_blocks =
        the.memory.live_blocks_after(the.blocks_before_fork) - (the.result.forked ? 0 : 1);
    for (unsigned i = 0; i <= count; ++i)
        the.result.steps.push_back(the.threads[i].steps);
    return std::move(the.result);
}

std::uint64_t now() noexcept {
    if (inside)
        m().model.meet(m().self);
    return ++m().stamp;
}

unsigned unfinished_threads() noexcept { return m().unfinished; }

bool in_child() noexcept { return m().result.forked; }

unsigned own_steps() noexcept { return m().threads[m().self].steps; }

unsigned own_index() noexcept { return m().self; }

void begin_call() noexcept { m().decide->call_begins(m().self); }

void begin_failing() noexcept { m().failing = true; }
void end_failing() noexcept { m().failing = false; }

void from_outside(const std::function<void()> &look) {
    inside = false;
    look();
    inside = true;
}

void tell(const std::function<std::string()> &line) {
    if (*m().told)
        from_outside(
            [&] { (*m().told)("       thread " + std::to_string(m().self) + "  " + line()); });
}

namespace {

// Whether this one is to fail.
bool strikes() noexcept { return m().failing && ++m().result.points == m().what->failing_point; }

} // namespace

void fault_point() {
    if (inside && strikes())
        throw injected();
}

void fault(const char *sentence) noexcept {
    if (!inside) {
        std::fprintf(stderr, "outside an execution: %s\n", sentence);
        std::abort();
    }
    inside = false;
    m().result.fault = sentence + place();
    m().runnable = 0;
    m().fiber.to_hub(m().self); // forever
    std::abort();
}

// --- what the model build calls --------------------------------------------------------------

namespace {

std::uint64_t read_plain(const void *at, unsigned bytes) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, at, bytes);
    return bits;
}
void write_plain(void *at, unsigned bytes, std::uint64_t bits) { std::memcpy(at, &bits, bytes); }

// Static objects are shared by all executions, and are nobody's steps.
bool is_step(const void *at) { return inside && shadow::contains(at); }

template <class Change>
std::uint64_t change(const char *what, void *at, unsigned bytes, order how, Change f) {
    if (!is_step(at)) {
        const std::uint64_t before = read_plain(at, bytes);
        write_plain(at, bytes, f(before));
        return before;
    }
    step();
    std::uint64_t before = 0;
    m().model.modify(m().self, at, bytes, how, [&](std::uint64_t present) {
        before = present;
        return f(present);
    });
    tell_step(what, at, f(before));
    return before;
}

} // namespace

std::uint64_t load(const void *at, unsigned bytes, order how) noexcept {
    if (!is_step(at))
        return read_plain(at, bytes);
    step();
    const std::uint64_t value = m().model.load(m().self, at, bytes, how);
    tell_step("load", at, value);
    return value;
}

void store(void *at, unsigned bytes, std::uint64_t value, order how) noexcept {
    if (!is_step(at)) {
        write_plain(at, bytes, value);
        return;
    }
    step();
    m().model.store(m().self, at, bytes, value, how);
    tell_step("store", at, value);
}

std::uint64_t exchange(void *at, unsigned bytes, std::uint64_t value, order how) noexcept {
    return change("exchange", at, bytes, how, [value](std::uint64_t) { return value; });
}
std::uint64_t add(void *at, unsigned bytes, std::uint64_t by, order how) noexcept {
    return change("add", at, bytes, how, [by](std::uint64_t old) { return old + by; });
}
std::uint64_t set_bits(void *at, unsigned bytes, std::uint64_t bits, order how) noexcept {
    return change("or", at, bytes, how, [bits](std::uint64_t old) { return old | bits; });
}
std::uint64_t keep_bits(void *at, unsigned bytes, std::uint64_t bits, order how) noexcept {
    return change("and", at, bytes, how, [bits](std::uint64_t old) { return old & bits; });
}

bool compare_exchange(void *at, unsigned bytes, std::uint64_t &expected, std::uint64_t desired,
                      order success, order failure, bool may_fail) noexcept {
    if (!is_step(at)) {
        const std::uint64_t present = read_plain(at, bytes);
        if (present == expected) {
            write_plain(at, bytes, desired);
            return true;
        }
        expected = present;
        return false;
    }
    step();
    const bool done = m().model.compare_exchange(m().self, at, bytes, expected, desired, success,
                                                 failure, may_fail);
    tell_step(done ? "cas" : "cas fails", at, done ? desired : expected);
    return done;
}

bool compare_exchange_pair(void *at, const std::uint64_t (&expected)[2],
                           const std::uint64_t (&desired)[2]) noexcept {
    if (!is_step(at)) {
        auto *const second = static_cast<std::uint64_t *>(at) + 1;
        if (read_plain(at, 8) != expected[0] || read_plain(second, 8) != expected[1])
            return false;
        write_plain(at, 8, desired[0]);
        write_plain(second, 8, desired[1]);
        return true;
    }
    step();
    const bool done = m().model.compare_exchange_pair(m().self, at, expected, desired);
    tell_step(done ? "cas pair" : "pair fails", at, done ? desired[0] : expected[0]);
    return done;
}

void initialized(const void *at, unsigned bytes) noexcept {
    if (is_step(at))
        m().model.initialized(m().self, at, bytes);
}

bool heavy_barrier() noexcept {
    if (!inside)
        return true;
    step();
    if (strikes()) {
        tell_step("refused", nullptr, 0);
        return false;
    }
    // The system interrupts one thread after the other.
    const unsigned self = m().self;
    tell_step("barrier", nullptr, 0);
    m().model.barrier(self);
    for (unsigned other = 0; other <= m().what->threads.size(); ++other)
        if (other != self) {
            step();
            tell_step("interrupt", nullptr, other);
            m().model.barrier(other);
        }
    m().model.barrier(self);
    return true;
}

void *thread_storage() noexcept {
    static unsigned char outside[thread_storage_bytes];
    return inside ? m().threads[m().self].storage : outside;
}

void *process_storage() noexcept {
    alignas(std::uint64_t) static unsigned char outside[process_storage_bytes];
    return inside ? m().storage_of_process : outside;
}

std::uint64_t clock() noexcept { return inside ? m().total_steps : 0; }

void pause() noexcept {
    if (inside) {
        step(step_kind::of_users);
        tell_step("pause", nullptr, 0);
    }
}

void plain_read(const void *at, std::size_t bytes) noexcept {
    if (inside)
        m().model.plain(m().self, at, bytes, false);
}
void plain_write(const void *at, std::size_t bytes) noexcept {
    if (inside)
        m().model.plain(m().self, at, bytes, true);
}

// --- memory ----------------------------------------------------------------------------------

void *allocate(std::size_t bytes, std::size_t alignment) noexcept {
    if (strikes())
        return nullptr;
    void *const at = m().memory.allocate(bytes, alignment, m().self, m().model.clock(m().self));
    if (at == nullptr)
        fault("the arena is full");
    return at;
}

void release(void *at) noexcept {
    // Its own stores come before whatever the allocator, and the next owner, do with the memory.
    m().model.releasing(m().self);
    const auto *const of = m().memory.release(at);
    if (of == nullptr)
        fault("memory was freed that is not live: freed twice, or never allocated");
    m().model.released(m().self, *of);
}

bool is_inside() noexcept { return inside; }
bool is_live(const void *at) noexcept {
    const auto *const of = shadow::contains(at) ? m().memory.find(at) : nullptr;
    return of != nullptr && of->live;
}
bool in_arena(const void *at) noexcept { return shadow::contains(at); }

} // namespace ferry::model
