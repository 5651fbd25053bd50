// SPDX-License-Identifier: BSL-1.0
#pragma once

// What one image of the process, an executable or a shared library, offers to another. Each image
// that includes this file has functions of its own here, with its own copy of ferry behind them,
// unless the loader binds the templates that they instantiate to another image's.

#include <ferry/concurrent_map.hpp>

#include <cstdint>

namespace ferry::test::copies {

/// A value that tells whether it was destroyed.
class letter {
public:
    explicit letter(std::uint64_t says) noexcept : says_(says), again_(~says) {}
    letter(const letter &other) noexcept : says_(other.says_), again_(other.again_) {}
    letter &operator=(const letter &) = delete;
    ~letter() {
        says_ = gone;
        again_ = gone;
    }

    bool reads(std::uint64_t wanted) const noexcept { return says_ == wanted && again_ == ~wanted; }

private:
    static constexpr std::uint64_t gone = 0xdeaddeaddeaddead;
    volatile std::uint64_t says_;
    volatile std::uint64_t again_;
};

using letters = ferry::concurrent_map<std::uint64_t, letter>;

/// The key whose value is held while others churn, and its first value.
constexpr std::uint64_t held_key = 7;
constexpr std::uint64_t held_value = 7000;

struct image {
    letters *(*make)();
    void (*destroy)(letters *);

    /// Replaces and erases held_key, inserts and erases others, and makes the map reclaim what it
    /// can.
    void (*churn)(letters &);

    /// Whether all that was retired is reclaimed in the end.
    bool (*reclaims)(letters &);

    letters::handle *(*hold)(const letters &);
    void (*let_go)(letters::handle *);

    /// Whether a guard of the default domain, made without naming it, protects what it finds.
    bool (*reads_under_a_guard)(const letters &);

    std::uint64_t (*default_domains_number)();
};

namespace {

letters *make() {
    auto *made = new letters();
    made->insert(held_key, letter(held_value));
    return made;
}

void destroy(letters *map) { delete map; }

void churn(letters &map) {
    map.insert_or_assign(held_key, letter(1));
    map.erase(held_key);
    for (std::uint64_t key = 1000; key < 4000; ++key) {
        map.insert(key, letter(key));
    }
    for (std::uint64_t key = 1000; key < 4000; ++key) {
        map.insert_or_assign(key, letter(key + 1));
        map.erase(key);
    }
    for (int i = 0; i < 20; ++i) {
        map.reclaim();
    }
}

bool reclaims(letters &map) {
    for (int turn = 0; turn < 64 && map.stats().retired_objects != 0; ++turn) {
        map.reclaim();
    }
    return map.stats().retired_objects == 0;
}

letters::handle *hold(const letters &map) { return new letters::handle(map.find(held_key)); }

void let_go(letters::handle *held) { delete held; }

bool reads_under_a_guard(const letters &map) {
    const ferry::guard here;
    const letter *const found = map.find(held_key, here);
    return found != nullptr && found->reads(held_value);
}

std::uint64_t default_domains_number() {
    return detail::domain_of(default_domain()).record().domain_id();
}

constexpr image this_image = {
    make, destroy, churn, reclaims, hold, let_go, reads_under_a_guard, default_domains_number};

} // namespace

} // namespace ferry::test::copies
