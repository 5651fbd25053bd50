// SPDX-License-Identifier: BSL-1.0
#pragma once

// Two maps, guards of their domains, what is to fail, and what must hold after each operation.

#include "bytes.hpp"
#include "failures.hpp"
#include "side.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace ferry::fuzz {

template <class Elements>
class world {
public:
    using side_type = side<Elements>;
    using map_type = typename side_type::map_type;
    using handle = typename side_type::handle;
    using owned_handle = typename side_type::owned_handle;
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
    template <class Guard>
    struct pinned {
        Guard under;
        epoch_domain *domain;
        std::vector<sighting> seen;
    };

    // A pass of erase_if that is divided into calls. Other operations come between them.
    struct pass {
        scan_position at;
        unsigned which = 0;
        unsigned serial = 0;                        // of the contents where it began
        std::unordered_map<unsigned, unsigned> due; // what was there then, and is to go
    };

    explicit world(bytes &from) : in(from) {}

    bytes &in;
    epoch_domain own_domain;
    side_type sides[2];
    unsigned present = 0;
    std::vector<pinned<guard>> guards;
    std::vector<pinned<owned_guard>> owned_guards;
    std::optional<pass> divided;
    const char *operation = "";
    unsigned fails_at = 0; // which point of the next operation throws, from 1 on; 0: none
    unsigned memory_for = failing::no_limit; // requests for memory that succeed in it
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

    // The map's call, with what is to fail. False: it threw that. Anything else that it throws goes
    // on to the caller.
    template <class Call>
    bool returns(Call &&call) {
        const unsigned point = std::exchange(fails_at, 0);
        const unsigned requests = std::exchange(memory_for, failing::no_limit);
        bool returned = false;
        try {
            const failing now(point, requests);
            call();
            returned = true;
        } catch (const test::injected &) {
        } catch (const std::bad_alloc &) {
        }
        if (!returned) {
            tell([] { return std::string("    threw"); });
            ++failures;
            require(point != 0 || requests != failing::no_limit, "it threw, and nothing failed");
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

    // What the map has, without a failure.
    std::optional<unsigned> look(unsigned key) {
        const quiet now;
        const auto found = map().find(Elements::key(key));
        return found ? std::optional(value_in<Elements>(found)) : std::nullopt;
    }

    // Drops the erased keys, and frees what nobody holds back, without a failure.
    void sweep_and_reclaim() {
        const quiet now;
        map().shrink_to_fit();
        here().reserved = 0;
        reclaim_all();
    }
    void reclaim_all() {
        const quiet now;
        map().reclaim();
        map().reclaim();
    }

    // --- what is held ---

    void hold(handle &&at, unsigned key, unsigned value) {
        keep(here().handles, {std::move(at), key, value});
    }
    void hold_owned(owned_handle &&at, unsigned key, unsigned value) {
        keep(here().owned_handles, {std::move(at), key, value});
    }

    // Of this thread: guards and handles that are owned pin no thread.
    std::size_t pins(const epoch_domain *domain) const {
        std::size_t count = 0;
        if (!is_flat<Elements>)
            for (const side_type &each : sides)
                count += each.domain == domain ? each.handles.size() : 0;
        for (const auto &each : guards)
            count += each.domain == domain;
        return count;
    }
    // Whether reclamation is held back, by whatever pin.
    bool held_back(const epoch_domain *domain) const {
        const auto is_here = [&](const auto &each) { return each.domain == domain; };
        return pins(domain) != 0 ||
               std::any_of(owned_guards.begin(), owned_guards.end(), is_here) ||
               (!is_flat<Elements> &&
                std::any_of(std::begin(sides), std::end(sides), [&](const side_type &each) {
                    return is_here(each) && !each.owned_handles.empty();
                }));
    }

    // The contents with this number are about to go.
    void forget(unsigned serial) {
        const auto forget_in = [&](auto &all) {
            for (auto &each : all)
                std::erase_if(each.seen, [&](const sighting &s) { return s.serial == serial; });
        };
        forget_in(guards);
        forget_in(owned_guards);
    }

    // --- checks ---

    void check_after_operation() {
        for (const side_type &each : sides) {
            check_held(each.handles, "what a handle holds has changed");
            check_held(each.owned_handles, "what an owned handle holds has changed");
        }
        check_seen(guards, "what a guard protects has changed");
        check_seen(owned_guards, "what an owned guard protects has changed");
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
    template <class Held>
    static void keep(std::vector<Held> &all, Held &&one) {
        constexpr std::size_t most = 12;
        if (all.size() == most)
            all.erase(all.begin());
        all.push_back(std::move(one));
    }

    template <class Held>
    void check_held(const std::vector<Held> &all, const char *sentence) const {
        for (const Held &held : all)
            require(held.at && Elements::number(held.at.key()) == held.key &&
                        value_in<Elements>(held.at) == held.value,
                    sentence);
    }
    template <class Pinned>
    void check_seen(const std::vector<Pinned> &all, const char *sentence) const {
        for (const Pinned &each : all)
            for (const sighting &seen : each.seen)
                require(number_at(seen.at) == seen.number, sentence);
    }

    unsigned last_value_ = 0;
    bool threw_ = false;
};

} // namespace ferry::fuzz
