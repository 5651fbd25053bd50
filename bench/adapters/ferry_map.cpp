// SPDX-License-Identifier: BSL-1.0

// ferry::concurrent_map as a program gets it: default capacity, default options.

#include "adapters/catalogue.hpp"
#include "adapters/concept.hpp"
#include "adapters/hash.hpp"
#include "runner/subject_of.hpp"

#include <ferry/concurrent_map.hpp>

#include <atomic>
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

// A value that can be stored into: what a ferry user writes who wants to change values in place.
class mutable_number {
public:
    explicit mutable_number(std::uint64_t value) : value_(value) {}

    // acquire and release: what a map gives that publishes its values.
    std::uint64_t load() const { return value_.load(std::memory_order_acquire); }
    void store(std::uint64_t value) const { value_.store(value, std::memory_order_release); }

private:
    mutable std::atomic<std::uint64_t> value_;
};

template <class Key>
class storing_ferry_map {
public:
    using thread_scope = no_thread_scope;

    explicit storing_ferry_map(sizing) {}

    std::optional<std::uint64_t> find(const Key &key) {
        std::optional<std::uint64_t> value;
        map_.visit(key, [&value](const mutable_number &n) { value = n.load(); });
        return value;
    }
    bool insert(const Key &key, std::uint64_t value) { return map_.try_emplace(key, value); }
    bool assign(const Key &key, std::uint64_t value) {
        for (;;) {
            if (map_.visit(key, [value](const mutable_number &n) { n.store(value); }))
                return false;
            if (insert(key, value))
                return true;
        }
    }
    bool erase(const Key &key) { return map_.erase(key) != 0; }
    std::size_t size() { return map_.size(); }

private:
    ferry::concurrent_map<Key, mutable_number, fixed_hash<Key>> map_;
};

} // namespace

map_entry ferry_entry() {
    const form of_numbers{make_subject<ferry_map<std::uint64_t>, std::uint64_t>,
                          make_subject<ferry_map<std::string>, std::string>};
    return {.name = "ferry",
            .family = "ferry",
            .note = "default capacity",
            .plain = of_numbers,
            .replacing = of_numbers,
            .storing = {make_subject<storing_ferry_map<std::uint64_t>, std::uint64_t>,
                        make_subject<storing_ferry_map<std::string>, std::string>}};
}

} // namespace ferry::bench
