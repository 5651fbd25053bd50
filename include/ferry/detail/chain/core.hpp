// SPDX-License-Identifier: BSL-1.0
#pragma once

// What every map has, whatever its engine: the root of the chain of tables, the stripes, and the
// code that drives migrations and reclamation.
//
//   root ──► T ──next──► T' ──next──► …     T is being migrated while it has a next table
//
//   C1  The root moves from a table to its next table when all buckets of the first are done. The
//       thread whose CAS moves the root retires the old table.
//   C2  Until it unpins, a pinned thread may follow any pointer that it loaded from the root or
//       found behind it.
//   C3  Fields that every operation reads are seldom written, and stand apart from all others that
//       are written.

#include "ferry/detail/chain/help.hpp"
#include "ferry/detail/chain/next_table.hpp"
#include "ferry/detail/chain/settings.hpp"
#include "ferry/detail/chain/turn.hpp"
#include "ferry/detail/platform/exceptions.hpp"
#include "ferry/detail/reclaim/waiting_flag.hpp"

#include <memory>
#include <optional>
#include <utility>

FERRY_ENGINE_BEGIN

/// Base of the engine `Engine` (chain/engine.hpp). `Bucket`: what its tables consist of. `Counts`:
/// what a stripe of it counts.
template <class Engine, class Bucket, class Counts>
class alignas(detail::apart_bytes) map_core {
public:
    using table = basic_table<Bucket>;
    using geometry = typename table::geometry;
    using stripe_type = map_stripe<Counts>;
    using settings_type = map_settings<stripe_type>;

    map_core(const map_core &) = delete;
    map_core &operator=(const map_core &) = delete;

    // --- reaching things ---

    detail::domain &domain() const noexcept { return *domain_; }

    /// The root table. The caller is pinned, which protects the chain from here on (C2).
    [[gnu::always_inline]] table *root() const noexcept {
        assert_not_moved_from();
        // acquire: the table, and all that its predecessor's migration settled [E:root-publish]
        return root_.load(detail::acquire);
    }

    settings_type &settings() const noexcept { return *settings_; }

    /// Whether this is a child of fork that is younger than the map. Other threads that used the
    /// map were then lost at any point, even while pinned. Their pins hold nothing back any more.
    bool may_have_lost_threads() const noexcept {
        return settings_->made_by_process != detail::domain::process_number();
    }

    map_stripes<stripe_type> &stripes() const noexcept {
        assert_not_moved_from();
        return settings_->stripes;
    }
    map_seat<stripe_type> seat_of(const detail::thread_record &self) const noexcept {
        return stripes().seat_of(self.index());
    }

    /// The sum of one counter over all stripes.
    std::size_t sum(detail::counter Counts::*which) const noexcept {
        std::int64_t total = 0;
        stripes().for_each([&](const stripe_type &each) { total += (each.counts.*which).load(); });
        return static_cast<std::size_t>(std::max<std::int64_t>(total, 0));
    }

    /// The engine's census, for choosing the shape of a table. In a child of fork the counts may be
    /// too low forever, by one for each lost thread. They could keep a full table from growing, or
    /// have an empty one swept without end. If they are a little too high, they only make a table
    /// larger.
    census census_for_shape(const table &root) const noexcept {
        census now = engine().take_census(root);
        if (may_have_lost_threads()) [[unlikely]] {
            now.live += detail::uncounted_in_child;
        }
        return now;
    }

    // --- the chain ---

    /// The fewest bits that a table may have.
    unsigned floor_bits() const noexcept {
        // relaxed: only a wish; code that acts on it looks again when it is done
        return std::max<unsigned>(settings_->least_bits,
                                  settings_->reserved_bits.load(detail::relaxed));
    }

