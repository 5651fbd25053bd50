// SPDX-License-Identifier: BSL-1.0

// The fixed table: for keys that are known in number and stay.

#include "adapters/by_hand/fixed_table.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/number.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ferry::bench {

namespace {

template <class Key, class Value>
class fixed_map {
public:
    using thread_scope = no_thread_scope;

    explicit fixed_map(sizing size) : table_(size.expected) {}

    std::optional<Value> find(const Key &key) {
        const Value *found = table_.find(key);
        return found == nullptr ? std::nullopt : std::optional(*found);
    }
    bool insert(const Key &key, const Value &value) {
        return table_.try_emplace(key, value).second;
    }
    std::size_t size() { return table_.size(); }

private:
    by_hand::fixed_table<Key, Value, fixed_hash<Key>> table_;
};

template <class Key>
class fixed_map_of_numbers {
public:
    using thread_scope = no_thread_scope;

    explicit fixed_map_of_numbers(sizing size) : table_(size.expected) {}

    std::optional<std::uint64_t> find(const Key &key) {
        const number *found = table_.find(key);
        return found == nullptr ? std::nullopt : std::optional(found->load());
    }
    bool insert(const Key &key, std::uint64_t value) {
        return table_.try_emplace(key, value).second;
    }
    bool assign(const Key &key, std::uint64_t value) {
        const auto [present, inserted] = table_.try_emplace(key, value);
        if (!inserted)
            present->store(value);
        return inserted;
    }
    void add(const Key &key) {
        const auto [present, inserted] = table_.try_emplace(key, std::uint64_t{1});
        if (!inserted)
            present->add_one();
    }
    std::size_t size() { return table_.size(); }

private:
    by_hand::fixed_table<Key, number, fixed_hash<Key>> table_;
};

} // namespace

map_entry fixed_table_entry() {
    return {.name = "fixed-table",
            .family = family::by_hand,
            .note = "given two slots for each element from the start, also in growth, as it cannot "
                    "grow; cannot erase or replace",
            .plain = form_of_all<fixed_map>(),
            .storing = form_of<fixed_map_of_numbers<std::uint64_t>>(),
            .counting = make_counter<fixed_map_of_numbers<std::string>>};
}

} // namespace ferry::bench
