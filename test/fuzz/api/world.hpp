// SPDX-License-Identifier: BSL-1.0
#pragma once

// Two maps, guards of their domains, what is to fail, and what must hold after each operation.

#include "bytes.hpp"
#include "side.hpp"
#include "support/memory_supply.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace ferry::fuzz {

namespace faults = test::faults;

// Nothing fails in a scope: what callbacks and the checks do by themselves.
class quiet {
public:
    quiet() : supply_(std::exchange(test::memory, {})) {}
    ~quiet() { test::memory = supply_; }
    quiet(const quiet &) = delete;
    quiet &operator=(const quiet &) = delete;

private:
    faults::truce truce_;
    test::supply supply_;
};

template <class Elements>
class world {
public:
    using side_type = side<Elements>;
    using map_type = typename side_type::map_type;
    using key_type = typename Elements::key_type;

    struct chosen {
        unsigned number;
        key_type key;

        decltype(auto) wanted() const { return Elements::wanted(key); }
    };

    // What was found under a guard.
    struct sighting {
        const void *at;
        unsigned number;
        unsigned serial; // of the contents
    };
    struct pinned {
        guard under;
        epoch_domain *domain;
        std::vector<sighting> seen;
    };

    explicit world(bytes &from) : in(from) {}

    bytes &in;
    epoch_domain own_domain;
    side_type sides[2];
    unsigned present = 0;
    std::vector<pinned> guards;
    const char *operation = "";
    unsigned fails_at = 0;     // which point of the next operation throws, from 1 on; 0: none
    unsigned memory_for = ~0u; // how many requests for memory of the next operation succeed
    unsigned failures = 0;
    unsigned serials = 0;

    side_type &here() { return sides[present]; }
    side_type &other() { return sides[1 - present]; }
    map_type &map() { return *here().map; }

    void require(bool holds, const std::string &sentence) const {
        if (!holds)
            wrong(std::string(operation) + ": " + sentence);
    }
    void require_same(std::optional<unsigned> found, std::optional<unsigned> expected) const {
        if (found != expected)
            wrong(std::string(operation) + ": found " + in_words(found) + " where " +
                  in_words(expected) + " is");
    }

    // --- choices ---

    // Poor hashes make long paths: fewer keys then.
    unsigned most_keys() const { return present_hashes == hash_kind::spread ? 2048u : 192u; }

    unsigned key_number() {
        const unsigned first = in.take();
        return first < 160 ? first % 40 : (first << 5 ^ in.take()) % most_keys();
    }
    chosen key() {
        const unsigned n = key_number();
        tell([&] { return "    key " + std::to_string(n); });
        return {n, Elements::key(n)};
    }
    // Of no other value.
    unsigned fresh() { return is_set<Elements> ? 0 : ++last_value_; }

    // --- calls ---

    // The map's call, with what is to fail. False: it threw that.
    template <class Call>
    bool returns(Call &&call) {
        const unsigned point = std::exchange(fails_at, 0);
        const unsigned requests = std::exchange(memory_for, ~0u);
        bool returned = false;
        if (point != 0)
            faults::arm(point);
        if (requests != ~0u)
            test::memory = {.limited = true, .left = requests};
        try {
            call();
            returned = true;
        } catch (const test::injected &) {
        } catch (const std::bad_alloc &) {
        }
        faults::armed = false;
        test::memory = {};
        if (!returned) {
            tell([] { return std::string("    threw"); });
            ++failures;
            require(point != 0 || requests != ~0u, "it threw, and nothing failed");
        }
        threw_ = !returned;
        return returned;
    }

    // What is there becomes this, in the map and in the oracle, without a failure.
    void put(unsigned key, unsigned value) {
        const quiet now;
        if constexpr (is_set<Elements>)
            map().insert(Elements::key(key));
        else
            map().insert_or_assign(Elements::key(key), Elements::value(value));
        here().becomes(key, value);
    }
    void remove(unsigned key) {
        const quiet now;
        const std::size_t expected = here().oracle.count(key);
        require(map().erase(Elements::key(key)) == expected, "an erase in it gave another result");
        here().becomes(key, std::nullopt);
    }

    // --- what is held ---

    void hold(typename side_type::handle &&at, unsigned key, unsigned value) {
        constexpr std::size_t most = 12;
        auto &all = here().handles;
        if (all.size() == most)
            all.erase(all.begin());
        all.push_back({std::move(at), key, value});
    }

    std::size_t pins(const epoch_domain *domain) const {
        std::size_t count = 0;
        if (!is_flat<Elements>)
            for (const side_type &each : sides)
                count += each.domain == domain ? each.handles.size() : 0;
        for (const pinned &each : guards)
            count += each.domain == domain;
        return count;
    }

    // The contents with this number are about to go.
    void forget(unsigned serial) {
        for (pinned &each : guards)
            std::erase_if(each.seen, [&](const sighting &s) { return s.serial == serial; });
    }

    // --- checks ---

    void check_after_operation() {
        for (const side_type &each : sides)
            for (const auto &held : each.handles)
                require(held.at && Elements::number(held.at.key()) == held.key &&
                            value_in<Elements>(held.at) == held.value,
                        "what a handle holds has changed");
        for (const pinned &each : guards)
            for (const sighting &seen : each.seen)
                require(number_at(seen.at) == seen.number, "what a guard protects has changed");
        require(map().size() == here().oracle.size(),
                "size() is " + std::to_string(map().size()) + ", and " +
                    std::to_string(here().oracle.size()) + " is right");
        if (std::exchange(threw_, false))
            inspect(here());
    }

    // The map holds what the oracle does, and nothing else.
    void inspect(side_type &of) {
        const quiet now;
        std::size_t seen = 0;
        of.map->for_each([&](const key_type &key, const auto &...value) {
            ++seen;
            require_same(value_of<Elements>(value...), of.value(Elements::number(key)));
        });
        require(seen == of.oracle.size(), "for_each saw " + std::to_string(seen) + " of " +
                                              std::to_string(of.oracle.size()) + " elements");
        for (const auto &[key, value] : of.oracle) {
            const auto found = of.map->find(Elements::key(key));
            require(static_cast<bool>(found), "key " + std::to_string(key) + " is lost");
            require_same(value_in<Elements>(found), value);
        }
        const map_stats stats = of.map->stats();
        require(stats.live == of.oracle.size(), "stats().live is wrong");
        require(stats.capacity == of.map->capacity(), "stats().capacity is wrong");
        require(of.map->empty() == of.oracle.empty(), "empty() is wrong");
    }

    unsigned number_at(const void *at) const {
        if constexpr (is_set<Elements>)
            return Elements::number(*static_cast<const key_type *>(at));
        else
            return Elements::number(*static_cast<const typename Elements::mapped_type *>(at));
    }

private:
    unsigned last_value_ = 0;
    bool threw_ = false;
};

} // namespace ferry::fuzz