    /// Returns the wish before, which is lower, or nothing.
    std::optional<unsigned> raise_reserved_bits(unsigned bits) noexcept {
        std::uint16_t seen =
            settings_->reserved_bits.load(detail::relaxed); // relaxed: see floor_bits
        while (seen < bits) {
            // Failure: another thread changed the wish; we retry while ours is larger.
            // relaxed: as above
            if (settings_->reserved_bits.compare_exchange_weak(
                    seen, static_cast<std::uint16_t>(bits), detail::relaxed, detail::relaxed)) {
                return seen;
            }
        }
        return std::nullopt;
    }
    /// Takes a wish back that could not be fulfilled.
    void lower_reserved_bits(unsigned from, unsigned to) noexcept {
        auto seen = static_cast<std::uint16_t>(from);
        // Failure: another thread has another wish, which stays.
        // relaxed: as in floor_bits
        settings_->reserved_bits.compare_exchange_strong(seen, static_cast<std::uint16_t>(to),
                                                         detail::relaxed, detail::relaxed);
    }
    void reset_reserved_bits() noexcept {
        settings_->reserved_bits.store(0, detail::relaxed); // relaxed: as in floor_bits
    }

    /// The table after `last`. Makes one if there is none. nullptr: no memory.
    table *publish_next(table &last, geometry shape) noexcept {
        return next_or_publish(last, [&] { return make(shape, prefaulted::piece_by_piece); });
    }

    /// The table after `full`, in which the path of `hash` ran out; published if there is none.
    /// nullptr: no memory.
    table *next_at_path_end(table &full, std::uint64_t hash) noexcept {
        if (table *next = full.next()) {
            return next;
        }
        const census now = census_for_shape(full);
        const path_fill by = engine().fill_of_path(full, hash);
        if (by == path_fill::live) {
            // relaxed: only advice to is_sparse
            settings_->crowded.store(crowded_table(full.shape().bits, now.live).as_word(),
                                     detail::relaxed);
        }
        return publish_next(full, shape_after_path_end(full.shape(), now, floor_bits(), by));
    }

    /// A table whose memory the caller has to prefault. nullptr: no memory.
    table *make_to_prefault(geometry shape) noexcept { return make(shape, prefaulted::at_once); }

    /// Starts a migration of the root if one is due.
    [[gnu::noinline]] void consider_migration(table &root) noexcept {
        if (root.next() != nullptr) {
            return;
        }
        const census now = census_for_shape(root);
        if (wants_migration(root.capacity(), now) || is_sparse(root, now)) {
            publish_next(root, shape_after(root.shape(), now, floor_bits()));
        }
    }

    /// Moves the root from `done`, all of whose buckets are done, to its next table (C1).
    void promote(detail::thread_record &self, table &done) noexcept {
        table *expected = &done;
        table *next = done.next();
        // Failure: another thread promoted it, and made progress.
        // seq_cst: publishes the table and what was settled [E:root-publish]; comes before the
        // label of the table that it unlinks [E:label]
        if (root_.compare_exchange_strong(expected, next, detail::seq_cst, detail::acquire)) {
            const unsigned before = done.shape().bits;
            const unsigned after = next->shape().bits;
            (after > before   ? settings_->grown
             : after < before ? settings_->shrunk
                              : settings_->swept)
                .add(1);
            settings_->table_bytes_retired.add(static_cast<std::int64_t>(done.bytes()));
            if (done.is_large()) {
                detail::retire_flagged(*settings_->old_tables(), old_tables_wait_,
                                       detail::retired_item(done.garbage_link(), retired::table),
                                       *domain_);
            } else {
                retire(self, done.garbage_link(), retired::table,
                       1 + done.bytes() / detail::bytes_per_turn);
            }
        }
    }

    /// Does the work for others that an operation owes after its own result is decided (M2).
    [[gnu::always_inline]] void after_write(detail::thread_record &self, table &root) noexcept {
        if (root.next() != nullptr || old_tables_wait_.is_up()) [[unlikely]] {
            lend_a_hand(self, root);
        }
    }

    // --- reclamation ---

    /// Up while large tables that were the root wait to be given back.
    detail::waiting_flag &old_tables_wait() noexcept { return old_tables_wait_; }

