// SPDX-License-Identifier: BSL-1.0
#include "points.hpp"

#include <ferry/detail/flat/cell_word.hpp>
#include <ferry/detail/node/slot_word.hpp>
#include <ferry/detail/node/value_word.hpp>

#include <functional>

namespace ferry::test::parking {

namespace {

using engine::cell_word;
using engine::slot_word;
using engine::value_state;
using engine::value_word;

// What a step is, by the type of the atomic, the order and the words: no two kinds have all of
// these in common.
enum class kind {
    other,
    sealing,
    linking,
    unlinking,
    dropping,
    taking_place, // the vacancy out of the state
    changing,     // another value, or none
    filling_cell, // by an insertion, or by the move of a key
    changing_cell,
    freezing,
    marking_over,
    publishing_next,
    promoting,
    setting_done,
    loading_in_order, // the label, or a second load of the state, or a scan
    pushing,          // on a list of garbage
    taking_list,
    putting_back,
    beginning_scan, // of the records; a heavy barrier comes before, if any
    advancing,
    pinning,
    unpinning,
    linking_record,
    leaving_record,
};

bool inside(const void *at, const extent &in) {
    return !std::less<>()(at, in.begin) && std::less<>()(at, in.end);
}

// A compare-exchange by which a slot, a node's state, a chain or the epoch changes.
kind of_change(const step &one, const surroundings &here) {
    if (inside(one.at, here.domain))
        return kind::advancing;
    if (one.pointer)
        return one.expected == 0 ? kind::publishing_next : kind::promoting;
    if (one.expected == slot_word::empty().bits())
        return one.written == slot_word::sealed().bits() ? kind::sealing : kind::linking;
    if (one.written == slot_word::tombstone().bits())
        return kind::unlinking;
    const value_word from{one.expected};
    const value_word to{one.written};
    if (to == value_word::dropped())
        return kind::dropping;
    if (!from.is_live() && !from.is_dead())
        return kind::other;
    return from.same_value(to) ? kind::taking_place : kind::changing;
}

// A compare-exchange of a cell's key word, by the bits that nothing else has: other words that are
// changed with these orders are small numbers.
kind of_mark(const step &one) {
    const cell_word from{one.expected};
    const cell_word to{one.written};
    return to.is_frozen() && !from.is_frozen() ? kind::freezing
           : to.is_over() && !from.is_over()   ? kind::marking_over
                                               : kind::other;
}

kind of(const step &one, const surroundings &here) {
    switch (one.what) {
    case act::load:
        return one.order == std::memory_order_seq_cst ? kind::loading_in_order : kind::other;
    case act::store:
        if (one.order != std::memory_order_release || one.pointer)
            return kind::other;
        return one.written == 0 ? kind::unpinning : kind::pinning;
    case act::exchange:
        return one.order == std::memory_order_acquire   ? kind::taking_list
               : one.order == std::memory_order_seq_cst ? kind::pinning
                                                        : kind::other;
    case act::add:
        return one.pointer ? kind::beginning_scan : kind::other;
    case act::set_bits:
        return inside(one.at, here.root) ? kind::setting_done : kind::other;
    case act::keep_bits:
        return kind::leaving_record;
    case act::exchange_pair:
        return cell_word{one.expected}.is_empty() ? kind::filling_cell : kind::changing_cell;
    case act::compare_exchange:
        if (one.order == std::memory_order_release)
            return kind::putting_back;
        if (one.order == std::memory_order_acq_rel)
            return of_mark(one);
        return one.order == std::memory_order_seq_cst ? of_change(one, here) : kind::other;
    case act::try_exchange:
        if (one.order != std::memory_order_acq_rel)
            return kind::other;
        return one.pointer ? kind::linking_record : kind::pushing;
    }
    return kind::other;
}

// Two counters, each read and written, and what comes then.
constexpr std::size_t steps_of_counting = 5;

// The last step whose effect the thread has still to follow up.
enum class owing {
    nothing,
    look_after_link,
    promotion,
    retirement_of_table,
    unlinking,
    label,
    push,
    list,
    epoch,
    value,
    move,
    done_bit,
    count,
};

owing after(owing now, const step &made, const surroundings &here) {
    const kind what = of(made, here);
    switch (what) {
    case kind::linking:
        return made.done ? owing::look_after_link : now;
    case kind::setting_done:
        return owing::promotion;
    case kind::promoting:
        return made.done ? owing::retirement_of_table : owing::nothing;
    case kind::dropping:
        return made.done ? owing::unlinking : now;
    case kind::unlinking:
        return owing::label;
    case kind::changing:
        return made.done ? owing::label : now;
    case kind::taking_place:
        return made.done ? owing::value : now;
    case kind::loading_in_order:
        return now == owing::label             ? owing::push
               : now == owing::look_after_link ? owing::nothing
                                               : now;
    case kind::freezing:
        return made.done && cell_word{made.written}.is_live() ? owing::move : now;
    case kind::filling_cell:
        return !made.done ? now : now == owing::move ? owing::done_bit : owing::count;
    case kind::changing_cell:
        return made.done ? owing::count : now;
    case kind::pushing:
        return made.done ? owing::nothing : now;
    case kind::taking_list:
        return made.seen != 0 ? owing::list : now;
    case kind::putting_back:
        return made.done ? owing::nothing : now;
    case kind::beginning_scan:
        return owing::epoch;
    case kind::advancing:
    case kind::unpinning:
        return owing::nothing;
    default:
        return now;
    }
}

} // namespace

std::string name_of_point(std::span<const step> steps, const surroundings &here) {
    const step &next = steps.back();
    const kind coming = of(next, here);
    owing now = owing::nothing;
    std::size_t since = 0;
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
        const owing then = after(now, steps[i], here);
        since = then != now ? i + 1 : since;
        now = then;
    }
    const kind last = steps.size() > 1 ? of(steps[steps.size() - 2], here) : kind::other;

