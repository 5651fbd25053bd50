// SPDX-License-Identifier: BSL-1.0
#pragma once

// The core of this engine: the hash, what the operations have in common, and what the chain needs.

#include "ferry/detail/chain/core.hpp"
#include "ferry/detail/chain/cursor.hpp"
#include "ferry/detail/chain/dispose.hpp"
#include "ferry/detail/flat/settle.hpp"
#include "ferry/detail/flat/words.hpp"
#include "ferry/hash.hpp"

#include <functional>
#include <memory>
#include <utility>

FERRY_ENGINE_BEGIN

// Defined in operation.hpp, handle.hpp and iterate.hpp.
template <class Core>
class found_copy;
template <class Core>
struct flat_operation;
template <class Core>
class flat_handle;
template <class Core, class F>
bool walk_cells(const Core &core, cell_table &start, cell_table &at, const cell_table &end,
                std::uint64_t first, std::uint64_t last, F &f);

/// In place of what makes a key: a hash gives its key back.
struct no_key_maker {};

/// Makes values in place. There is no allocator.
struct flat_memory {
    template <class T, class... Args>
    void construct(T *place, Args &&...args) const {
        std::construct_at(place, std::forward<Args>(args)...);
    }
    template <class T, class F>
    void construct_from(T *place, F &&f) const {
        ::new (static_cast<void *>(place)) T(std::forward<F>(f)());
    }
};

template <class Key, class T, class Hash>
class flat_core : public map_core<flat_core<Key, T, Hash>, cell_bucket, flat_counts> {
    using base = map_core<flat_core, cell_bucket, flat_counts>;

    static_assert(flat_key<Key>,
                  "ferry: the Key of a flat map is trivially copyable, has at most 8 bytes, and "
                  "equal keys have equal bytes (std::has_unique_object_representations)");
    static_assert(fits_cell<T>,
                  "ferry: the T of a flat map is trivially copyable and has at most 8 bytes");
    static_assert(invertible_hash<Hash, Key>,
                  "ferry: the Hash of a flat map is a ferry::invertible_hash: it declares "
                  "is_avalanching, and unhash(hash(key)) is the key");

public:
    using table = typename base::table;
    using key_type = Key;
    using owned_key = Key;
    using value_type = T;
    using hasher = Hash;
    using key_equal_type = std::equal_to<Key>;
    using found_type = found_copy<flat_core>;
    using handle = flat_handle<flat_core>;
    using owned_handle = handle;

    flat_core(const core_options &options, const Hash &hash) : base(options), hash_(hash) {
        if (!detail::has_wide_cas()) [[unlikely]] {
            detail::assertion_failed("a flat map needs the instruction cmpxchg16b, which this "
                                     "processor does not have: use ferry::concurrent_map",
                                     __FILE__, __LINE__);
        }
    }

    /// Takes over another core's contents. No other thread may use either. Afterwards the other may
    /// only be destroyed or assigned to.
    flat_core(flat_core &&other) noexcept = default;

    ~flat_core() {
        if (base::owns_tables()) {
            engine::end_garbage(*this, [](detail::retired_item item) noexcept {
                table::free(table::of_garbage_link(item.link()));
            });
        }
    }

    // --- keys and hashes: a bijection ---

    std::uint64_t hash_value(const Key &key) const noexcept {
        std::uint64_t hash;
        if constexpr (detail::has_unfolded<Hash, Key>) {
            hash = hash_.unfolded(key).word;
        } else {
            hash = hash_(key);
        }
        FERRY_ASSERT(to_word(key_of(hash)) == to_word(key),
                     "the Hash of a flat map is no bijection: unhash(hash(key)) is another key");
        return hash;
    }

    Key key_of(std::uint64_t hash) const noexcept {
        if constexpr (detail::has_unfolded<Hash, Key>) {
            return hash_.unhash(hash ^ hash >> 32);
        } else {
            return hash_.unhash(hash);
        }
    }

    const Hash &hash_function() const noexcept { return hash_; }
    key_equal_type key_equal() const noexcept { return {}; }
    flat_memory memory() const noexcept { return {}; }

    /// Whether a K can be looked up without conversion to Key.
    template <class K>
    static constexpr bool as_it_is = std::is_same_v<std::remove_cvref_t<K>, Key>;

    /// An operation on a key, or on the Key that it converts to. The caller is pinned by `self`.
    template <class K>
    [[gnu::always_inline]] auto operation_on(detail::thread_record &self, const K &key) {
        static_assert(as_it_is<K> || std::is_convertible_v<const K &, Key>,
                      "ferry: this cannot be looked up: it does not convert to Key");
        return flat_operation<flat_core>{*this, self, hash_value(static_cast<const Key &>(key))};
    }

    template <class K>
    static no_key_maker key_maker(K &&) noexcept {
        return {};
    }

    // --- counting: the thread whose CAS succeeded counts ---

