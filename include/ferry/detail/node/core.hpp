// SPDX-License-Identifier: BSL-1.0
#pragma once

// The core of a map: the root of the chain of tables, the stripes, and what the operations, each
// in a file of its own beside this one, have in common.
//
//   root ──► T ──next──► T' ──next──► …     T is being migrated while it has a next table
//
//   C1  The root moves from a table to its next, when all buckets of the table are done; the
//       thread whose CAS moves it retires the table.
//   C2  A pinned thread may follow any pointer it loaded from the root, or found behind it, until
//       it unpins.
//   C3  What every operation reads is written a few times a migration at most, and stands apart
//   from
//       anything else that is written.

#include "ferry/detail/node/node_memory.hpp"
#include "ferry/detail/chain/help.hpp"
#include "ferry/detail/platform/hashing.hpp"
#include "ferry/detail/reclaim/epoch_domain.hpp"
#include "ferry/detail/node/walk.hpp"
#include "ferry/detail/chain/turn.hpp"
#include "ferry/detail/chain/upkeep.hpp"

#include <memory>
#include <utility>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

/// Whether a node keeps its hash: when computing it again is dear, or may throw (helping must
/// not).
template <class Hash, class Key>
inline constexpr bool keeps_hash = !(std::is_nothrow_invocable_v<const Hash &, const Key &> &&
                                     requires { typename Hash::is_cheap; });

template <class Key, class T, class Hash, class KeyEqual, class Allocator>
class alignas(detail::apart_bytes) core {
public:
    using node_type = node<Key, T, keeps_hash<Hash, Key>, copied_like_memory<T, Allocator>>;
    using memory_type = node_memory<node_type, Allocator>;
    using key_type = Key;
    using value_type = T;

    core(const core_options &options, const Hash &hash, const KeyEqual &equal,
         const Allocator &allocator)
        : domain_(options.domain), drop_on_erase_(options.drop_on_erase), hash_(hash),
          equal_(equal), memory_(allocator) {
        upkeep_ = upkeep::make(options);
        stripes_ = upkeep_->stripe_array();
        stripe_mask_ = upkeep_->stripes - 1;
        const unsigned bits = std::max(geometry::bits_for(options.elements), upkeep_->least_bits);
        table *first = make_provided(geometry::of(bits));
        if (first == nullptr) {
            upkeep::free(upkeep_);
            throw std::bad_alloc();
        }
        first->populate_all([] {});
        root_.store(first, detail::relaxed); // relaxed: nobody else has the map yet
    }

    /// Takes over another core's contents; nobody else may use either. The other may only be
    /// destroyed or assigned to then.
    core(core &&other) noexcept
        : domain_(other.domain_), drop_on_erase_(other.drop_on_erase_),
          stripe_mask_(other.stripe_mask_), stripes_(std::exchange(other.stripes_, nullptr)),
          upkeep_(std::exchange(other.upkeep_, nullptr)), hash_(std::move(other.hash_)),
          equal_(std::move(other.equal_)), memory_(other.memory_) {
        static_assert(std::is_nothrow_move_constructible_v<Hash> &&
                          std::is_nothrow_move_constructible_v<KeyEqual>,
                      "ferry: moving Hash and KeyEqual must not throw");
        // relaxed: nobody else uses the maps
        root_.store(other.root_.load(detail::relaxed), detail::relaxed);
        // relaxed: as above
        old_tables_.store(other.old_tables_.load(detail::relaxed), detail::relaxed);
        other.root_.store(nullptr, detail::relaxed); // relaxed: as above
    }

    core &operator=(core &&) = delete;

    ~core() {
        if (upkeep_ != nullptr) {
            engine::free_all(*this);
        }
    }

    // --- pinning and reaching things ---

    detail::domain &domain() const noexcept { return *domain_; }

    /// The root table. The caller is pinned, which protects the chain from here on (C2).
    [[gnu::always_inline]] table *root() const noexcept {
        // acquire: the table, and all that its predecessor's migration settled [E:root-publish]
        return root_.load(detail::acquire);
    }

    /// The node of a link. Protected by the pin under which the link was read.
    static node_type *node_at(slot_word link) noexcept { return node_type::at(link.address()); }

    static slot_word link_to(const node_type *to, std::uint64_t hash) noexcept {
        return slot_word::link(reinterpret_cast<std::uintptr_t>(to), hash);
    }

    template <class K>
    std::uint64_t hash_value(const K &key) const {
        static_assert(std::is_invocable_v<const Hash &, const K &>,
                      "ferry: the Hash cannot be called, as const, with this key");
        if constexpr (requires { typename Hash::is_avalanching; }) {
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
            return hash_value(of.key);
        }
    }