    if (last == kind::publishing_next && steps[steps.size() - 2].done)
        return "after publishing next";
    if (coming == kind::setting_done)
        return now == owing::done_bit ? "between moving a key and the done bit"
                                      : "between a bucket's last slot and its done bit";
    if (last == kind::setting_done)
        return "after a done bit";
    switch (now) {
    case owing::promotion:
        return coming == kind::promoting ? "between a done bit and the promotion" : "";
    case owing::retirement_of_table:
        return "between a promotion and the table's retirement";
    case owing::unlinking:
        return "between DROPPED and the unlinking";
    case owing::look_after_link:
        if (steps.size() - since > steps_of_counting)
            return "";
        return coming == kind::loading_in_order ? "between a link and the second load of the state"
                                                : "between a link and its count";
    case owing::label:
        return coming == kind::loading_in_order ? "between the unlinking CAS and the label" : "";
    case owing::push:
        return coming == kind::pushing ? "between the label and the push" : "";
    case owing::list:
        return coming == kind::putting_back ? "between a list's exchange and its putting back"
                                            : "after a list's exchange";
    case owing::epoch:
        return coming == kind::advancing ? "between the heavy barrier and the epoch's CAS" : "";
    case owing::value:
        return "between taking a free place and publishing its value";
    case owing::move:
        return coming == kind::filling_cell
                   ? "between freezing a cell and moving its key"
                   : "between freezing a cell and the look at the next table";
    case owing::count:
        if (steps.size() - since <= steps_of_counting)
            return "between a cell's CAS and its count";
        break;
    case owing::done_bit:
    case owing::nothing:
        break;
    }
    switch (coming) {
    case kind::filling_cell:
        return "between finding an empty cell and its CAS";
    case kind::changing_cell:
        return "between a cell's look and its CAS";
    case kind::freezing:
        return cell_word{next.expected}.is_live() ? "before a live cell is frozen"
               : next.expected == 0               ? "before an empty cell is sealed"
                                                  : "before a dead cell is frozen";
    case kind::marking_over:
        return "before a full home is marked";
    case kind::linking:
        return "between finding an empty slot and the link";
    case kind::changing:
        return "between reading a state and changing it";
    case kind::pinning:
        return "between the epoch's load and the pin";
    case kind::unpinning:
        return "before the unpin";
    case kind::linking_record:
        return "before a record is linked";
    case kind::leaving_record:
        return "before a record is left";
    default:
        return "";
    }
}

} // namespace ferry::test::parking
