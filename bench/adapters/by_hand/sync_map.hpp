// SPDX-License-Identifier: BSL-1.0
#pragma once

// The algorithm of Go's sync.Map up to Go 1.23: for keys that are written once and read often.
//
//   read_  ──► keys ─────► entries ──► boxes     read by all, without the lock
//   dirty_ ──► keys, more ──┘                    by the holder of the lock alone
//
// The set of keys of the read map never changes; their values do, in the entries, which both maps
// share. New keys go into the dirty map. When looking there has cost as many misses as it has
// keys, it becomes the read map; the next new key makes another dirty map, by copying.
//
//   M1  The read map is replaced, and marked as amended, under the lock alone.
//   M2  There is a dirty map exactly when the read map is amended. It has then all keys of the read
//       map whose entries are not expunged, with the same entries, and perhaps others.
//   M3  Entries become expunged only while the dirty map is being made, and are never in it: so a
//       read map has such only as long as there is a dirty map.
//   M4  An entry that is in no map any more, nor will be, is retired: when a key is removed that
//       only the dirty map had, and, of the expunged ones, with the read map that had them.
//
// Progress: what finds its key in the read map is lock-free, loading is wait-free; all else waits
// for the lock. Memory that runs out while the maps are changed ends the program, as in Go.

#include "adapters/by_hand/sync_entry.hpp"
#include "adapters/by_hand/sync_table.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace ferry::bench::by_hand {

template <class Key, class Value, class Hash>
class sync_map {
public:
    sync_map() : read_(new table) {}

    ~sync_map() {
        table *read = read_.load(std::memory_order_relaxed); // relaxed: nobody else is left
        if (dirty_ != nullptr)
            for (const auto &[key, e] : dirty_->entries)
                if (read->find(key) == nullptr)
                    delete e;
        for (const auto &[key, e] : read->entries)
            delete e;
        delete read;
    }

    sync_map(const sync_map &) = delete;
    sync_map &operator=(const sync_map &) = delete;

    // Calls use(value) if the key is present. The value is protected as long as that runs.
    template <class Use>
    bool load(const Key &key, Use use) {
        const guard pin;
        const entry *e = look_up(pin, key, [&](table &dirty) { return dirty.find(key); });
        const box *found = e == nullptr ? nullptr : e->load();
        if (found == nullptr)
            return false;
        use(found->value);
        return true;
    }

    // Calls use(value) with the key's value, made from `first` if the key was absent: true then.
    template <class First, class Use>
    bool load_or_store(const Key &key, const First &first, Use use) {
        const guard pin;
        typename entry::loaded_or_stored result{nullptr, false};
        // acquire: the map and its entries
        if (entry *e = read_.load(std::memory_order_acquire)->find(key))
            result = e->try_load_or_store(first);
        if (result.actual == nullptr)
            result = load_or_store_locked(pin, key, first);
        use(result.actual->value);
        return result.stored;
    }

    // True: the key was absent.
    bool store(const Key &key, const Value &value) {
        const guard pin;
        auto fresh = std::make_unique<box>(value);
        box *old = nullptr;
        // acquire: the map and its entries
        entry *e = read_.load(std::memory_order_acquire)->find(key);
        if (e != nullptr && e->try_swap(fresh.get(), old))
            fresh.release();
        else
            old = swap_locked(key, std::move(fresh));
        if (old != nullptr)
            garbage_.retire(pin, *old, box_kind);
        return old == nullptr;
    }

    // True: the key was present.
    bool load_and_delete(const Key &key) {
        const guard pin;
        bool dirty_alone = false;
        entry *e = look_up(pin, key, [&](table &dirty) {
            entry *taken = dirty.take(key);
            dirty_alone = taken != nullptr;
            return taken;
        });
        if (e == nullptr)
            return false;
        box *old = e->remove();
        if (old != nullptr)
            garbage_.retire(pin, *old, box_kind);
        if (dirty_alone)
            garbage_.retire(pin, *e, entry_kind); // M4
        return old != nullptr;
    }

    // Not in Go's: how many there are, without making the dirty map the read map.
    std::size_t count() {
        const guard pin;
        const std::lock_guard lock(mutex_);
        const table *const read = locked_read();
        const auto &entries = read->is_amended() ? dirty_->entries : read->entries;
        return static_cast<std::size_t>(
            std::count_if(entries.begin(), entries.end(),
                          [](const auto &pair) { return pair.second->load() != nullptr; }));
    }

    // Frees what was deleted, as a run of Go's collector would.
    void collect() { garbage_.collect(); }

private:
    using entry = sync_entry<Key, Value>;
    using box = typename entry::box;
    using table = sync_table<Key, Value, Hash>;

    // ferry's kinds of garbage, by which it does not tell these apart.
    static constexpr auto box_kind = detail::retired_kind{1};
    static constexpr auto entry_kind = detail::retired_kind{2};
    static constexpr auto table_kind = detail::retired_kind{6};

