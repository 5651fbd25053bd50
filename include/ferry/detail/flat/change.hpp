// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changing a key: inserting, replacing, erasing. A look at the home, or else a walk, finds the
// key's cell, or the first EMPTY one of its path. One compare-and-swap changes it.
//
// The look at the home reads its cells at different instants. The first cell that it saw as the
// key's, or as EMPTY, is loaded again afterwards. If that word is the key's and not FROZEN, the
// cell is the right one (F0). If it is EMPTY, no cell before it had been frozen (F2), so each
// cell before it was seen with another key, which it keeps. The key then has no cell here, and this
// is the first EMPTY one. The same holds when a compare-and-swap that expects this word succeeds.
//
// Progress: lock-free. Each retry is caused by a successful change of the same cell, which another
// thread made, or a function of the user that this operation called.
// Nothing but tables is allocated.

#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/flat/find.hpp"
#include "ferry/detail/flat/probe.hpp"
#include "ferry/detail/platform/exceptions.hpp"

#include <new>

FERRY_ENGINE_BEGIN

/// The cell in which a change of a key takes place: the key's own, not FROZEN, or EMPTY.
struct cell_spot {
    cell *at = nullptr; ///< nullptr: the key is absent, and no cell is wanted for it
    cell_word word;     ///< as it was loaded
    std::uint64_t body = 0;
    cell_table *in = nullptr;
};

/// The key's spot in its home. None: the home does not tell.
[[gnu::always_inline]] inline cell_spot spot_at_home(cell_table &root,
                                                     std::uint64_t hash) noexcept {
    cell_bucket &home = *root.home(hash);
    const std::uint64_t body = cell_path::body_at_home(root, hash);
    const auto candidates = cells_view(home).own_or_empty(body);
    if (!candidates.empty()) [[likely]] {
        cell &first = candidates.first_in(home);
        const cell_word word = first.load(); // after the look
        if (word.is_empty() || word.is_unfrozen_for(body)) [[likely]] {
            return {&first, word, body, &root};
        }
    }
    return {};
}

/// Walks from the root to the key's spot. None: the key is absent, and `MayInsert` is false.
template <bool MayInsert, class Core>
[[gnu::noinline]] cell_spot seek_spot(Core &core, detail::thread_record &self, cell_table &root,
                                      std::uint64_t hash) {
    for (cell_table *in = &root;;) {
        bool goes_on = false;
        for (cell_path path(*in, hash); !path.ended() && !goes_on; path.advance()) {
            for (cell &each : path.bucket().cells) {
                const cell_word word = each.load();
                if (word.is_empty() || word.is_unfrozen_for(path.body())) {
                    return {&each, word, path.body(), in};
                }
                if (word.is_sealed()) {
                    goes_on = true;
                    break;
                }
                if (word.is_for(path.body())) {
                    // A live key must have a cell in the next table before it is changed there
                    // (F4).
                    if (word.is_live() &&
                        engine::move_key(core, self, *in, hash, each.value()) != settled::done) {
                        FERRY_THROW(std::bad_alloc());
                    }
                    goes_on = true;
                    break;
                }
            }
            if (!goes_on && &path.bucket() == in->home(hash)) {
                cell &last = path.bucket().last();
                if constexpr (MayInsert) {
                    mark_over(last);
                } else {
                    const cell_word word = last.load();
                    if (!word.is_over() && !word.is_frozen()) {
                        return {}; // LP: absent (F3)
                    }
                }
            }
        }
        cell_table *next = in->next();
        if (next == nullptr) {
            if constexpr (MayInsert) {
                next = core.next_at_path_end(*in, hash);
                if (next == nullptr) {
                    FERRY_THROW(std::bad_alloc()); // nothing was changed
                }
            } else {
                return {}; // LP: absent, the load of the null next
            }
        }
        in = next;
    }
}

template <class Core>
template <class OnLive, class OnAbsent>
inline change_result flat_operation<Core>::change(OnLive &&on_live, OnAbsent &&on_absent) const {
    constexpr bool may_insert = !std::is_same_v<std::remove_cvref_t<OnAbsent>, never_insert>;
    cell_table &root = *core.root();
    if (const cell_table *next = root.next()) [[unlikely]] {
        detail::prefetch_for_write(next->home(hash)); // where the key goes if its home is frozen
    }
    change_result result;
    bool due = false;
    for (cell_spot spot = engine::spot_at_home(root, hash);; spot = {}) {
        if (spot.at == nullptr) [[unlikely]] {
            spot = engine::seek_spot<may_insert>(core, self, root, hash);
            if (!may_insert && spot.at == nullptr) {
                break;
            }
        }
        const cell_word word = spot.word;
        const std::uint64_t value = word.is_empty() ? 0 : spot.at->value();
        std::uint64_t fresh = value;
        wish wanted = wish::keep;
        if (word.is_live()) {
            wanted = on_live(value, fresh);
        } else if constexpr (may_insert) {
            wanted = on_absent(fresh);
        }
        const cell_word to = wanted == wish::erase ? word.made_dead()
                             : word.is_empty()     ? cell_word::live(spot.body)
                                                   : word.made_live();
        // LP of what changes the key: this CAS. LP of what keeps it: the load of the value (F1), of
        // EMPTY, or of DEAD. Failure: another thread changed the cell, and made progress.
        if (wanted != wish::keep && !spot.at->try_change(word, value, to, fresh)) [[unlikely]] {
            continue;
        }
        result = {word.is_live(), wanted, value, fresh};
        if (wanted == wish::erase) {
            due = core.count_erased(self, root);
        } else if (wanted == wish::put && word.is_empty()) {
            due = core.count_inserted(self, *spot.in) && spot.in == &root;
        } else if (wanted == wish::put && word.is_dead()) {
            core.count_revived(self);
        }
        break;
    }
    if (due) [[unlikely]] {
        core.consider_migration(root);
    }
    core.after_write(self, root);
    return result;
}

template <class Core>
template <class MakeKey, class F>
compute_result flat_operation<Core>::compute(MakeKey &&, F &&f) const {
    using answer_type = decltype(f(static_cast<const T *>(nullptr)));
    const auto wish_of = [](answer_type &answer, std::uint64_t &fresh) {
        switch (kind_of<T>(answer)) {
        case decided::keep:
            return wish::keep;
        case decided::erase:
            return wish::erase;
        case decided::value:
            break;
        }
        if constexpr (!never_a_value<T, answer_type>) {
            const T made(value_in<T>(answer)); // not T(…), which would be a cast
            fresh = to_word(made);
        }
        return wish::put;
    };
    const auto result = change(
        [&](std::uint64_t value, std::uint64_t &fresh) {
            const T current = from_word<T>(value);
            answer_type answer = f(static_cast<const T *>(std::addressof(current)));
            return wish_of(answer, fresh);
        },
        [&](std::uint64_t &fresh) {
            answer_type answer = f(static_cast<const T *>(nullptr));
            const wish wanted = wish_of(answer, fresh);
            return wanted == wish::erase ? wish::keep : wanted;
        });
    switch (result.done) {
    case wish::keep:
        return compute_result::unchanged;
    case wish::erase:
        return compute_result::erased;
    case wish::put:
        break;
    }
    return result.was_live ? compute_result::updated : compute_result::inserted;
}

FERRY_ENGINE_END