    template <class K>
    bool equal(const Key &present, const K &wanted) const {
        return equal_(present, wanted);
    }

    const Hash &hash_function() const noexcept { return hash_; }
    const KeyEqual &key_equal() const noexcept { return equal_; }
    memory_type &memory() const noexcept { return memory_; }
    bool drop_on_erase() const noexcept { return drop_on_erase_; }
    upkeep &upkeeping() const noexcept { return *upkeep_; }

    detail::stripe_seat seat_of(const detail::thread_record &self) const noexcept {
        return {self.index(), stripe_mask_};
    }
    std::size_t stripes() const noexcept { return std::size_t{stripe_mask_} + 1; }
    map_stripe &stripe(std::size_t index) const noexcept { return stripes_[index]; }

    // --- counting: the winner of the CAS counts ---

    /// A new node was linked in `in`. True: look whether a migration is due.
    bool count_inserted(detail::thread_record &self, table &in) noexcept {
        const detail::stripe_seat seat = seat_of(self);
        stripes_[seat.index].nodes.add(seat.owned, 1);
        return in.count_used(seat);
    }
    /// A key was revived.
    void count_revived(detail::thread_record &self) noexcept {
        const detail::stripe_seat seat = seat_of(self);
        stripes_[seat.index].dead.add(seat.owned, -1);
    }
    /// A key was erased. True: look whether a migration is due.
    bool count_erased(detail::thread_record &self, const table &root) noexcept {
        const detail::stripe_seat seat = seat_of(self);
        return root.dead_rolls_over(stripes_[seat.index].dead.add(seat.owned, 1));
    }
    /// A node came to own memory outside it, or ceased to.
    void count_outside(detail::thread_record &self, bool before, bool after) noexcept {
        if (before != after) {
            const detail::stripe_seat seat = seat_of(self);
            stripes_[seat.index].outside.add(seat.owned, after ? 1 : -1);
        }
    }
    /// A dead node was dropped.
    void count_dropped(detail::thread_record &self) noexcept {
        const detail::stripe_seat seat = seat_of(self);
        stripes_[seat.index].dead.add(seat.owned, -1);
        stripes_[seat.index].nodes.add(seat.owned, -1);
    }

    /// The sum of one of the stripes' counters.
    std::size_t sum(detail::counter map_stripe::*which) const noexcept {
        std::int64_t total = 0;
        for (std::size_t i = 0; i < stripes(); ++i) {
            total += (stripes_[i].*which).load();
        }
        return static_cast<std::size_t>(std::max<std::int64_t>(total, 0));
    }

    census count_all(const table &root) const noexcept {
        const std::size_t nodes = sum(&map_stripe::nodes);
        const std::size_t dead = sum(&map_stripe::dead);
        return {root.used(), nodes - std::min(dead, nodes), dead};
    }

    // --- the chain ---

    unsigned floor_bits() const noexcept {
        // relaxed: a wish; whoever acts on it looks again when it is done
        return std::max(upkeep_->least_bits, upkeep_->reserved_bits.load(detail::relaxed));
    }

    void raise_reserved_bits(unsigned bits) noexcept {
        unsigned seen = upkeep_->reserved_bits.load(detail::relaxed); // relaxed: as in floor_bits
        // Failure: another thread changed the wish; ours is heard if it is still the larger.
        // relaxed: as above
        while (seen < bits && !upkeep_->reserved_bits.compare_exchange_weak(
                                  seen, bits, detail::relaxed, detail::relaxed)) {
        }
    }
    void reset_reserved_bits() noexcept {
        // relaxed: as in floor_bits
        upkeep_->reserved_bits.store(geometry::least_bits, detail::relaxed);
    }

    table *publish_next(table &last, geometry shape) noexcept {
        return next_or_publish(last, shape, upkeep_->stripes, upkeep_->huge_pages);
    }

    /// A table that is to be provided at once by the caller. nullptr: no memory.
    table *make_provided(geometry shape) noexcept {
        return table::make(shape, upkeep_->stripes, upkeep_->huge_pages, provided::at_once);
    }

    /// The table to go on in after the end of this hash's path in `full`; nullptr: no memory.
    table *next_at_path_end(table &full, std::uint64_t hash) noexcept {
        if (table *next = full.next()) {
            return next;
        }
        return publish_next(full, shape_after_path_end(full.shape(), count_all(full), floor_bits(),
                                                       engine::fill_of_path(*this, full, hash)));
    }

