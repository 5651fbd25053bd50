// SPDX-License-Identifier: BSL-1.0
#pragma once

// What loads may read. See memory_kind in sched/execution.hpp for the three models.
//
// The machine of views: each location has its stores in the order in which they were executed,
// which is their modification order. A thread's view says for each location which store is the
// oldest that it may still read, and for each thread how much of it happened before. A releasing
// store carries its thread's view, an acquiring load joins it into its own. A seq_cst load reads
// nothing older than the last store to the location that a seq_cst operation made or read.
//
// In all three, memory that was freed must not be accessed. In the machine of views, besides: what
// is not an atomic access (an initialization, a free, a user's access) must be ordered by
// happens-before against others' accesses to the same place.

#include "sched/execution.hpp"
#include "sched/machine.hpp"
#include "sched/shadow.hpp"
#include "sched/strategy.hpp"

#include "sched/heap.hpp"

#include <cstdint>
#include <functional>

namespace ferry::model {

class memory_model {
public:
    explicit memory_model(shadow &memory);

    bool has_views() const noexcept { return kind_ >= memory_kind::views; }

    void reset(memory_kind kind, strategy &decide);

    void fork(unsigned parent, unsigned child);
    void join(unsigned child, unsigned parent);
    // From here on one thread runs, and all that others did happened before it, so that there is
    // one value to read and nothing to learn; or no longer.
    void set_alone(bool is) noexcept {
        alone_ = is;
        kind_ = is ? memory_kind::sequential : kind_of_threads_;
    }

    // Before each step of a thread.
    void tick(unsigned thread) noexcept { ++view_[thread][thread]; }
    std::uint32_t clock(unsigned thread) const noexcept { return view_[thread][thread]; }

    std::uint64_t load(unsigned thread, const void *at, unsigned bytes, order);
    void store(unsigned thread, void *at, unsigned bytes, std::uint64_t value, order);
    // Read-modify-write: f gives the new value for the present one.
    template <class F>
    void modify(unsigned thread, void *at, unsigned bytes, order how, F f) {
        const std::uint64_t present = begin_modify(thread, at, bytes, how);
        end_modify(thread, at, bytes, how, f(present));
    }
    bool compare_exchange(unsigned thread, void *at, unsigned bytes, std::uint64_t &expected,
                          std::uint64_t desired, order success, order failure, bool may_fail);
    bool compare_exchange_pair(unsigned thread, void *at, const std::uint64_t (&expected)[2],
                               const std::uint64_t (&desired)[2]);
    void initialized(unsigned thread, const void *at, unsigned bytes);
    // A thread is made to pass a full barrier.
    void barrier(unsigned thread);
    void plain(unsigned thread, const void *at, std::size_t bytes, bool writes);
    // The thread is about to free something, and then has freed it.
    void releasing(unsigned thread) { drain(thread); }
    void released(unsigned thread, const shadow::block &);
    // With views_in_time: all that others did before their last one happened before this.
    void meet(unsigned thread);

    // A bit for each thread with a store that is not visible yet.
    unsigned threads_with_buffers() const noexcept { return buffered_; }
    void flush_one(unsigned thread);

private:
    static constexpr unsigned most_threads = shadow::most_threads;
    static constexpr unsigned most_locations = 8192;
    // Stores a load is offered, at most: the newest of them.
    static constexpr unsigned most_readable = 4;
    static constexpr unsigned view_size = most_threads + most_locations; // whole vectors
    static constexpr unsigned vector_size = 8;

    struct buffered_store {
        void *at;
        unsigned bytes;
        std::uint64_t value;
    };

    struct location {
        std::uint32_t newest; // its stores, 1 + index
        std::uint32_t oldest_for_seq_cst;
        std::uint8_t maker; // who initialized it, by no atomic write
        std::uint32_t made_at;
    };

    struct stored {
        std::uint64_t value;
        std::uint32_t before; // the store before it in the location, 1 + index, or 0
        std::uint32_t view;   // what it carries, in view_pool_
        std::uint32_t view_length;
        // The view is all that this thread had seen at this clock, and nothing else: who knows of
        // that has seen it. 0: it is more.
        std::uint8_t viewer;
        std::uint32_t viewed_at;
    };

    struct plain_place {
        std::uint8_t writer;
        std::uint32_t written_at;
        std::uint32_t read_at[most_threads];
    };

    // That an access is to a live object, which is the one that is given.
    shadow::block &check(unsigned thread, const void *at) {
        shadow::block *const of = memory_.find(at);
        if (of == nullptr || !of->live) [[unlikely]]
            fault(of == nullptr ? "an access where there is no object"
                                : "an access to memory that was freed");
        of->used_at[thread] = clock(thread);
        return *of;
    }
    std::uint32_t location_of(unsigned thread, const void *at, unsigned bytes);
    void require_before(unsigned thread, unsigned other, std::uint32_t when, const char *sentence);

    std::uint64_t begin_modify(unsigned thread, void *at, unsigned bytes, order);
    void end_modify(unsigned thread, void *at, unsigned bytes, order, std::uint64_t value);

    // The stores that a load may read, the newest first, in readable_.
    void find_readable(unsigned thread, std::uint32_t loc, bool seq_cst);
    std::uint64_t read(unsigned thread, std::uint32_t loc, std::uint32_t which, order);
    void append(unsigned thread, std::uint32_t loc, std::uint64_t value, order, bool modifies);
    void drain(unsigned thread);
    void share(unsigned thread, std::uint32_t *with);

    // Joins what a store carries.
    void join_into(std::uint32_t *view, const stored &from);
    // Of a view: whole vectors.
    unsigned used() const noexcept {
        const auto exactly = most_threads + static_cast<unsigned>(locations_.size());
        return (exactly + vector_size - 1) / vector_size * vector_size;
    }

    shadow &memory_;
    memory_kind kind_ = memory_kind::sequential;
    memory_kind kind_of_threads_ = memory_kind::sequential;
    bool alone_ = true;
    strategy *decide_ = nullptr;
    unsigned buffered_ = 0;
    list<buffered_store> buffers_[most_threads];
    std::uint32_t view_[most_threads][view_size] = {};
    std::uint32_t seq_cst_view_[view_size] = {};
    std::uint32_t view_in_time_[view_size] = {};
    list<location> locations_;
    list<stored> stores_;
    list<std::uint32_t> view_pool_;
    std::uint32_t readable_[most_readable];
    unsigned readable_count_ = 0;
    list<plain_place> plain_;
};

} // namespace ferry::model
