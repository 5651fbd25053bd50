// SPDX-License-Identifier: BSL-1.0
#pragma once

// The common part of maps and sets, over any engine: construction, pinning, lookup and removal of a
// key, size, capacity and upkeep.

#include "ferry/detail/chain/resize.hpp"
#include "ferry/detail/interface/many.hpp"
#include "ferry/detail/interface/stats.hpp"
#include "ferry/detail/reclaim/guard.hpp"
#include "ferry/detail/reclaim/operation_pin.hpp"
#include "ferry/detail/reclaim/owned_guard.hpp"
#include "ferry/options.hpp"

#include <concepts>
#include <iterator>
#include <type_traits>

FERRY_ENGINE_BEGIN

/// Base of the public classes. Any number of threads may call a function unless it says otherwise.
///
/// An engine is a map_engine (chain/engine.hpp). For the interface it also has:
///   operation_on(self, key)             an operation on one key: see node/operation.hpp
///   as_it_is<K>                         whether a K can be looked up without becoming a Key
///   erase_all_if                        erases all elements that are wanted
///   key_maker(key)                      make_key, for the operations that may put the key in
///   owned_key                           a copy of a key that depends on nothing in the map
///   hash_value, prefetch_behind, find_hashed    the parts of fetch_many and find_many (many.hpp)
///   call_with(shown, hash, f)           f(key, value) of what walk_hashes showed, if it is live
///   found_type, handle                  an element that was found: see node/operation.hpp
///   hash_function, key_equal, memory
template <class Engine>
class container {
protected:
    using engine_type = Engine;

public:
    using key_type = typename Engine::key_type;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using hasher = typename Engine::hasher;
    using key_equal = typename Engine::key_equal_type;
    /// An element that was found. It stays readable while the handle lives.
    using handle = typename Engine::handle;
    /// A handle that may be moved to another thread and end there. In a flat map or set every
    /// handle is one.
    using owned_handle = typename Engine::owned_handle;

    /// Moves the contents here, with hash, equality and allocator. No other thread may use either
    /// container meanwhile. Afterwards the source may only be destroyed or assigned to. Handles and
    /// guards stay valid.
    container(container &&) noexcept = default;

    /// As moving, after the present contents are destroyed; no handle of them may live.
    container &operator=(container &&other) noexcept {
        if (this != &other) {
            std::destroy_at(&core_);
            std::construct_at(&core_, std::move(other.core_));
        }
        return *this;
    }

    /// Exchanges contents. No other thread may use either container meanwhile.
    void swap(container &other) noexcept {
        container kept(std::move(*this));
        *this = std::move(other);
        other = std::move(kept);
    }

    /// Frees everything, and allocates nothing. No thread may use the container, a handle of it, or
    /// a reference into it any more.
    ~container() = default;

    // --- pinning ---

    /// Pins this thread in the container's domain. What is found under the guard stays valid while
    /// the guard lives and is not refreshed. Wait-free; a thread's first pin in a domain is
    /// lock-free and may throw std::bad_alloc.
    guard pin() const { return guard(core_.domain()); }

    /// Pins in the container's domain for no thread: what is found under the owned_guard stays
    /// valid while it lives and is not refreshed, and it may end on another thread. Lock-free; each
    /// call may throw std::bad_alloc.
    owned_guard pin_owned() const { return owned_guard(core_.domain()); }

    // --- one key ---

    /// Whether the key is present.
    template <class K = key_type>
    [[gnu::always_inline]] bool contains(const K &key) const {
        detail::operation_pin pinned(core_.domain());
        return static_cast<bool>(core_.operation_on(pinned.self, key).find());
    }

    /// 1 if the key is present, otherwise 0.
    template <class K = key_type>
    size_type count(const K &key) const {
        return contains(key) ? 1 : 0;
    }

