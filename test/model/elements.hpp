// SPDX-License-Identifier: BSL-1.0
#pragma once

// Keys and values whose uses the machine sees, and the points at which an execution can be made to
// fail.

#include "scenario.hpp"
#include "sched/execution.hpp"
#include "sched/machine.hpp"
#include "sched/shadow.hpp"

#include <cstdint>
#include <utility>

namespace ferry::model {

// The hashes of the scenario that runs.
inline constinit hash_kind present_hashes = hash_kind::spread;

constexpr std::uint64_t hash_of(hash_kind kind, unsigned key) noexcept {
    switch (kind) {
    case hash_kind::spread: {
        // The key's bits in reverse, at the top.
        std::uint64_t top = 0;
        for (unsigned bit = 0; bit != 4; ++bit)
            top |= std::uint64_t{key >> bit & 1} << (63 - bit);
        return top | key;
    }
    case hash_kind::one_home:
        return key;
    case hash_kind::last_home:
        return ~std::uint64_t{key};
    case hash_kind::equal:
        break;
    }
    return 0x8000'0000'0000'0007u;
}

// A number in memory that the machine watches, which it does word by word.
template <class Tag>
class alignas(8) watched {
public:
    explicit watched(unsigned number) : number_(number) { born(); }
    watched(const watched &other) : number_(other.number()) { born(); }
    watched(watched &&other) : number_(other.number()) { born(); } // NOLINT: may fail
    watched &operator=(const watched &other) {
        number_ = other.number();
        plain_write(this, sizeof *this);
        return *this;
    }
    ~watched() {
        plain_write(this, sizeof *this);
        number_ = 0xdead;
    }

    unsigned number() const {
        plain_read(this, sizeof *this);
        return number_;
    }

    friend bool operator==(const watched &a, const watched &b) {
        fault_point();
        return a.number() == b.number();
    }

private:
    void born() {
        fault_point();
        plain_write(this, sizeof *this);
    }

    unsigned number_;
};

// The numbers to which values of flat maps point, in memory of the execution. Each thread has a
// page of its own, and writes a number there before it first puts it into a map.
class pointed_numbers {
public:
    static inline constinit pointed_numbers *present = nullptr;

    const std::uint64_t *place_of(unsigned number) {
        page &mine = of_thread_[own_index()];
        for (unsigned i = 0; i != mine.written; ++i)
            if (mine.numbers[i] == number)
                return &mine.numbers[i];
        if (mine.written == most_numbers)
            fault("a thread makes more values than a page has room for");
        std::uint64_t &fresh = mine.numbers[mine.written++];
        plain_write(&fresh, sizeof fresh);
        fresh = number;
        return &fresh;
    }

private:
    static constexpr unsigned most_numbers = 48;
    struct page {
        unsigned written = 0;
        std::uint64_t numbers[most_numbers];
    };
    page of_thread_[shadow::most_threads];
};

// A value of a flat map that points to its number. A thread that finds it must also see the number,
// which another thread may have written just before. A thread that makes two values of one number
// makes equal words.
class pointed_number {
public:
    explicit pointed_number(unsigned number) : place_(pointed_numbers::present->place_of(number)) {}

    unsigned number() const {
        if (place_ == nullptr)
            fault("a value was read that nobody wrote");
        plain_read(place_, sizeof *place_);
        return static_cast<unsigned>(*place_);
    }

    friend bool operator==(pointed_number a, pointed_number b) { return a.number() == b.number(); }

private:
    const std::uint64_t *place_;
};

using key_object = watched<struct key_tag>;
using value_object = watched<struct value_tag>;

// Kept in the nodes: it may fail.
struct object_hash {
    using is_avalanching = void;
    std::uint64_t operator()(const key_object &key) const {
        fault_point();
        return hash_of(present_hashes, key.number());
    }
};

// Not kept.
struct number_hash {
    using is_avalanching = void;
    using is_cheap = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept {
        return hash_of(present_hashes, static_cast<unsigned>(key));
    }
};

// A bijection for each kind of hashes; its lowest four bits are 0 (unused_hash_bits). There are no
// equal hashes.
struct flat_hash {
    using is_avalanching = void;
    std::uint64_t operator()(std::uint64_t key) const noexcept {
        const auto low = key << 4;
        switch (present_hashes) {
        case hash_kind::spread:
            return (hash_of(hash_kind::spread, static_cast<unsigned>(key)) & ~std::uint64_t{0}
                                                                                 << 60) |
                   low;
        case hash_kind::one_home:
            return low;
        default:
            return ~low & ~std::uint64_t{15};
        }
    }
    std::uint64_t unhash(std::uint64_t hash) const noexcept {
        const bool inverted =
            present_hashes != hash_kind::spread && present_hashes != hash_kind::one_home;
        return ((inverted ? ~hash : hash) >> 4) & 0xff;
    }
};

inline unsigned number_of(std::uint64_t number) { return static_cast<unsigned>(number); }
inline unsigned number_of(pointed_number pointed) { return pointed.number(); }
inline unsigned number_of(const value_object &object) { return object.number(); }
inline unsigned number_of(const key_object &object) { return object.number(); }

} // namespace ferry::model
