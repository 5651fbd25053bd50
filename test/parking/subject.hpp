// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps that threads are parked in, and the books of the key that the parked thread is busy
// with.

#include <cstdint>
#include <functional>

#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include "support/counted.hpp"
#include "support/known_bad_hashes.hpp"

namespace ferry::test::parking {

using key = std::uint64_t;

// Keys from here on have one home, in the middle of every table.
inline constexpr key first_colliding = key{0xff} << 56;

struct parking_hash {
    using is_avalanching = void;
    using is_cheap = void;
    std::uint64_t operator()(key of) const noexcept {
        return of >= first_colliding ? std::uint64_t{1} << 63 | of % 4096 : ferry::hash<key>(1)(of);
    }
};

// The same for a flat map: a bijection, whose lowest four bits are 0 in a model build
// (unused_hash_bits). Keys that do not collide are below 2^60.
class flat_parking_hash {
public:
    using is_avalanching = void;
    std::uint64_t operator()(key of) const noexcept {
        return of >= first_colliding ? one_home | of % colliding << low_bits
                                     : mixed(mixed(of)) << low_bits;
    }
    key unhash(std::uint64_t hash) const noexcept {
        const std::uint64_t number = hash >> low_bits;
        const std::uint64_t distance = number - (one_home >> low_bits);
        return distance < colliding ? first_colliding + distance : unmixed(unmixed(number));
    }

private:
    static constexpr unsigned low_bits = 4;
    static constexpr std::uint64_t one_home = std::uint64_t{1} << 63;
    static constexpr std::uint64_t colliding = 4096;
    static constexpr std::uint64_t odd = 0x9e3779b97f4a7c15u;
    static constexpr std::uint64_t mask = (std::uint64_t{1} << 60) - 1;

    static std::uint64_t mixed(std::uint64_t x) noexcept {
        x = x * odd & mask;
        return x ^ x >> 30;
    }
    static std::uint64_t unmixed(std::uint64_t x) noexcept {
        return (x ^ x >> 30) * known_bad::reciprocal(odd) & mask;
    }
};

// Values that go into a free place by copying, those of cells, and values that live in boxes and
// are destroyed.
struct plain_values {
    static std::uint64_t value(std::uint64_t number) { return number; }
    static std::uint64_t number(std::uint64_t value) { return value; }
    static bool intact(std::uint64_t) { return true; }
    static bool alive(std::size_t) { return true; }
};
struct words : plain_values {
    using map = concurrent_map<key, std::uint64_t, parking_hash>;
};
struct cells : plain_values {
    using map = concurrent_flat_map<key, std::uint64_t, flat_parking_hash>;
};
struct objects {
    using map = concurrent_map<key, counted_value, parking_hash>;
    static counted_value value(std::uint64_t number) { return counted_value(number); }
    static std::uint64_t number(const counted_value &value) { return value.number(); }
    static bool intact(const counted_value &value) { return value.intact(); }
    // So many, and none was destroyed twice.
    static bool alive(std::size_t count) {
        return counted_value::alive() == static_cast<std::int64_t>(count) &&
               counted_value::damaged() == 0;
    }
};

inline constexpr key held = 5;
// A resident's value; residents stay.
constexpr std::uint64_t value_of(key resident) { return resident * 3 + 1; }

// What was done to `held`: whether it is there, and its value, are the sums over all threads, if
// and only if each operation took effect as often as it said.
template <class Kind>
class books {
    using map_type = typename Kind::map;
    using value_type = typename map_type::mapped_type;

public:
    explicit books(map_type &map) : map_(map) {}

    void insert(std::uint64_t number) {
        if (map_.insert(held, Kind::value(number)))
            put(number);
    }
    void assign(std::uint64_t number) {
        if (const auto old = map_.exchange(held, Kind::value(number)))
            took(Kind::number(*old));
        put(number);
    }
    void update() {
        if (map_.update(held, plus_one))
            ++value;
    }
    void upsert(std::uint64_t number) {
        if (map_.upsert(held, plus_one, Kind::value(number)))
            put(number);
        else
            ++value;
    }
    void compute(std::uint64_t number) {
        const auto done = map_.compute(held, [&](const value_type *old) {
            return old != nullptr ? plus_one(*old) : Kind::value(number);
        });
        if (done == compute_result::inserted)
            put(number);
        else
            ++value;
    }
    void erase() {
        std::uint64_t last = 0;
        if (map_.erase_if(held, [&](const value_type &seen) {
                last = Kind::number(seen);
                return true;
            }))
            took(last);
    }
    void extract() {
        if (const auto handle = map_.extract(held))
            took(Kind::number(*handle));
    }

    void add(const books &other) {
        present += other.present;
        value += other.value;
    }

    std::int64_t present = 0;
    std::uint64_t value = 0; // modulo 2^64

private:
    static value_type plus_one(const value_type &old) { return Kind::value(Kind::number(old) + 1); }
    void put(std::uint64_t number) {
        ++present;
        value += number;
    }
    void took(std::uint64_t number) {
        --present;
        value -= number;
    }

    map_type &map_;
};

} // namespace ferry::test::parking
