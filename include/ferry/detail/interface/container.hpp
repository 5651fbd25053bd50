// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a map and a set have in common: construction, pinning, iteration, capacity and upkeep.

#include "ferry/detail/chain/resize.hpp"
#include "ferry/detail/interface/stats.hpp"
#include "ferry/detail/node/handle.hpp"
#include "ferry/detail/node/items.hpp"

FERRY_BEGIN

/// How a map is set up.
struct options {
    /// Elements the first table has room for before it grows. Its memory is provided by the
    /// construction, so that no operation waits for the system there.
    std::size_t capacity = 0;
    /// Elements a table always has room for: it is not made smaller than that.
    std::size_t min_capacity = 0;
    /// Ask the system for huge pages for large tables: faster random access at millions of
    /// elements, and single operations that wait, tenths of a millisecond, while one is zeroed.
    /// Else the system is asked for none, whatever its own default is.
    bool huge_pages = false;
    /// Erasing drops the node with its key at once, instead of keeping it for the key's return.
    /// The key is destroyed after two grace periods, and any operation may compare with it until
    /// then. For keys that are never the same again: a key that comes back takes a new slot each
    /// time, so that the table is swept once for each three eighths of its capacity, at least, that
    /// come and go. A key that has come back so often that sixteen slots before it are tombstones
    /// is kept when it is erased, as without this option, until the next sweep or shrink_to_fit().
    bool drop_on_erase = false;
    /// The reclamation domain; nullptr: the process's default. Must outlive the map.
    epoch_domain *domain = nullptr;
};

FERRY_END

FERRY_ENGINE_BEGIN

/// Base of the public classes. Except where said: callable from any number of threads at once.
template <class Key, class T, class Hash, class KeyEqual, class Allocator>
class container {
protected:
    using core_type = core<Key, T, Hash, KeyEqual, Allocator>;

    static_assert(std::is_same_v<Key, std::remove_cvref_t<Key>> &&
                      std::is_same_v<T, std::remove_cvref_t<T>>,
                  "ferry: Key and T must be object types without const, volatile or &");
    static_assert(std::is_nothrow_destructible_v<Key> && std::is_nothrow_destructible_v<T>,
                  "ferry: destructors of keys and values must not throw");
    static_assert(std::is_pointer_v<typename std::allocator_traits<Allocator>::pointer>,
                  "ferry: allocators must use plain pointers");

public:
    using key_type = Key;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using hasher = Hash;
    using key_equal = KeyEqual;
    using allocator_type = Allocator;
    /// An element with the pin that keeps it: see engine::handle.
    using handle = engine::handle<core_type>;

    /// Moves the contents here, with hash, equality and allocator; nobody else may use either
    /// container meanwhile. The source may only be destroyed or assigned to afterwards. Handles
    /// and guards stay valid.
    container(container &&) noexcept = default;

    /// As moving, after destroying what was here: no handle of it may live.
    container &operator=(container &&other) noexcept {
        if (this != &other) {
            std::destroy_at(&core_);
            std::construct_at(&core_, std::move(other.core_));
        }
        return *this;
    }

    /// Exchanges contents; nobody else may use either container meanwhile.
    void swap(container &other) noexcept {
        container kept(std::move(*this));
        *this = std::move(other);
        other = std::move(kept);
    }

    /// Frees everything; allocates nothing. Nobody may use the container, a handle of it, or a
    /// reference into it any more.
    ~container() = default;

    // --- pinning ---

    /// Pins this thread in the container's domain. What is found under the guard stays valid as
    /// long as it lives. Wait-free; may throw std::bad_alloc, a thread's first time in a domain.
    guard pin() const { return guard(core_.domain()); }

    // --- whole container: weakly consistent ---

    /// Elements that are there throughout are seen exactly once, what never was is never seen;
    /// an element that is erased and inserted again meanwhile may be seen twice. The range reads
    /// under `under`, a guard of this container's domain, which must outlive it.
    /// The guard of `items(map.pin())` would end before the loop.
    auto items(const guard &&under) const = delete;
    auto items(const guard &under) const {
        check(under);
        return items_view<core_type>(core_);
    }

    /// Erases every element that is there throughout: not one instant. Lock-free.
    void clear() {
        detail::operation_pin pinned(core_.domain());
        erase_all_if(core_, pinned.self, [](const Key &, const T &) { return true; });
    }

    /// How many elements there are. Weakly consistent: each thread's changes count, but not all
    /// at one instant; exact when nobody writes. Wait-free: a sum over the stripes.
    size_type size() const noexcept {
        const size_type nodes = core_.sum(&node_counts::nodes);
        return nodes - std::min(nodes, core_.sum(&node_counts::dead));
    }

