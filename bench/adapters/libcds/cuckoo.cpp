// SPDX-License-Identifier: BSL-1.0

// CuckooMap: two tables, in each of which an element has one set of four places where it may be. A
// reader locks both sets. It grows when it finds no place for an element; it is told a size at
// which the expected elements fill half of the places, or, to be measured growing, starts with its
// default of 16 sets a table.

#include "adapters/entries.hpp"
#include "adapters/hash.hpp"
#include "adapters/libcds/runtime.hpp"

#include <cstring> // libcds needs it and does not include it
// not sorted into the above
#include <cds/container/cuckoo_map.h>

#include "adapters/entry.hpp"
#include "adapters/libcds/locking.hpp"

#include <cstdint>

namespace ferry::bench {

namespace {

// The common hash mixed once more (the finalizer of MurmurHash3), so that elements that share a
// set in one table do not share one in the other.
template <class Key>
struct second_hash {
    std::size_t operator()(const Key &key) const {
        std::uint64_t h = first(key);
        h = (h ^ (h >> 33)) * 0xff51'afd7'ed55'8ccdu;
        h = (h ^ (h >> 33)) * 0xc4ce'b9fe'1a85'ec53u;
        return h ^ (h >> 33);
    }

    fixed_hash<Key> first;
};

constexpr unsigned places = 4;

template <class Key>
struct cuckoo_traits : cds::container::cuckoo::traits {
    using hash = cds::opt::hash_tuple<fixed_hash<Key>, second_hash<Key>>;
    using compare = libcds::compare;
    using probeset_type = cds::container::cuckoo::vector<places>;
    using item_counter = cds::atomicity::cache_friendly_item_counter;
    static const bool store_hash = true;
};

template <class Key, class Value>
struct cuckoo {
    using map = cds::container::CuckooMap<Key, Value, cuckoo_traits<Key>>;

    static std::unique_ptr<map> make(sizing size) {
        constexpr unsigned default_threshold = 0;
        return size.from_empty
                   ? std::make_unique<map>()
                   : std::make_unique<map>(size.expected / places, places, default_threshold);
    }
    static bool insert(map &m, const Key &key, const Value &value) { return m.emplace(key, value); }
    // Not its own update(), which makes a node before it looks.
    template <class Change>
    static bool update(map &m, const Key &key, const Value &first, Change change) {
        for (;;) {
            if (m.find(key, [&](auto &item) { change(item.second); }))
                return false;
            if (insert(m, key, first))
                return true;
        }
    }
};

template <class Key, class Value>
using cuckoo_map = libcds::locking_adapter<Key, Value, cuckoo<Key, Value>>;

} // namespace

map_entry cuckoo_entry() {
    return entry_of<cuckoo_map>(
        family::libcds, "cuckoo",
        "readers lock too, both places where a key may be; hashes each key twice");
}

} // namespace ferry::bench