    /// A handle of the element; empty if the key is absent. It pins this thread while it lives.
    template <class K = key_type>
    handle find(const K &key) const {
        return find_as<handle>(key);
    }
    /// As find. The handle may be moved to another thread and end there (owned_handle). Unlike find
    /// it is only lock-free, and each call may throw std::bad_alloc. In a flat map or set it is
    /// find.
    template <class K = key_type>
    owned_handle find_owned(const K &key) const {
        return find_as<owned_handle>(key);
    }

    /// Erases the key and returns the number of erased elements, 1 or 0. (Go's Delete.) The value
    /// is destroyed after a grace period; in a flat map it is gone at once. Nothing is allocated
    /// through the allocator.
    template <class K = key_type>
    requires(!std::is_invocable_r_v<bool, K &, const key_type &,
                                    const typename Engine::value_type &>) size_type
        erase(const K &key) {
        detail::operation_pin pinned(core_.domain());
        return core_.operation_on(pinned.self, key).erase(always) ? 1 : 0;
    }

    /// Erases the key and returns a handle of its element, which stays readable through it. The
    /// handle is empty if the key was absent. (Go's LoadAndDelete.)
    template <class K = key_type>
    handle extract(const K &key) {
        return extract_as<handle>(key);
    }
    /// As extract, with such a handle. It is made first: if std::bad_alloc is thrown for it,
    /// nothing is erased.
    template <class K = key_type>
    owned_handle extract_owned(const K &key) {
        return extract_as<owned_handle>(key);
    }

    // --- size ---

    /// The number of elements. Weakly consistent: each thread's changes are counted, but not at one
    /// instant; exact while no thread writes. Wait-free: a sum over the stripes.
    size_type size() const noexcept { return core_.count_live(); }

    /// size() == 0.
    bool empty() const noexcept { return size() == 0; }

    /// Erases the keys of a range faster than one by one, because their cache misses overlap, and
    /// returns how many were present. Each erasure is linearizable; all of them together are not.
    /// The iterators are read twice.
    template <std::random_access_iterator It>
    size_type erase_many(It first, It last) {
        const auto key = key_at<Engine>(first);
        return engine::change_many(core_, static_cast<size_type>(last - first), key,
                                   [&](size_type index) { return erase(key(index)) != 0; });
    }

    // --- capacity and upkeep ---

    /// Slots of the root table's home buckets. A migration begins when elements, live or dead, fill
    /// three quarters of them, or earlier.
    size_type capacity() const {
        detail::operation_pin pinned(core_.domain());
        return core_.root()->capacity();
    }

    /// size() / capacity().
    double load_factor() const {
        return static_cast<double>(size()) / static_cast<double>(capacity());
    }

    /// Makes room for `elements`, and keeps tables that large until shrink_to_fit(). The new
    /// table's memory is prefaulted before other threads see the table. The call does what is left
    /// of a migration itself, and waits for no thread. Reclamation can proceed meanwhile, if this
    /// thread has no other pin. Lock-free. Throws std::bad_alloc.
    void reserve(size_type elements) {
        detail::operation_pin pinned(core_.domain());
        engine::reserve(core_, pinned.self, elements);
    }

    /// Makes the table as small as its elements and options::min_capacity allow, drops erased keys,
    /// and ends the effect of reserve(). The call does the whole migration itself, and waits for no
    /// thread. Reclamation can proceed meanwhile, if this thread has no guard or handle. Lock-free.
    /// If there is no memory for a new table, the present one stays. The memory of old tables is
    /// given back in pieces by later operations that write, or at once by reclaim().
    void shrink_to_fit() {
        detail::operation_pin pinned(core_.domain());
        engine::shrink_to_fit(core_, pinned.self);
    }

    /// Whether a migration is under way.
    bool migrating() const {
        detail::operation_pin pinned(core_.domain());
        return core_.root()->next() != nullptr;
    }

