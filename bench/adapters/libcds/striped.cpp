// SPDX-License-Identifier: BSL-1.0

// StripedMap: an array of ordered lists, and mutexes for so many of them each. It doubles the array
// when there is more than one element a list, and keeps the mutexes it began with. As in libcds'
// own stress tests it begins with one mutex for every 16 elements expected, or, to be measured
// growing, with its default of 16 mutexes.

#include "adapters/entries.hpp"
#include "adapters/hash.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cds/container/striped_map.h>
#include <cds/container/striped_map/std_list.h>

#include "adapters/entry.hpp"
#include "adapters/libcds/locking.hpp"

#include <list>

namespace ferry::bench {

namespace {

template <class Key, class Value>
struct striped {
    using map = cds::container::StripedMap<
        std::list<std::pair<const Key, Value>>, cds::opt::hash<fixed_hash<Key>>,
        cds::opt::compare<libcds::compare>,
        cds::opt::resizing_policy<cds::container::striped_set::load_factor_resizing<1>>,
        cds::opt::item_counter<cds::atomicity::cache_friendly_item_counter>>;

    static std::unique_ptr<map> make(sizing size) {
        constexpr std::size_t elements_per_mutex = 16;
        return size.from_empty ? std::make_unique<map>()
                               : std::make_unique<map>(size.expected / elements_per_mutex);
    }
    static bool insert(map &m, const Key &key, const Value &value) { return m.insert(key, value); }
    template <class Change>
    static bool update(map &m, const Key &key, const Value &first, Change change) {
        const auto set = [&](bool is_new, auto &item) {
            if (is_new)
                item.second = first;
            else
                change(item.second);
        };
        return m.update(key, set).second;
    }
};

template <class Key, class Value>
using striped_map = libcds::locking_adapter<Key, Value, striped<Key, Value>>;

} // namespace

map_entry striped_entry() {
    return entry_of<striped_map>(
        family::libcds, "striped",
        "readers lock too; one mutex for 16 elements, for growth 16 mutexes; one "
        "element a list");
}

} // namespace ferry::bench
