// SPDX-License-Identifier: BSL-1.0
#pragma once

// The core of this engine: hash, equality, the memory of nodes, and what the operations have in
// common. Each operation has a file of its own beside this one.

#include "ferry/detail/chain/core.hpp"
#include "ferry/detail/chain/cursor.hpp"
#include "ferry/detail/node/dispose.hpp"
#include "ferry/detail/node/node_memory.hpp"
#include "ferry/detail/node/path_fill.hpp"
#include "ferry/detail/node/settle.hpp"
#include "ferry/detail/node/walk.hpp"
#include "ferry/detail/platform/hashing.hpp"
#include "ferry/detail/reclaim/held_pin.hpp"
#include "ferry/hash.hpp"

#include <memory>
#include <string_view>
#include <utility>

FERRY_ENGINE_BEGIN

/// Whether a node keeps its hash: it does if computing the hash again is expensive or may throw.
/// Helping needs hashes and must not throw.
template <class Hash, class Key>
inline constexpr bool keeps_hash = !(std::is_nothrow_invocable_v<const Hash &, const Key &> &&
                                     requires { typename Hash::is_cheap; });

// Defined in operation.hpp, handle.hpp and iterate.hpp.
template <class Core>
struct found_element;
template <class Core, class Sought>
struct operation;
template <class Core, class Pin>
class handle;
template <class Core, class F>
bool walk_range(Core &core, table &start, table &at, const table &end, std::uint64_t first,
                std::uint64_t last, F &f);
template <class Core, class Wanted>
std::size_t erase_all_if(Core &core, detail::thread_record &self, hash_cursor &cursor,
                         std::size_t homes, Wanted &&wanted);

