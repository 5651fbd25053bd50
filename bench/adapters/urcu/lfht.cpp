// SPDX-License-Identifier: BSL-1.0

// The hash table of liburcu (cds_lfht): a lock-free list in the order of the reversed hashes, with
// a table of shortcuts into it that a thread of the library makes larger and smaller. What is taken
// out of it is freed through call_rcu, by another thread of the library. Readers need no fence: the
// flavour that makes writers wait instead, with its read side compiled in.
//
// In version 0.13.2 the table may stop growing: who asks for it first wakes the thread and then
// notes that it is busy. If the thread is done by then, it stays noted, and is never woken again;
// lists get long and growth may not end.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/in_place.hpp"

#define _LGPL_SOURCE // the read side inline: what liburcu offers to sources under a free licence
#include <urcu/urcu-memb.h>
// the flavour before the table
#include <urcu/rculfhash.h>

#include <bit>
#include <memory>
#include <new>
#include <string>

namespace ferry::bench {

namespace {

// The calling thread is known to RCU as long as it has one of these.
class rcu_thread {
public:
    rcu_thread() {
        if (registrations_++ == 0)
            urcu_memb_register_thread();
    }
    ~rcu_thread() {
        if (--registrations_ == 0)
            urcu_memb_unregister_thread();
    }
    rcu_thread(const rcu_thread &) = delete;
    rcu_thread &operator=(const rcu_thread &) = delete;

private:
    static inline thread_local unsigned registrations_ = 0;
};

// Nothing that can be found now is freed before this ends.
class reading {
public:
    reading() { urcu_memb_read_lock(); }
    ~reading() { urcu_memb_read_unlock(); }
    reading(const reading &) = delete;
    reading &operator=(const reading &) = delete;
};

// StoresInPlace: assign stores into the value; else it puts a new node in the place of the old one.
template <class Key, class Value, bool StoresInPlace = false>
class lfht_map {
public:
    using thread_scope = rcu_thread;

    explicit lfht_map(sizing size)
        : table_(cds_lfht_new_flavor(size.from_empty ? 1 : std::bit_ceil(size.expected), 1, 0,
                                     CDS_LFHT_AUTO_RESIZE | CDS_LFHT_ACCOUNTING, &urcu_memb_flavor,
                                     nullptr)) {
        if (table_ == nullptr)
            throw std::bad_alloc();
    }

    // The table must be empty, and the thread that resizes it may still read what was in it: all
    // nodes go the way of erased ones, and this waits until they are gone.
    ~lfht_map() {
        const rcu_thread registered;
        {
            const reading now;
            cds_lfht_iter it;
            cds_lfht_node *found;
            cds_lfht_for_each(table_, &it, found) remove(found);
        }
        urcu_memb_barrier();
        cds_lfht_destroy(table_, nullptr);
    }

    lfht_map(const lfht_map &) = delete;
    lfht_map &operator=(const lfht_map &) = delete;

    std::optional<Value> find(const Key &key) {
        const reading now;
        node *const found = look_up(key);
        return found == nullptr ? std::nullopt : std::optional(load_in_place(found->value));
    }
    bool insert(const Key &key, const Value &value) {
        const reading now;
        return add_or_find(key, value) == nullptr;
    }
    bool assign(const Key &key, const Value &value) requires(!StoresInPlace) {
        auto fresh = std::make_unique<node>(key, value);
        const reading now;
        cds_lfht_node *const old =
            cds_lfht_add_replace(table_, hash_(key), matches, &key, fresh.release());
        if (old != nullptr)
            retire(old);
        return old == nullptr;
    }
    bool assign(const Key &key, const Value &value) requires StoresInPlace {
        const reading now;
        node *const present = find_or_add(key, value);
        if (present != nullptr)
            store_in_place(present->value, value);
        return present == nullptr;
    }
    void add(const Key &key) requires StoresInPlace {
        const reading now;
        if (node *const present = find_or_add(key, 1))
            add_one_in_place(present->value);
    }
    bool erase(const Key &key) {
        const reading now;
        node *const found = look_up(key);
        return found != nullptr && remove(found);
    }
    std::size_t size() {
        const rcu_thread registered;
        const reading now;
        long before;
        unsigned long count;
        long after;
        cds_lfht_count_nodes(table_, &before, &count, &after);
        return count;
    }
    void shrink() {
        cds_lfht_resize(table_, std::bit_ceil(size()));
        urcu_memb_barrier();
    }

private:
    struct node : cds_lfht_node, rcu_head {
        node(const Key &k, const Value &v) : cds_lfht_node{}, rcu_head{}, key(k), value(v) {}

        Key key;
        Value value;
    };

    static int matches(cds_lfht_node *candidate, const void *key) {
        return static_cast<node *>(candidate)->key == *static_cast<const Key *>(key);
    }

    node *look_up(const Key &key) {
        cds_lfht_iter it;
        cds_lfht_lookup(table_, hash_(key), matches, &key, &it);
        return static_cast<node *>(cds_lfht_iter_get_node(&it));
    }
    // Null: absent, it was added.
    node *add_or_find(const Key &key, const Value &value) {
        auto fresh = std::make_unique<node>(key, value);
        cds_lfht_node *const there =
            cds_lfht_add_unique(table_, hash_(key), matches, &key, fresh.get());
        if (there != fresh.get())
            return static_cast<node *>(there);
        fresh.release();
        return nullptr;
    }
    node *find_or_add(const Key &key, const Value &value) {
        node *const present = look_up(key);
        return present != nullptr ? present : add_or_find(key, value);
    }
    // false: another thread was first.
    bool remove(cds_lfht_node *found) {
        if (cds_lfht_del(table_, found) != 0)
            return false;
        retire(found);
        return true;
    }
    static void retire(cds_lfht_node *old) {
        urcu_memb_call_rcu(static_cast<node *>(old),
                           [](rcu_head *head) { delete static_cast<node *>(head); });
    }

    cds_lfht *table_;
    [[no_unique_address]] fixed_hash<Key> hash_;
};

template <class Key, class Value>
using replacing_lfht_map = lfht_map<Key, Value>;
template <class Key>
using storing_lfht_map = lfht_map<Key, std::uint64_t, true>;

} // namespace

map_entry lfht_entry() {
    return entry_of<replacing_lfht_map, storing_lfht_map>(
        family::libraries, "lfht",
        "liburcu's, memb flavour; two threads of its own resize and free; at times it stops "
        "growing for good (0.13.2)");
}

} // namespace ferry::bench