    /// Starts a migration of the root if one is due.
    [[gnu::noinline]] void consider_migration(table &root) noexcept {
        if (root.next() != nullptr) {
            return;
        }
        const census now = count_all(root);
        if (wants_migration(root.capacity(), now)) {
            publish_next(root, shape_after(root.shape(), now, floor_bits()));
        }
    }

    /// Moves the root from `done`, all of whose buckets are done, to its next table (C1).
    void promote(detail::thread_record &self, table &done) noexcept {
        table *expected = &done;
        table *next = done.next();
        // Failure: another thread promoted it, and made progress.
        // seq_cst: publishes the table and what was settled [E:root-publish]; before the label
        // of the table it unlinks [E:label]
        if (root_.compare_exchange_strong(expected, next, detail::seq_cst, detail::acquire)) {
            const unsigned before = done.shape().bits;
            const unsigned after = next->shape().bits;
            (after > before   ? upkeep_->grown
             : after < before ? upkeep_->shrunk
                              : upkeep_->swept)
                .add(false, 1);
            upkeep_->table_bytes_retired.add(false, static_cast<std::int64_t>(done.bytes()));
            if (done.is_large()) {
                count_old_tables(1);
                upkeep_->old_tables.retire(
                    detail::retired_item(done.garbage_link(), detail::retired_kind::table),
                    *domain_, false);
            } else {
                retire(self, done.garbage_link(), detail::retired_kind::table);
            }
        }
    }

    /// What an operation owes after its own result is settled (M2).
    [[gnu::always_inline]] void after_write(detail::thread_record &self, table &root) noexcept {
        if (root.next() != nullptr || has_old_tables()) [[unlikely]] {
            lend_a_hand(self, root);
        }
    }

    // --- reclamation ---

    /// Large tables that were the root and are not given back yet: more, or fewer.
    void count_old_tables(int change) noexcept {
        old_tables_.fetch_add(change, detail::relaxed); // relaxed: a hint to look for them
    }

    /// Retires what a read-modify-write of this thread just unlinked, and frees a little.
    void retire(detail::thread_record &self, detail::link_word &link,
                detail::retired_kind kind) noexcept {
        const detail::stripe_seat seat = seat_of(self);
        stripes_[seat.index].garbage.retire(detail::retired_item(link, kind), *domain_, seat.owned);
        engine::take_turn(*this, self);
    }

    /// Retires what `old`, the state of `of` before this thread's CAS, stood for, and `fresh`, the
    /// state by that CAS, does not.
    void retire_value(detail::thread_record &self, node_type &of, value_word old,
                      value_word fresh) noexcept {
        count_outside(self, old.owns_outside(), fresh.owns_outside());
        if (old.owns_outside() && old.address() != fresh.address()) {
            if (old.state() == value_state::live_spare) {
                retire(self, node_type::at(old.address())->state.link(),
                       detail::retired_kind::spare);
            } else {
                retire(self, node_type::box_at(old.address())->link, detail::retired_kind::box);
            }
        }
        if constexpr (node_type::retires_value) {
            if (old.state() == value_state::live_inline) {
                retire(self, of.parts.word, detail::retired_kind::value);
            }
        } else {
            static_cast<void>(of); // dies with its node, or when another takes its place
        }
    }

    /// The vacancy of the place inside a node once this thread has changed the node's state, which
    /// it read under its pin as `before`, to DEAD or a value in another box.
    vacancy inside_after(value_word before) const noexcept {
        if constexpr (node_type::reuses_places) {
            if (before.state() == value_state::live_inline) {
                return vacancy::since(domain_->epoch());
            }
        }
        return before.place();
    }

private:
    bool has_old_tables() const noexcept {
        return old_tables_.load(detail::relaxed) != 0; // relaxed: a hint, as where it is changed
    }

    [[gnu::noinline]] void lend_a_hand(detail::thread_record &self, table &root) noexcept {
        if (root.next() != nullptr) {
            engine::help(*this, self, root);
        }
        if (has_old_tables()) {
            engine::take_turn(*this, self);
            engine::give_back_a_piece(*this, self);
        }
    }

    // Read by every operation; written a few times a migration at most (C3).
    detail::atomic<table *> root_{nullptr};
    /// Large old tables that are not given back yet.
    detail::atomic<int> old_tables_{0};
    detail::domain *domain_;
    const bool drop_on_erase_;
    unsigned stripe_mask_ = 0;
    map_stripe *stripes_ = nullptr;
    upkeep *upkeep_ = nullptr;
    [[no_unique_address]] Hash hash_;
    [[no_unique_address]] KeyEqual equal_;
    [[no_unique_address]] mutable memory_type memory_;
};

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
