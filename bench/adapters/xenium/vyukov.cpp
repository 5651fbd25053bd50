// SPDX-License-Identifier: BSL-1.0

// xenium's vyukov_hash_map: cache lines of three elements, with shared lines for what does not fit.
// Writers lock the line, readers do not. Numbers lie in the lines themselves; elements with a
// string in them, or with a value to be stored into, are nodes. Nothing in it replaces a value.
//
// In version 0.0.2 erasing an absent key follows a null pointer if elements are nodes. So only
// numbers can be erased, and strings are counted but not measured otherwise.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/in_place.hpp"
#include "adapters/xenium/reclaimer.hpp"

#include <xenium/vyukov_hash_map.hpp>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

namespace ferry::bench {

namespace {

template <class Key, class Stored>
class vyukov_base {
public:
    using thread_scope = no_thread_scope;

    // One line for each element expected: fewer would make it grow again.
    explicit vyukov_base(sizing size)
        : map_(size.from_empty ? default_capacity : std::max<std::size_t>(size.expected, 1)) {}

    // The map's own destructor leaks nodes.
    ~vyukov_base() {
        if constexpr (has_nodes) {
            std::vector<Key> keys;
            for_each([&keys](const Key &key) { keys.push_back(key); });
            for (const auto &key : keys)
                map_.erase(key);
        }
        xenium_maps::free_retired();
    }

    vyukov_base(const vyukov_base &) = delete;
    vyukov_base &operator=(const vyukov_base &) = delete;

    bool insert(const Key &key, const Stored &value) { return map_.emplace(key, value); }

    // The map does not count.
    std::size_t size() {
        std::size_t count = 0;
        for_each([&count](const Key &) { ++count; });
        return count;
    }

protected:
    using map =
        xenium::vyukov_hash_map<Key, Stored, xenium::policy::reclaimer<xenium_maps::reclaimer>,
                                xenium::policy::hash<fixed_hash<Key>>>;

    map map_;

private:
    static constexpr std::size_t default_capacity = 128;
    static constexpr bool has_nodes = !std::is_trivial_v<Key> || !std::is_trivial_v<Stored>;

    template <class Function>
    void for_each(Function f) {
        for (auto it = map_.begin(); it != map_.end(); ++it)
            f((*it).first);
    }
};

class vyukov_map : public vyukov_base<std::uint64_t, std::uint64_t> {
public:
    using vyukov_base::vyukov_base;

    std::optional<std::uint64_t> find(std::uint64_t key) {
        map::accessor present;
        return map_.try_get_value(key, present) ? std::optional(*present) : std::nullopt;
    }
    bool erase(std::uint64_t key) { return map_.erase(key); }
};

// A number that the map takes for a type of its user's: that gets a node, at which it lets him.
struct number {
    number(std::uint64_t v) : value(v) {}

    std::uint64_t value;
};

template <class Key>
class storing_vyukov_map : public vyukov_base<Key, number> {
public:
    using vyukov_base<Key, number>::vyukov_base;

    std::optional<std::uint64_t> find(const Key &key) {
        accessor present;
        return this->map_.try_get_value(key, present)
                   ? std::optional(load_in_place((*present).value))
                   : std::nullopt;
    }
    bool assign(const Key &key, std::uint64_t value) {
        return !change(key, value,
                       [value](std::uint64_t &present) { store_in_place(present, value); });
    }
    void add(const Key &key) { change(key, 1, add_one_in_place); }

private:
    using accessor = typename storing_vyukov_map::map::accessor;

    // false: absent, `first` was inserted.
    template <class Change>
    bool change(const Key &key, std::uint64_t first, Change f) {
        accessor present;
        while (!this->map_.try_get_value(key, present))
            if (this->insert(key, first))
                return false;
        f((*present).value);
        return true;
    }
};

} // namespace

map_entry vyukov_entry() {
    return {.name = "vyukov",
            .family = family::libraries,
            .note = "xenium's; one line of three places an element, for growth 128 lines; cannot "
                    "replace values; no strings, as erasing an absent one crashes (0.0.2)",
            .plain = form_of<vyukov_map>(),
            .storing = form_of<storing_vyukov_map<std::uint64_t>>(),
            .counting = make_counter<storing_vyukov_map<std::string>>};
}

} // namespace ferry::bench