    /// size() == 0.
    bool empty() const noexcept { return size() == 0; }

    // --- capacity and upkeep ---

    /// Slots of the root table's home buckets. It takes up to three quarters of that in elements,
    /// living or dead, before a migration begins.
    size_type capacity() const {
        detail::operation_pin pinned(core_.domain());
        return core_.root()->capacity();
    }

    /// size() / capacity().
    double load_factor() const {
        return static_cast<double>(size()) / static_cast<double>(capacity());
    }

    /// Makes room for `elements`, and is a floor for the table's size until shrink_to_fit(). Has
    /// the system provide the new table's memory before other threads see the table, and does what
    /// is left of a migration itself before it returns; waits for nobody. Lets reclamation pass on
    /// the way, if this thread has no other pin. Lock-free. Throws std::bad_alloc.
    void reserve(size_type elements) {
        detail::operation_pin pinned(core_.domain());
        engine::reserve(core_, pinned.self, elements);
    }

    /// Makes the table as small as its elements and options::min_capacity allow, drops erased
    /// keys, and ends the floor of reserve(). Does all of the migration itself; waits for nobody.
    /// Lets reclamation pass on the way, if this thread has no other pin. Lock-free. Without memory
    /// it leaves the table as it is. The memory of the old tables follows in pieces with later
    /// operations that write, or at once by reclaim().
    void shrink_to_fit() {
        detail::operation_pin pinned(core_.domain());
        engine::shrink_to_fit(core_, pinned.self);
    }

    /// Whether a migration is under way.
    bool migrating() const {
        detail::operation_pin pinned(core_.domain());
        return core_.root()->next() != nullptr;
    }

    /// Helps a migration with up to `buckets` buckets, for threads with time to spare. False:
    /// nothing is left to do, or no memory to do it with. Lock-free.
    bool migrate(size_type buckets = 1) {
        detail::operation_pin pinned(core_.domain());
        return engine::migrate(core_, pinned.self, buckets);
    }

    /// Frees what may be freed now: everything retired, when no thread is pinned in the domain. For
    /// threads with time to spare: operations free as they go, but only those that write.
    void reclaim() {
        detail::operation_pin pinned(core_.domain());
        engine::reclaim(core_, pinned.self);
    }

    /// Figures about the container. The sum over all stripes, and a look at the bitmap of a
    /// migration under way.
    map_stats stats() const {
        detail::operation_pin pinned(core_.domain());
        return collect_stats(core_);
    }

    hasher hash_function() const { return core_.hash_function(); }
    key_equal key_eq() const { return core_.key_equal(); }
    allocator_type get_allocator() const noexcept { return core_.memory().allocator(); }

protected:
    container(const options &how, const Hash &hash, const KeyEqual &equal,
              const Allocator &allocator)
        : core_({.elements = how.capacity,
                 .least_elements = how.min_capacity,
                 .huge_pages = how.huge_pages,
                 .drop_on_erase = how.drop_on_erase,
                 .domain =
                     &detail::domain_of(how.domain != nullptr ? *how.domain : default_domain())},
                hash, equal, allocator) {}

    /// Whether K can be looked up as it is.
    template <class K>
    static constexpr bool as_it_is = std::same_as<std::remove_cvref_t<K>, Key> ||
                                     (
                                         requires { typename Hash::is_transparent; } &&
                                         requires { typename KeyEqual::is_transparent; });

    /// A key to look up: as it is if that can be, else converted to Key.
    template <class K>
    static decltype(auto) lookup_key(const K &key) {
        if constexpr (as_it_is<K>) {
            return (key);
        } else {
            static_assert(std::is_convertible_v<const K &, Key>,
                          "ferry: this cannot be looked up: it is no Key, and Hash and KeyEqual "
                          "are not both transparent");
            return static_cast<Key>(key);
        }
    }

    void check([[maybe_unused]] const guard &under) const noexcept {
        FERRY_ASSERT(under.protects(core_.domain()),
                     "a guard of another domain, or one that was moved from, was given to a map: "
                     "use the guard of map.pin()");
        FERRY_ASSERT(under.record().owned_by_this_thread(),
                     "a guard was used on another thread than it was made on: pin on each thread");
    }

    template <class F>
    bool for_each_in(hash_cursor range, F &&f) const {
        detail::operation_pin pinned(core_.domain());
        return for_each_live(core_, pinned.self, range, f);
    }

    // Lookups help migrations: const to the user, not to the table.
    mutable core_type core_;
};

FERRY_ENGINE_END
