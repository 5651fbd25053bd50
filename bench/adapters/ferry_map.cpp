// SPDX-License-Identifier: BSL-1.0

// ferry::concurrent_map as a program gets it: default capacity, default options. Assigning replaces
// the value by a new one, which is what insert_or_assign means for any type of value.

#include "adapters/catalogue.hpp"
#include "adapters/concept.hpp"
#include "adapters/hash.hpp"
#include "runner/subject_of.hpp"

#include <ferry/concurrent_map.hpp>

#include <functional>
#include <string>

namespace ferry::bench {

namespace {

template <class Key>
class ferry_map {
public:
    using thread_scope = no_thread_scope;

    explicit ferry_map(sizing) {}

    std::optional<std::uint64_t> find(const Key &key) { return map_.get(key); }
    bool insert(const Key &key, std::uint64_t value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, std::uint64_t value) { return map_.insert_or_assign(key, value); }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }

private:
    ferry::concurrent_map<Key, std::uint64_t, fixed_hash<Key>> map_;
};

} // namespace

map_entry ferry_entry() {
    return {.name = "ferry",
            .family = "ferry",
            .note = "default capacity; assign replaces the value",
            .integers = make_subject<ferry_map<std::uint64_t>, std::uint64_t>,
            .paths = make_subject<ferry_map<std::string>, std::string>};
}

} // namespace ferry::bench
