// SPDX-License-Identifier: BSL-1.0
#include "support/linear/checker.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace ferry::test::linear {

namespace {

// Operations of the longest order that an explanation lists: its end is what is of interest.
constexpr std::size_t told = 64;

bool fits(const event &one, state at) { return one.what.apply(at); }

} // namespace

std::string checker::check(std::span<const event> history, std::span<const state> initial) {
    dead_ = 0;
    sorted_.clear();
    for (const event &one : history) {
        if (one.returned < one.invoked)
            return in_words(one) + ": returned before it was invoked\n";
        sorted_.push_back({one.key, one.invoked, &one});
    }
    std::sort(sorted_.begin(), sorted_.end(), [](const reference &a, const reference &b) {
        return std::tie(a.key, a.invoked, a.what) < std::tie(b.key, b.invoked, b.what);
    });
    for (std::size_t begin = 0, end = 0; begin < sorted_.size(); begin = end) {
        const key_type key = sorted_[begin].key;
        while (end < sorted_.size() && sorted_[end].key == key)
            ++end;
        const std::span one_key = std::span(sorted_).subspan(begin, end - begin);
        const state at_first = key < initial.size() ? initial[key] : absent;
        const bool found = search(one_key, at_first);
        dead_ += dead_ends_.size();
        if (!found)
            return explain(one_key, at_first);
    }
    return "";
}

bool checker::search(std::span<const reference> of_one_key, const state &initial) {
    list(of_one_key);
    way_.clear();
    longest_.clear();
    fewest_left_ = std::numeric_limits<std::size_t>::max();
    choices_.clear();
    levels_.clear();
    dead_ends_.clear();
    arrival at = enter(initial, 0);
    while (at != arrival::complete) {
        if (levels_.empty())
            return false;
        level &top = levels_.back();
        if (top.next_choice == choices_.size()) {
            dead_ends_.insert(done_, top.at);
            choices_.resize(top.first_choice);
            go_back_to(top.way_before);
            levels_.pop_back();
            at = arrival::dead;
            continue;
        }
        const std::uint32_t next = choices_[top.next_choice++].entry;
        state after = top.at;
        entries_[next].what->what.apply(after);
        const std::size_t way_before = way_.size();
        take(next);
        at = enter(after, way_before);
    }
    return true;
}

void checker::list(std::span<const reference> of_one_key) {
    const auto count = static_cast<std::uint32_t>(of_one_key.size());
    entries_.clear();
    entries_.push_back({nullptr, count, count == 0 ? 0u : 1u, 0});
    std::uint32_t returned = 0;
    std::uint32_t never_returned = 0;
    for (std::uint32_t i = 1; i <= count; ++i) {
        const event *const what = of_one_key[i - 1].what;
        std::uint32_t &number = what->returned == pending ? never_returned : returned;
        entries_.push_back({what, i - 1, i == count ? 0 : i + 1, number++});
    }
    to_do_ = returned;
    done_.clear(returned, never_returned);
}

// Takes what only looks, and opens a level with the choices that are then.
checker::arrival checker::enter(const state &at, std::size_t way_before) {
    const std::size_t first_choice = choices_.size();
    stamp earliest = pending;
    const event *urgent = nullptr;
    for (std::uint32_t i = entries_[0].next; i != 0; i = entries_[i].next) {
        const event &one = *entries_[i].what;
        if (one.invoked > earliest)
            break;
        state after = at;
        const bool possible = one.what.apply(after);
        if (possible && one.returned != pending && one.what.only_looks()) {
            take(i);
            continue;
        }
        // A pending one that changes nothing can as well be left out.
        if (possible && (one.returned != pending || after != at))
            choices_.push_back({i, false, one.returned});
        if (one.returned < earliest) {
            earliest = one.returned;
            urgent = &one;
        }
    }
    if (to_do_ == 0)
        return arrival::complete;
    if (choices_.size() == first_choice || dead_ends_.contains(done_, at)) {
        if (to_do_ < fewest_left_) {
            fewest_left_ = to_do_;
            longest_ = way_;
        }
        choices_.resize(first_choice);
        go_back_to(way_before);
        return arrival::dead;
    }
    rank_choices(at, first_choice, urgent);
    levels_.push_back({at, first_choice, first_choice, way_before});
    return arrival::open;
}

void checker::rank_choices(const state &at, std::size_t first, const event *urgent) {
    const std::span open = std::span(choices_).subspan(first);
    if (open.size() == 1)
        return;
    for (choice &one : open) {
        state after = at;
        const event &next = *entries_[one.entry].what;
        next.what.apply(after);
        one.lets_urgent_fit = &next == urgent || fits(*urgent, after);
    }
    std::sort(open.begin(), open.end(), [](const choice &a, const choice &b) {
        return std::tuple(!a.lets_urgent_fit, a.returned, a.entry) <
               std::tuple(!b.lets_urgent_fit, b.returned, b.entry);
    });
}

void checker::take(std::uint32_t which) {
    const entry &one = entries_[which];
    entries_[one.previous].next = one.next;
    entries_[one.next].previous = one.previous;
    done_.flip(one.number, one.what->returned != pending);
    to_do_ -= one.what->returned != pending;
    way_.push_back(which);
}

// The links of what was taken still tell where it was: the last taken goes back first.
void checker::go_back_to(std::size_t way_length) {
    while (way_.size() > way_length) {
        const std::uint32_t which = way_.back();
        const entry &one = entries_[which];
        entries_[one.previous].next = which;
        entries_[one.next].previous = which;
        done_.flip(one.number, one.what->returned != pending);
        to_do_ += one.what->returned != pending;
        way_.pop_back();
    }
}

// The longest order ends where nothing can follow: one that ends where the search has been before
// has no fewer operations left than the longest from there.
std::string checker::explain(std::span<const reference> of_one_key, const state &initial) const {
    std::string words = "key " + std::to_string(of_one_key[0].key) + ", at first " +
                        in_words(initial) + ": no order of its " +
                        std::to_string(of_one_key.size()) +
                        " operations has the results they had. The longest found is\n";
    if (longest_.empty())
        words += "    (of none)\n";
    const std::size_t left_out = longest_.size() > told ? longest_.size() - told : 0;
    if (left_out != 0)
        words += "    (" + std::to_string(left_out) + " before)\n";
    std::vector<bool> done(entries_.size());
    state at = initial;
    for (std::size_t i = 0; i < longest_.size(); ++i) {
        const event &one = *entries_[longest_[i]].what;
        if (i >= left_out)
            words += "    " + in_words(one) + '\n';
        one.what.apply(at);
        done[longest_[i]] = true;
    }
    words += "after which it is " + in_words(at) + "; next can only be\n";
    stamp earliest = pending;
    for (std::size_t i = 1; i < entries_.size(); ++i) {
        const event &one = *entries_[i].what;
        if (done[i])
            continue;
        if (one.invoked > earliest)
            break;
        if (one.returned != pending)
            words += "    " + in_words(one) + '\n';
        earliest = std::min(earliest, one.returned);
    }
    return words + "which does not fit\n";
}

} // namespace ferry::test::linear