    /// Helps a migration with up to `buckets` buckets, of a flat map eight times as many, for
    /// threads with time to spare. False: nothing is left to do, or there is no memory to do it
    /// with. Lock-free.
    bool migrate(size_type buckets = 1) {
        detail::operation_pin pinned(core_.domain());
        return engine::migrate(core_, pinned.self, buckets);
    }

    /// All upkeep, for a thread with time to spare. Begins a migration if one is due, also by
    /// options::shrink_below, and migrates up to `buckets` buckets, of a flat map eight times as
    /// many. Then, if anything is retired, frees it as reclaim() does. At rest it only reads
    /// counters and lists, without a system call. True: a migration is under way, so call again.
    /// False: none is, or there is no memory for it. Lock-free.
    bool maintain(size_type buckets = 256) {
        detail::operation_pin pinned(core_.domain());
        return engine::maintain(core_, pinned.self, buckets);
    }

    /// Frees what may be freed now: everything retired, if no pin is held in the domain. A guard or
    /// handle of this thread is one, and so is each owned one. For threads with time to spare:
    /// operations free garbage as they go, but only those that write.
    void reclaim() {
        detail::operation_pin pinned(core_.domain());
        engine::reclaim(core_, pinned.self);
    }

    /// Figures about the container. The call sums up the stripes and, during a migration, reads all
    /// done bits.
    map_stats stats() const {
        detail::operation_pin pinned(core_.domain());
        return collect_stats(core_);
    }

    hasher hash_function() const { return core_.hash_function(); }
    key_equal key_eq() const { return core_.key_equal(); }

protected:
    /// `parts`: what the engine is made of besides, such as its hash.
    template <class... Parts>
    explicit container(const options &how, const Parts &...parts)
        : core_({.elements = how.capacity,
                 .least_elements = how.min_capacity,
                 .shrink_below = how.shrink_below,
                 .huge_pages = how.huge_pages,
                 .drop_on_erase = how.drop_on_erase,
                 .domain =
                     &detail::domain_of(how.domain != nullptr ? *how.domain : default_domain())},
                parts...) {}

    /// Calls `f(operation, make_key)` for a key that may be put in. `make_key` makes the key from
    /// what the user gave.
    template <class K, class F>
    auto with_new_key(detail::thread_record &self, K &&key, F &&f) {
        if constexpr (Engine::template as_it_is<K>) {
            return f(core_.operation_on(self, std::as_const(key)),
                     core_.key_maker(std::forward<K>(key)));
        } else {
            static_assert(std::is_convertible_v<K, key_type>,
                          "ferry: this cannot become a key: it does not convert to Key");
            key_type converted(std::forward<K>(key));
            return f(core_.operation_on(self, std::as_const(converted)),
                     core_.key_maker(std::move(converted)));
        }
    }

    void check([[maybe_unused]] const guard &under) const noexcept {
        FERRY_ASSERT(under.protects(core_.domain()),
                     "a guard of another domain, or one that was moved from, was given to a map: "
                     "use the guard of map.pin()");
        FERRY_ASSERT(
            under.record().owned_by_this_thread(),
            "a guard was used on another thread than it was made on: pin on each thread, or "
            "use an owned_guard");
    }

    void check([[maybe_unused]] const owned_guard &under) const noexcept {
        FERRY_ASSERT(under.protects(core_.domain()),
                     "an owned_guard of another domain, or one that was moved from, was given to a "
                     "map: use that of map.pin_owned()");
    }

    static constexpr auto always = [](const auto &) noexcept { return true; };

    // Mutable, because lookups are const to the user but help migrations.
    mutable Engine core_;

private:
    template <class Handle, class K>
    Handle find_as(const K &key) const {
        return Handle::of(core_, [&](detail::thread_record &self) {
            return core_.operation_on(self, key).find();
        });
    }
    template <class Handle, class K>
    Handle extract_as(const K &key) {
        return Handle::of(core_, [&](detail::thread_record &self) {
            return core_.operation_on(self, key).erase(always);
        });
    }
};

FERRY_ENGINE_END