    // What a promotion leaves, to be retired once the lock is released.
    struct outdated {
        table *read = nullptr;
        std::vector<entry *> expunged;
    };

    // The key's entry in the read map, else what in_dirty(dirty map) finds, under the lock.
    template <class InDirty>
    entry *look_up(const guard &pin, const Key &key, InDirty in_dirty) {
        table *read = read_.load(std::memory_order_acquire); // acquire: the map and its entries
        if (entry *e = read->find(key))
            return e;
        if (!read->is_amended()) // LP: find, erase (absent)
            return nullptr;
        outdated old;
        entry *e = nullptr;
        {
            const std::lock_guard lock(mutex_);
            // Again: the dirty map may have become the read map while we waited.
            e = locked_read()->find(key);
            if (e == nullptr && dirty_ != nullptr) {
                // LP: find, erase (absent); erase (the dirty map's alone)
                e = in_dirty(*dirty_);
                count_miss(old);
            }
        }
        retire(pin, old);
        return e;
    }

    template <class First>
    typename entry::loaded_or_stored load_or_store_locked(const guard &pin, const Key &key,
                                                          const First &first) {
        outdated old;
        typename entry::loaded_or_stored result{nullptr, false};
        {
            const std::lock_guard lock(mutex_);
            if (entry *known = find_to_store(key)) {
                result = known->try_load_or_store(first); // not expunged: it has an actual box
            } else if (entry *dirty = find_dirty(key)) {
                result = dirty->try_load_or_store(first);
                count_miss(old);
            } else {
                auto fresh = std::make_unique<box>(first);
                result = {fresh.get(), true};
                add_new(key, std::move(fresh));
            }
        }
        retire(pin, old);
        return result;
    }

    box *swap_locked(const Key &key, std::unique_ptr<box> fresh) {
        const std::lock_guard lock(mutex_);
        entry *e = find_to_store(key);
        if (e == nullptr)
            e = find_dirty(key);
        if (e != nullptr)
            return e->swap_locked(fresh.release());
        add_new(key, std::move(fresh));
        return nullptr;
    }

    // --- by the holder of the lock ---

    table *locked_read() const {
        return read_.load(std::memory_order_relaxed); // relaxed: M1
    }

    // The key's entry of the read map, which may be stored into.
    entry *find_to_store(const Key &key) noexcept {
        entry *e = locked_read()->find(key);
        if (e != nullptr && e->unexpunge_locked())
            dirty_->add(e); // there is one: M2, M3
        return e;
    }

    entry *find_dirty(const Key &key) const {
        return dirty_ == nullptr ? nullptr : dirty_->find(key);
    }

    // A key that is in neither map.
    void add_new(const Key &key, std::unique_ptr<box> first) noexcept {
        if (dirty_ == nullptr) {
            make_dirty();
            locked_read()->set_amended();
        }
        dirty_->add(new entry(key, std::move(first))); // LP: insert, assign (new key)
    }

    // Copies the read map, but for what was deleted.
    void make_dirty() noexcept {
        const auto &entries = locked_read()->entries;
        dirty_ = std::make_unique<table>();
        dirty_->entries.reserve(entries.size());
        for (const auto &[key, e] : entries) {
            if (e->try_expunge_locked())
                expunged_.push_back(e);
            else
                dirty_->entries.emplace(key, e);
        }
    }

    // When misses have cost as much as copying the dirty map will, it is worth that.
    void count_miss(outdated &old) noexcept {
        if (++misses_ >= dirty_->entries.size())
            promote(old);
    }

    // Makes the dirty map the read map.
    void promote(outdated &old) noexcept {
        // seq_cst: publishes the map and its entries; the old map, and with it the expunged
        // entries, is unlinked before their labels are read
        old.read = read_.exchange(dirty_.release(), std::memory_order_seq_cst);
        std::erase_if(expunged_, [](const entry *e) { return !e->is_expunged_locked(); });
        old.expunged = std::exchange(expunged_, {});
        misses_ = 0;
    }

    // --- the end of things ---

    void retire(const guard &pin, const outdated &old) noexcept {
        for (entry *e : old.expunged)
            garbage_.retire(pin, *e, entry_kind); // M4
        if (old.read != nullptr)
            garbage_.retire(pin, *old.read, table_kind);
    }

    static void free_item(detail::retired_item item) noexcept {
        collectable &object = collectable::of(item.link());
        switch (item.kind()) {
        case box_kind:
            delete static_cast<box *>(&object);
            break;
        case entry_kind:
            delete static_cast<entry *>(&object);
            break;
        default:
            delete static_cast<table *>(&object);
        }
    }

    alignas(128) std::atomic<table *> read_; // read by all: on lines of its own
    alignas(128) std::mutex mutex_;
    std::unique_ptr<table> dirty_;
    std::vector<entry *> expunged_; // those that the dirty map was made without
    std::size_t misses_ = 0;        // since the read map was replaced
    epoch_garbage garbage_{free_item};
};

} // namespace ferry::bench::by_hand