    /// Retires an object that this thread's read-modify-write has just unlinked, and takes a turn.
    void retire(detail::thread_record &self, detail::link_word &link, detail::retired_kind kind,
                std::uint64_t weight = 1) noexcept {
        const map_seat<stripe_type> seat = seat_of(self);
        seat.stripe.garbage.retire(detail::retired_item(link, kind), *domain_, seat.owned);
        engine::take_turn(engine(), self, weight);
    }

protected:
    /// Throws std::bad_alloc.
    explicit map_core(const core_options &options)
        : domain_(options.domain),
          settings_(new settings_type(geometry::bits_for(options.least_elements), options)) {
        const unsigned bits =
            std::max<unsigned>(geometry::bits_for(options.elements), settings_->least_bits);
        table *first = make_to_prefault(geometry::of(bits));
        if (first != nullptr && !first->prefault_all([] {})) {
            table::free(first);
            first = nullptr;
        }
        if (first == nullptr) {
            delete settings_;
            FERRY_THROW(std::bad_alloc());
        }
        root_.store(first, detail::relaxed); // relaxed: nobody else has the map yet
        if constexpr (FERRY_CHECKED) {
            domain_->checked_maps().add(1);
        }
    }

    /// Takes over another core's contents. No other thread may use either. Afterwards the other may
    /// only be destroyed or assigned to.
    map_core(map_core &&other) noexcept
        : domain_(other.domain_), settings_(std::exchange(other.settings_, nullptr)) {
        // relaxed: nobody else uses the maps
        root_.store(other.root_.load(detail::relaxed), detail::relaxed);
        old_tables_wait_.take_over(other.old_tables_wait_);
        other.root_.store(nullptr, detail::relaxed); // relaxed: as above
    }

    /// The engine has freed what the tables link. If the engine's constructor threw, the tables are
    /// empty.
    ~map_core() {
        if (!owns_tables()) {
            return;
        }
        for (table *each = root(); each != nullptr;) {
            table *next = each->next();
            table::free(each);
            each = next;
        }
        delete settings_;
        if constexpr (FERRY_CHECKED) {
            domain_->checked_maps().add(-1);
        }
    }

    /// False: the map was moved from.
    bool owns_tables() const noexcept { return settings_ != nullptr; }

private:
    /// Whether options::shrink_below asks for a smaller table, and the keys may have room in it. It
    /// is at most 1/8, below which shape_after gives one.
    bool is_sparse(const table &root, const census &now) const noexcept {
        const unsigned bits = root.shape().bits;
        return now.live * 65536 < root.capacity() * settings_->shrink_below &&
               bits > floor_bits() &&
               // relaxed: advice; a wrong one makes a table too large, or migrates once more
               !crowded_table(settings_->crowded.load(detail::relaxed))
                    .warns_of(bits - 1, now.live);
    }

    void assert_not_moved_from() const noexcept {
        FERRY_ASSERT(owns_tables(),
                     "a map that was moved from was used: destroy it or assign to it");
    }

    Engine &engine() noexcept { return static_cast<Engine &>(*this); }
    const Engine &engine() const noexcept { return static_cast<const Engine &>(*this); }

    /// nullptr: no memory.
    table *make(geometry shape, prefaulted when) noexcept {
        table *const made =
            table::make(shape, settings_->stripes.most(), settings_->huge_pages, when);
        if (made != nullptr && made->is_large() && !settings_->make_old_tables()) {
            table::free_unused(made);
            return nullptr;
        }
        return made;
    }

    [[gnu::noinline]] void lend_a_hand(detail::thread_record &self, table &root) noexcept {
        if (root.next() != nullptr) {
            engine::help(engine(), self, root);
        }
        if (old_tables_wait_.is_up()) {
            engine::take_turn(engine(), self);
            engine::give_back_a_piece(engine(), self);
        }
    }

    // Every operation reads these. They are written a few times in a migration, and once for each
    // piece of a large old table (C3). Together with a hash of up to 32 bytes behind them, such as
    // ferry::hash, they fit into one line.
    detail::atomic<table *> root_{nullptr};
    detail::domain *domain_;
    settings_type *settings_;
    detail::waiting_flag old_tables_wait_;
};

FERRY_ENGINE_END