template <class Key, class T, class Hash, class KeyEqual, class Allocator>
class node_core
    : public map_core<node_core<Key, T, Hash, KeyEqual, Allocator>, bucket, node_counts> {
    using base = map_core<node_core, bucket, node_counts>;

    static_assert(std::is_same_v<Key, std::remove_cvref_t<Key>> &&
                      std::is_same_v<T, std::remove_cvref_t<T>>,
                  "ferry: Key and T must be object types without const, volatile or &");
    static_assert(std::is_nothrow_destructible_v<Key> && std::is_nothrow_destructible_v<T>,
                  "ferry: destructors of keys and values must not throw");
    static_assert(std::is_pointer_v<typename std::allocator_traits<Allocator>::pointer>,
                  "ferry: allocators must use plain pointers");

public:
    using table = typename base::table;
    using key_type = typename key_form<Key>::key_type;
    using owned_key = typename key_form<Key>::owned_type;
    using node_type = node<Key, T, keeps_hash<Hash, key_type>, copied_like_memory<T, Allocator>>;
    using memory_type = node_memory<node_type, Allocator>;
    using value_type = T;
    using hasher = Hash;
    using key_equal_type = KeyEqual;
    using allocator_type = Allocator;
    using found_type = found_element<node_core>;
    using handle = engine::handle<node_core, detail::thread_pin>;
    using owned_handle = engine::handle<node_core, detail::owned_pin>;

    node_core(const core_options &options, const Hash &hash, const KeyEqual &equal,
              const Allocator &allocator)
        : base(options), hash_(hash), equal_(equal), memory_(allocator),
          drop_on_erase_(options.drop_on_erase) {}

    /// Takes over another core's contents. No other thread may use either. Afterwards the other may
    /// only be destroyed or assigned to.
    node_core(node_core &&other) noexcept
        : base(std::move(other)), hash_(std::move(other.hash_)), equal_(std::move(other.equal_)),
          memory_(std::move(other.memory_)), drop_on_erase_(other.drop_on_erase_) {
        static_assert(std::is_nothrow_move_constructible_v<Hash> &&
                          std::is_nothrow_move_constructible_v<KeyEqual>,
                      "ferry: moving Hash and KeyEqual must not throw");
    }

    ~node_core() {
        if (base::owns_tables()) {
            engine::free_contents(*this);
        }
    }

    /// The node of a link. The pin under which the link was read protects it.
    static node_type *node_at(slot_word link) noexcept { return node_type::at(link.address()); }

    static slot_word link_to(const node_type *to, std::uint64_t hash) noexcept {
        return slot_word::link(reinterpret_cast<std::uintptr_t>(to), hash);
    }

    /// The hash of a key as the tables use it: the upper half is good, and so are the bits of both
    /// halves together (slot_word::tag_of).
    template <class K>
    std::uint64_t hash_value(const K &key) const {
        static_assert(std::is_invocable_v<const Hash &, const K &>,
                      "ferry: the Hash cannot be called, as const, with this key");
        if constexpr (detail::has_unfolded<Hash, K>) {
            return hash_.unfolded(key).word;
        } else if constexpr (requires { typename Hash::is_avalanching; }) {
            static_assert(sizeof(std::invoke_result_t<const Hash &, const K &>) == 8,
                          "ferry: a hash that declares is_avalanching must return 64 bits");
            return static_cast<std::uint64_t>(hash_(key));
        } else {
            return detail::mix(static_cast<std::uint64_t>(hash_(key)));
        }
    }

    std::uint64_t hash_of(const node_type &of) const noexcept {
        if constexpr (node_type::keeps_hash) {
            return of.hash.value;
        } else {
            return hash_value(of.shown_key());
        }
    }

    template <class K>
    bool equal(const node_type &present, const K &wanted) const {
        static_assert(std::is_invocable_v<const KeyEqual &, const key_type &, const K &>,
                      "ferry: these keys cannot be compared: give them an operator==, or the map a "
                      "KeyEqual that can be called as const");
        return equal_(present.shown_key(), wanted);
    }

    /// Whether a K can be looked up without conversion to the key type. To a view, which costs
    /// nothing, everything is converted.
    template <class K>
    static constexpr bool as_it_is = std::is_same_v<std::remove_cvref_t<K>, key_type> ||
                                     (
                                         !key_form<Key>::is_characters &&
                                         requires { typename Hash::is_transparent; } &&
                                         requires { typename KeyEqual::is_transparent; });

    /// An operation on the key that the user gave, or on the key_type that it converts to. The
    /// caller is pinned by `self`.
    template <class K>
    [[gnu::always_inline]] auto operation_on(detail::thread_record &self, const K &key) {
        static_assert(as_it_is<K> || std::is_convertible_v<const K &, key_type>,
                      "ferry: this cannot be looked up: it is no Key, and Hash and KeyEqual are "
                      "not both transparent");
        return operation<node_core, std::conditional_t<as_it_is<K>, const K &, key_type>>(
            *this, self, key);
    }

    /// What makes the key of a new node from `key` (node_memory::make_node). `key` outlives it.
    template <class K>
    auto key_maker(K &&key) noexcept {
        if constexpr (key_form<Key>::is_characters) {
            return std::string_view(key);
        } else {
            return [this, &key](Key *place) { memory_.construct(place, std::forward<K>(key)); };
        }
    }

    const Hash &hash_function() const noexcept { return hash_; }
    const KeyEqual &key_equal() const noexcept { return equal_; }
    memory_type &memory() const noexcept { return memory_; }
    Allocator allocator() const noexcept { return memory_.allocator(); }
    bool drop_on_erase() const noexcept { return drop_on_erase_; }

    // --- operations on many keys. The caller is pinned by `self` ---

    /// Returns `f(key, value)` of the node that walk_hashes shows; false if its key is absent.
    template <class F>
    bool call_with(const node_type &node, std::uint64_t, F &&f) const {
        const value_word state = node.state.load();
        return state.is_live() && f(node.shown_key(), *node.value_at(state));
    }
    template <class Wanted>
    std::size_t erase_all_if(detail::thread_record &self, hash_cursor &cursor, std::size_t homes,
                             Wanted &&wanted) {
        return engine::erase_all_if(*this, self, cursor, homes, wanted);
    }
    /// Prefetches the node that a lookup of `hash` will probably read, by its link in `home`.
    void prefetch_behind(const bucket &home, std::uint64_t hash) const noexcept {
        const auto lanes = bucket_view(home).matches(slot_word::tag_of(hash));
        if (!lanes.empty()) {
            const slot_word word = home.slots[lanes.first()].load();
            if (word.is_link()) {
                detail::prefetch(node_at(word));
                node_at(word)->prefetch_more_of_key();
            }
        }
    }
    /// The element of the key that `get_key()` returns, whose hash is known, or nothing.
    template <class GetKey>
    found_type find_hashed(detail::thread_record &self, std::uint64_t hash, GetKey &&get_key) {
        decltype(auto) key = get_key();
        return operation<node_core, const decltype(key) &>(*this, self, key, hash).find();
    }

    // --- counting: the thread whose CAS succeeded counts ---

    /// A new node was linked in `in`. True: the caller checks whether a migration is due.
    bool count_inserted(detail::thread_record &self, table &in) noexcept {
        const auto seat = base::seat_of(self);
        seat.stripe.counts.nodes.add(seat.owned, 1);
        return in.counts().count_used(self.index());
    }
    /// A key was revived.
    void count_revived(detail::thread_record &self) noexcept {
        const auto seat = base::seat_of(self);
        seat.stripe.counts.dead.add(seat.owned, -1);
    }
    /// A key was erased. True: the caller checks whether a migration is due.
    bool count_erased(detail::thread_record &self, table &root) noexcept {
        const auto seat = base::seat_of(self);
        seat.stripe.counts.dead.add(seat.owned, 1);
        return root.counts().count_erased(seat.stripe.counts.erased.add(seat.owned, 1));
    }
    /// A node began or ceased to own a box.
    void count_boxes(detail::thread_record &self, bool before, bool after) noexcept {
        if (before != after) {
            const auto seat = base::seat_of(self);
            seat.stripe.counts.boxes.add(seat.owned, after ? 1 : -1);
        }
    }
    /// A dead node was dropped.
    void count_dropped(detail::thread_record &self) noexcept {
        const auto seat = base::seat_of(self);
        seat.stripe.counts.dead.add(seat.owned, -1);
        seat.stripe.counts.nodes.add(seat.owned, -1);
    }

    // --- for the chain (chain/engine.hpp) ---

    std::size_t count_live() const noexcept { return count_keys().live; }
    census take_census(const table &root) const noexcept {
        const auto [live, dead] = count_keys();
        return {root.counts().used(), live, dead};
    }

    settled settle_bucket(detail::thread_record &self, table &root, std::size_t index) noexcept {
        return engine::settle_slots(*this, self, root, root.bucket_at(index));
    }
    void fetch_ahead(const table &root, std::size_t index) const noexcept {
        if (root.capacity() >= detail::slots_to_prefetch) {
            engine::prefetch_ahead(*this, root, index);
        }
    }
    void dispose(detail::thread_record &self, detail::retired_item item) noexcept {
        engine::dispose(*this, self, item);
    }
    template <class F>
    bool walk_hashes(table &root, std::uint64_t first, std::uint64_t last, F &f) {
        return engine::walk_range(*this, root, root, *chain_end(&root), first, last, f);
    }
    object_counts count_objects() const noexcept { return engine::count_objects(*this); }

    path_fill fill_of_path(const table &full, std::uint64_t hash) const noexcept {
        return engine::fill_of_path(*this, full, hash);
    }

    // --- retiring ---

    /// Retires what `old` stood for and `fresh` does not. They are the states of `of` before and
    /// after this thread's CAS.
    void retire_value(detail::thread_record &self, node_type &of, value_word old,
                      value_word fresh) noexcept {
        count_boxes(self, old.owns_box(), fresh.owns_box());
        if (old.owns_box() && old.address() != fresh.address()) {
            if (old.state() == value_state::live_spare) {
                base::retire(self, node_type::at(old.address())->state.link(), retired::spare);
            } else {
                base::retire(self, node_type::box_at(old.address())->link, retired::box);
            }
        }
        if constexpr (node_type::retires_value) {
            if (old.state() == value_state::live_inline) {
                base::retire(self, of.parts.word, retired::value);
            }
        } else {
            static_cast<void>(of); // the value ends with its node, or when its place is used again
        }
    }

    /// The vacancy for this thread's CAS from `before` to DEAD or to a value in another box. The
    /// thread read the state `before` under its pin.
    vacancy vacancy_after_unlink(value_word before) const noexcept {
        if constexpr (node_type::reuses_places) {
            if (before.state() == value_state::live_inline) {
                return vacancy::since(base::domain().epoch());
            }
        }
        return before.vacancy();
    }

private:
    struct keys {
        std::size_t live;
        std::size_t dead;
    };
    keys count_keys() const noexcept {
        const std::size_t nodes = base::sum(&node_counts::nodes);
        const std::size_t dead = base::sum(&node_counts::dead);
        return {nodes - std::min(dead, nodes), dead};
    }

    [[no_unique_address]] Hash hash_;
    [[no_unique_address]] KeyEqual equal_;
    [[no_unique_address]] mutable memory_type memory_;
    const bool drop_on_erase_;
};

FERRY_ENGINE_END