    /// A key got a cell in `in`. True: the caller checks whether a migration is due.
    bool count_inserted(detail::thread_record &self, cell_table &in) noexcept {
        count_revived(self);
        return in.counts().count_used(self.index());
    }
    /// A key whose cell was DEAD is present again.
    void count_revived(detail::thread_record &self) noexcept {
        const auto seat = base::seat_of(self);
        seat.stripe.counts.live.add(seat.owned, 1);
    }
    /// A key was erased. True: the caller checks whether a migration is due.
    bool count_erased(detail::thread_record &self, cell_table &root) noexcept {
        const auto seat = base::seat_of(self);
        seat.stripe.counts.live.add(seat.owned, -1);
        return root.counts().count_erased(seat.stripe.counts.erased.add(seat.owned, 1));
    }

    // --- operations on many keys. The caller is pinned by `self` ---

    /// Returns `f(key, value)` of what walk_hashes shows.
    template <class F>
    bool call_with(std::uint64_t value, std::uint64_t hash, F &&f) const {
        return f(key_of(hash), from_word<T>(value));
    }
    template <class Wanted>
    std::size_t erase_all_if(detail::thread_record &self, hash_cursor &cursor, std::size_t homes,
                             Wanted &&wanted) {
        std::size_t erased = 0;
        engine::walk(*this, self, cursor, homes, [&](std::uint64_t, std::uint64_t hash) {
            const Key key = key_of(hash);
            const auto gone = flat_operation<flat_core>{*this, self, hash}.erase(
                [&](const T &value) { return wanted(key, value); });
            erased += static_cast<bool>(gone);
            return false;
        });
        return erased;
    }
    /// A lookup reads nothing behind the home bucket.
    void prefetch_behind(const cell_bucket &, std::uint64_t) const noexcept {}
    /// The element of the key with this hash, or nothing.
    template <class GetKey>
    found_type find_hashed(detail::thread_record &self, std::uint64_t hash, GetKey &&) {
        return flat_operation<flat_core>{*this, self, hash}.find();
    }

    // --- for the chain (chain/engine.hpp) ---

    std::size_t count_live() const noexcept { return base::sum(&flat_counts::live); }
    /// Dead: cells of `root` whose key is absent. During a migration some of the present keys have
    /// no cell in the root, and the figure is too low.
    census take_census(const cell_table &root) const noexcept {
        const std::size_t used = root.counts().used();
        const std::size_t live = count_live();
        return {used, live, used - std::min(live, used)};
    }

    settled settle_bucket(detail::thread_record &self, cell_table &root,
                          std::size_t index) noexcept {
        return engine::settle_cells(*this, self, root, index);
    }

    /// What fills most of a path.
    path_fill fill_of_path(const cell_table &full, std::uint64_t hash) const noexcept {
        std::size_t live = 0;
        std::size_t absent = 0;
        for (cell_path at(full, hash); !at.ended(); at.advance()) {
            for (const cell &each : at.bucket().cells) {
                (each.load().is_live() ? live : absent) += 1;
            }
        }
        return absent > live ? path_fill::absent : path_fill::live;
    }

    /// Prefetches the next unit of the share, and at the start of a share also this one. With each
    /// bucket it prefetches the buckets of the next table to which its keys go.
    void fetch_ahead(const cell_table &root, std::size_t index) const noexcept {
        const std::size_t in_share = index % cell_table::share;
        const std::size_t end = in_share + cell_table::unit < cell_table::share
                                    ? index + 2 * cell_table::unit
                                    : index + cell_table::unit;
        for (std::size_t i = in_share == 0 ? index : index + cell_table::unit;
             i < std::min(end, root.shape().buckets()); ++i) {
            fetch_bucket(root, i);
        }
    }

    /// Nothing but tables is ever retired.
    void dispose(detail::thread_record &, detail::retired_item) noexcept {}
    object_counts count_objects() const noexcept { return {}; }

    template <class F>
    bool walk_hashes(cell_table &root, std::uint64_t first, std::uint64_t last, F &f) {
        return engine::walk_cells(*this, root, root, *chain_end(&root), first, last, f);
    }

private:
    static void fetch_bucket(const cell_table &root, std::size_t index) noexcept {
        const cell_table &next = *root.next();
        detail::prefetch_for_write(&root.bucket_at(index));
        const unsigned before = root.shape().bits;
        const unsigned after = next.shape().bits;
        const std::size_t first =
            after >= before ? index << (after - before) : index >> (before - after);
        // A much larger table is not fetched whole: most of it waits for keys to come.
        const std::size_t count =
            after >= before ? std::size_t{1} << std::min(after - before, 2u) : 1;
        for (std::size_t i = first; i < std::min(first + count, next.shape().buckets()); ++i) {
            detail::prefetch_for_write(&next.bucket_at(i));
        }
    }

    [[no_unique_address]] Hash hash_;
};

FERRY_ENGINE_END
