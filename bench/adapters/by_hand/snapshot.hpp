// SPDX-License-Identifier: BSL-1.0
#pragma once

// Copy on write: a published map never changes. Who changes something copies the whole map and
// publishes the copy; readers keep the snapshot they have as long as they look at it, and whoever
// lets go of it last frees it.
//
//   S1  A map that was published is not written to any more, but for load(), when nobody else is
//       there.
//   S2  Only the holder of the writers' lock publishes, so that no change is lost and no copy is
//       made in vain.

#include "adapters/by_hand/locked_map.hpp"
#include "maps/concept.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace ferry::bench::by_hand {

template <class Key, class Value>
class snapshot_map {
public:
    using thread_scope = no_thread_scope;
    using is_slow = void;

    explicit snapshot_map(sizing size) {
        auto first = std::make_shared<contents>();
        if (!size.from_empty)
            first->reserve(size.expected);
        publish(std::move(first));
    }

    std::optional<Value> find(const Key &key) {
        const snapshot now = current();
        const auto it = now->find(key);
        return it == now->end() ? std::nullopt : std::optional(it->second);
    }

    bool insert(const Key &key, const Value &value) {
        return insert_made(key, [&value] { return value; });
    }
    // make() is called, by one thread at a time, if the key is absent.
    template <class Make>
    bool insert_made(const Key &key, Make make) {
        const std::lock_guard lock(writers_);
        const snapshot now = current();
        if (now->contains(key))
            return false;
        auto next = std::make_shared<contents>(*now);
        next->try_emplace(key, make());
        publish(std::move(next));
        return true;
    }
    bool assign(const Key &key, const Value &value) {
        const std::lock_guard lock(writers_);
        auto next = std::make_shared<contents>(*current());
        const bool inserted = next->insert_or_assign(key, value).second;
        publish(std::move(next));
        return inserted;
    }
    bool erase(const Key &key) {
        const std::lock_guard lock(writers_);
        const snapshot now = current();
        if (!now->contains(key))
            return false;
        auto next = std::make_shared<contents>(*now);
        next->erase(key);
        publish(std::move(next));
        return true;
    }
    // While nobody else uses the map.
    void load(const Key &key, const Value &value) { current()->try_emplace(key, value); }
    void shrink() { current()->rehash(0); }

    std::size_t size() { return current()->size(); }

private:
    using contents = plain_map<Key, Value>;
    using snapshot = std::shared_ptr<contents>;

    // The present map. A compare-exchange with null, which is never there, reads what load() would:
    // libstdc++'s load() lets go of the pointer's inner lock with a relaxed operation, so that its
    // read and the next writer's change of the pointer would be a data race.
    snapshot current() {
        snapshot now;
        // Failure: always; it copies the pointer.
        // LP: find; insert (present), erase (absent). seq_cst: the contents; and, as what the inner
        // lock is released with, that our read comes before the next change
        current_.compare_exchange_strong(now, nullptr, std::memory_order_seq_cst,
                                         std::memory_order_seq_cst);
        return now;
    }

    void publish(snapshot next) {
        // LP: insert, assign, erase. release: the contents
        current_.store(std::move(next), std::memory_order_release);
    }

    std::mutex writers_;
    std::atomic<snapshot> current_;
};

} // namespace ferry::bench::by_hand
