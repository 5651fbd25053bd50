// SPDX-License-Identifier: BSL-1.0

// Concurrency Kit's ck_hs: a table of pointers to elements, with open addressing, for one writer
// and any number of readers. So writers take turns with a mutex, and readers run beside them, under
// epochs. The writer who finds the table full moves it to one twice as large.
//
// Not ck_ht, which can hold numbers without nodes, but not all: two keys are taken by itself.

#include "adapters/ck/epoch.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/in_place.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <type_traits>

namespace ferry::bench {

namespace {

// The memory of tables. One that readers may be in is freed by the epochs, for which there is room
// in front of it.
class table_memory {
public:
    static void *allocate(std::size_t size) {
        auto *const start = static_cast<header *>(std::malloc(sizeof(header) + size));
        return start == nullptr ? nullptr : start + 1;
    }
    static void free(void *table, std::size_t, bool may_be_read) {
        header *const start = static_cast<header *>(table) - 1;
        if (may_be_read)
            ck::defer(&start->entry, [](ck_epoch_entry_t *entry) { std::free(entry); });
        else
            std::free(start);
    }

private:
    struct alignas(std::max_align_t) header {
        ck_epoch_entry_t entry;
    };
};

ck_malloc table_allocator{table_memory::allocate, nullptr, table_memory::free};

// StoresInPlace: assign stores into the value; else it puts a new node in the place of the old one.
template <class Key, class Value, bool StoresInPlace = false>
class ck_map {
public:
    using thread_scope = ck::epoch_thread;

    explicit ck_map(sizing size) {
        // Deletions are expected: they leave marks in the table which the hint keeps from
        // mattering.
        constexpr unsigned mode = CK_HS_MODE_SPMC | CK_HS_MODE_OBJECT | CK_HS_MODE_DELETE;
        if (!ck_hs_init(&set_, mode, hash_of, equal, &table_allocator,
                        size.from_empty ? 1 : size.expected, 0))
            throw std::bad_alloc();
    }

    ~ck_map() {
        ck_hs_iterator_t it;
        ck_hs_iterator_init(&it);
        void *key;
        while (ck_hs_next(&set_, &it, &key))
            delete node_of(key);
        ck_hs_destroy(&set_);
    }

    ck_map(const ck_map &) = delete;
    ck_map &operator=(const ck_map &) = delete;

    std::optional<Value> find(const Key &key) {
        const ck::reading now;
        node *const found = look_up(key);
        return found == nullptr ? std::nullopt : std::optional(load_in_place(found->value));
    }
    bool insert(const Key &key, const Value &value) {
        auto fresh = std::make_unique<node>(node{key, value, {}});
        {
            const std::lock_guard writing(mutex_);
            if (!ck_hs_put(&set_, hash_of(&key, 0), &fresh->key))
                return false;
        }
        fresh.release();
        return true;
    }
    bool assign(const Key &key, const Value &value) requires(!StoresInPlace) {
        auto fresh = std::make_unique<node>(node{key, value, {}});
        void *previous = nullptr;
        {
            const std::lock_guard writing(mutex_);
            if (!ck_hs_set(&set_, hash_of(&key, 0), &fresh->key, &previous))
                throw std::bad_alloc();
        }
        fresh.release();
        if (previous != nullptr)
            retire(node_of(previous));
        return previous == nullptr;
    }
    bool assign(const Key &key, const Value &value) requires StoresInPlace {
        return !change(key, value, [value](Value &present) { store_in_place(present, value); });
    }
    void add(const Key &key) requires StoresInPlace { change(key, 1, add_one_in_place); }
    bool erase(const Key &key) {
        void *removed;
        {
            const std::lock_guard writing(mutex_);
            removed = ck_hs_remove(&set_, hash_of(&key, 0), &key);
        }
        if (removed != nullptr)
            retire(node_of(removed));
        return removed != nullptr;
    }
    std::size_t size() {
        const std::lock_guard writing(mutex_);
        return ck_hs_count(&set_);
    }

private:
    // The table points to keys, so that one can be looked for where it is.
    struct node {
        Key key;
        Value value;
        ck_epoch_entry_t retired;
    };
    static_assert(std::is_standard_layout_v<node>);

    static node *node_of(void *key) { return static_cast<node *>(key); }

    static unsigned long hash_of(const void *key, unsigned long) {
        return fixed_hash<Key>()(*static_cast<const Key *>(key));
    }
    static bool equal(const void *a, const void *b) {
        return *static_cast<const Key *>(a) == *static_cast<const Key *>(b);
    }

    node *look_up(const Key &key) { return node_of(ck_hs_get(&set_, hash_of(&key, 0), &key)); }

    // false: absent, `first` was inserted.
    template <class Change>
    bool change(const Key &key, const Value &first, Change f) {
        for (;;) {
            {
                const ck::reading now;
                if (node *const present = look_up(key)) {
                    f(present->value);
                    return true;
                }
            }
            if (insert(key, first))
                return false;
        }
    }

    static void retire(node *old) {
        ck::defer(&old->retired, [](ck_epoch_entry_t *entry) {
            delete reinterpret_cast<node *>(reinterpret_cast<std::byte *>(entry) -
                                            offsetof(node, retired));
        });
    }

    ck_hs_t set_;
    alignas(128) std::mutex mutex_; // not on a line that readers read
};

template <class Key, class Value>
using replacing_ck_map = ck_map<Key, Value>;
template <class Key>
using storing_ck_map = ck_map<Key, std::uint64_t, true>;

} // namespace

map_entry ck_entry() {
    return entry_of<replacing_ck_map, storing_ck_map>(
        family::libraries, "ck-hs",
        "Concurrency Kit's; one writer at a time, here by a mutex; readers run beside it");
}

} // namespace ferry::bench
