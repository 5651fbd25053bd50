// SPDX-License-Identifier: BSL-1.0

// Copy-on-write snapshots: for maps that are read always and written hardly ever.

#include "adapters/by_hand/snapshot.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/number.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace ferry::bench {

namespace {

using by_hand::snapshot_map;

// The snapshots share the numbers: only a new key copies the map.
template <class Key>
class snapshot_of_numbers {
public:
    using thread_scope = no_thread_scope;
    using is_slow = void;

    explicit snapshot_of_numbers(sizing size) : map_(size) {}

    std::optional<std::uint64_t> find(const Key &key) {
        const auto found = map_.find(key);
        return found ? std::optional((*found)->load()) : std::nullopt;
    }
    bool insert(const Key &key, std::uint64_t value) {
        return map_.insert_made(key, [this, value] { return &numbers_.emplace_back(value); });
    }
    bool assign(const Key &key, std::uint64_t value) {
        for (;;) {
            if (const auto found = map_.find(key)) {
                (*found)->store(value);
                return false;
            }
            if (insert(key, value))
                return true;
        }
    }
    void add(const Key &key) {
        for (;;) {
            if (const auto found = map_.find(key))
                return (*found)->add_one();
            if (insert(key, 1))
                return;
        }
    }
    void load(const Key &key, std::uint64_t value) {
        map_.load(key, &numbers_.emplace_back(value));
    }
    std::size_t size() { return map_.size(); }

private:
    std::deque<number> numbers_; // changed under the writers' lock; they stay where they are
    snapshot_map<Key, const number *> map_;
};

} // namespace

map_entry snapshot_entry() {
    return entry_of<snapshot_map, snapshot_of_numbers>(
        family::by_hand, "snapshot",
        "each write copies the map; readers share it by std::atomic<std::shared_ptr>, "
        "which libstdc++ locks for a moment");
}

} // namespace ferry::bench
