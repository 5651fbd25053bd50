// SPDX-License-Identifier: BSL-1.0
#pragma once

// Changing a key: inserting, replacing, erasing. One walk finds the key's cell, or the first EMPTY
// one of its path, and one compare-and-swap changes it.
//
// Progress: lock-free. Each retry is caused by another thread's successful change of the same cell.
// Nothing but tables is allocated.

#include "ferry/detail/chain/answer.hpp"
#include "ferry/detail/flat/find.hpp"
#include "ferry/detail/platform/exceptions.hpp"

#include <new>

FERRY_ENGINE_BEGIN

template <class Core>
template <class OnLive, class OnAbsent>
change_result flat_operation<Core>::change(OnLive &&on_live, OnAbsent &&on_absent) const {
    constexpr bool may_insert = !std::is_same_v<std::remove_cvref_t<OnAbsent>, never_insert>;
    cell_table *const root = core.root();
    if (const cell_table *next = root->next()) [[unlikely]] {
        detail::prefetch_for_write(next->home(hash)); // where the key goes if its home is frozen
    }
    change_result result;
    bool due = false;

    // Changes the key in a cell that is its own and not frozen, or that is EMPTY. False: another
    // thread changed the cell.
    const auto change_cell = [&](cell &its, cell_word word, std::uint64_t body, cell_table &in) {
        const std::uint64_t value = word.is_empty() ? 0 : its.value();
        std::uint64_t fresh = value;
        wish wanted = wish::keep;
        if (word.is_live()) {
            wanted = on_live(value, fresh);
        } else if constexpr (may_insert) {
            wanted = on_absent(fresh);
        }
        const cell_word to = wanted == wish::erase ? word.made_dead()
                             : word.is_empty()     ? cell_word::live(body)
                                                   : word.made_live();
        // LP of what changes the key: this CAS. LP of what keeps it: the load of the value (F1), of
        // EMPTY, or of DEAD
        if (wanted != wish::keep && !its.try_change(word, value, to, fresh)) {
            return false;
        }
        result = {word.is_live(), wanted, value, fresh};
        if (wanted == wish::erase) {
            due = core.count_erased(self, *root);
        } else if (wanted == wish::put && word.is_empty()) {
            due = core.count_inserted(self, in) && &in == root;
        } else if (wanted == wish::put && word.is_dead()) {
            core.count_revived(self);
        }
        return true;
    };

    // The walk through one table. True: the key's state was found or changed.
    const auto change_in = [&](cell_table &in) {
        for (cell_path at(in, hash); !at.ended(); at.advance()) {
            for (cell &each : at.bucket().cells) {
                for (cell_word word = each.load();; word = each.load()) {
                    if (word.is_sealed()) {
                        return false;
                    }
                    if (!word.is_empty() && !word.is_for(at.body())) {
                        break; // another key's
                    }
                    if (word.is_frozen()) {
                        // A live key must have a cell in the next table before it is changed
                        // there (F4).
                        if (word.is_live() &&
                            engine::move_key(core, self, in, hash, each.value()) != settled::done) {
                            FERRY_THROW(std::bad_alloc());
                        }
                        return false;
                    }
                    if (change_cell(each, word, at.body(), in)) {
                        return true;
                    }
                }
            }
            if (&at.bucket() == in.home(hash)) {
                cell &last = at.bucket().last();
                if constexpr (may_insert) {
                    mark_over(last);
                } else {
                    const cell_word word = last.load();
                    if (!word.is_over() && !word.is_frozen()) {
                        return true; // LP: absent (F3)
                    }
                }
            }
        }
        return false;
    };

    for (cell_table *in = root; !change_in(*in);) {
        cell_table *next = in->next();
        if constexpr (may_insert) {
            if (next == nullptr) {
                next = core.next_at_path_end(*in, hash);
                if (next == nullptr) {
                    FERRY_THROW(std::bad_alloc()); // nothing was changed
                }
            }
        } else if (next == nullptr) {
            break; // LP: absent, the load of the null next
        }
        in = next;
    }
    if (due) {
        core.consider_migration(*root);
    }
    core.after_write(self, *root);
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
