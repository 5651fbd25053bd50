// SPDX-License-Identifier: BSL-1.0

// ferry's maps as a program gets them: default capacity, default options. And, on request,
// with options, to see what they change.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/number.hpp"

#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/inline_string.hpp>

#include <string>

namespace ferry::bench {

namespace {

enum class told { nothing, its_size, to_use_huge_pages };

// `Map`: a type of map, constructed from options.
template <class Map, told What>
class ferry_map {
    using Key = typename Map::key_type;
    using Value = typename Map::mapped_type;

public:
    using thread_scope = no_thread_scope;

    explicit ferry_map(sizing size) : map_(options_for(size), typename Map::hasher(fixed_seed)) {}

    std::optional<Value> find(const Key &key) { return map_.get(key); }
    bool insert(const Key &key, const Value &value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, const Value &value) { return map_.insert_or_assign(key, value); }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }
    void shrink() {
        map_.shrink_to_fit();
        map_.reclaim();
    }

private:
    static ferry::options options_for(sizing size) {
        return {.capacity = What == told::its_size ? size.expected : 0,
                .huge_pages = What == told::to_use_huge_pages};
    }

    Map map_;
};

template <class Key, class Value>
using usual_ferry_map = ferry_map<ferry::concurrent_map<Key, Value>, told::nothing>;
template <class Key, class Value>
using reserved_ferry_map = ferry_map<ferry::concurrent_map<Key, Value>, told::its_size>;
// Keys are given as std::string, whatever the map keeps.
template <class, class Value>
using strings_ferry_map =
    ferry_map<ferry::concurrent_map<ferry::inline_string, Value>, told::nothing>;
template <class Key, class Value>
using huge_ferry_map = ferry_map<ferry::concurrent_map<Key, Value>, told::to_use_huge_pages>;

template <told What>
using ferry_flat_map = ferry_map<ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>, What>;

// Values are changed in place, so one form does for each way to change them.
template <told What>
map_entry flat_entry(const char *name, const char *note) {
    const form any = form_of<ferry_flat_map<What>>();
    return {.name = name,
            .family = family::ferry,
            .note = note,
            .plain = any,
            .replacing = any,
            .storing = any,
            .counting = nullptr,
            .replaying = nullptr};
}

// `Kept`: the Key that the map has for keys of that type.
template <class Key, class Kept = Key>
class storing_ferry_map {
public:
    using thread_scope = no_thread_scope;

    explicit storing_ferry_map(sizing) {}

    std::optional<std::uint64_t> find(const Key &key) {
        std::optional<std::uint64_t> value;
        map_.visit(key, [&value](const number &n) { value = n.load(); });
        return value;
    }
    bool insert(const Key &key, std::uint64_t value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, std::uint64_t value) {
        for (;;) {
            if (map_.visit(key, [value](const number &n) { n.store(value); }))
                return false;
            if (insert(key, value))
                return true;
        }
    }
    void add(const Key &key) {
        const auto add_one = [](const number &n) { n.add_one(); };
        while (!map_.visit(key, add_one))
            if (insert(key, 1))
                return;
    }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }

private:
    ferry::concurrent_map<Kept, number, fixed_hash<Kept>> map_;
};

template <class Key>
using plain_storing_ferry_map = storing_ferry_map<Key>;

} // namespace

map_entry ferry_entry() {
    return entry_of<usual_ferry_map, plain_storing_ferry_map>(family::ferry, "ferry",
                                                              "default capacity");
}

map_entry ferry_strings_entry() {
    form strings;
    strings.string =
        make_subject<strings_ferry_map<std::string, std::uint64_t>, std::string, std::uint64_t>;
    strings.string_64 =
        make_subject<strings_ferry_map<std::string, wide_value>, std::string, wide_value>;
    strings.erases = true;
    return {.name = "ferry-strings",
            .family = family::ferry,
            .note = "concurrent_map of inline_string, default capacity",
            .plain = strings,
            .replacing = strings,
            .storing = {},
            .counting = make_counter<storing_ferry_map<std::string, ferry::inline_string>>,
            .replaying = make_player<strings_ferry_map<std::string, std::string>>};
}

map_entry ferry_flat_entry() {
    return flat_entry<told::nothing>("ferry-flat",
                                     "concurrent_flat_map, default capacity, ferry's hash");
}

map_entry ferry_flat_reserved_entry() {
    auto entry = flat_entry<told::its_size>(
        "ferry-flat-reserved",
        "concurrent_flat_map, its final size from the start, also in growth");
    entry.on_request = true;
    return entry;
}

map_entry ferry_reserved_entry() {
    auto entry = replacing_entry<reserved_ferry_map>(
        family::ferry, "ferry-reserved", "its final size from the start, also in growth");
    entry.on_request = true;
    return entry;
}

map_entry ferry_huge_entry() {
    auto entry = replacing_entry<huge_ferry_map>(family::ferry, "ferry-huge",
                                                 "default capacity, options::huge_pages");
    entry.on_request = true;
    return entry;
}

} // namespace ferry::bench
