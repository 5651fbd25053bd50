// SPDX-License-Identifier: BSL-1.0
#include "support/linear/whole_map.hpp"

#include <algorithm>
#include <cstdint>

namespace ferry::test::linear {

namespace {

using of_absent = transition::of_absent;
using of_present = transition::of_present;

bool can_insert(const event &one) { return one.what.nothing == of_absent::becomes; }
bool can_erase(const event &one) { return one.what.something == of_present::goes; }

std::string in_words(const sweep &one) {
    return "iteration of thread " + std::to_string(one.thread) + " [" + std::to_string(one.began) +
           ", " + std::to_string(one.ended) + "]";
}

std::string in_words(const size_reading &one) {
    return "size of thread " + std::to_string(one.thread) + " [" + std::to_string(one.began) +
           ", " + std::to_string(one.ended) + "]";
}

bool overlaps(const event &one, const sweep &other) {
    return one.invoked <= other.ended && one.returned >= other.began;
}

// The events of each key, side by side, and the keys that anything says something about.
class by_key {
public:
    by_key(std::span<const event> history, std::span<const state> initial) : initial_(initial) {
        for (const event &one : history) {
            events_.push_back(&one);
            keys_.push_back(one.key);
        }
        std::sort(events_.begin(), events_.end(),
                  [](const event *a, const event *b) { return a->key < b->key; });
        for (std::size_t key = 0; key < initial.size(); ++key) {
            if (initial[key])
                keys_.push_back(static_cast<key_type>(key));
        }
        std::sort(keys_.begin(), keys_.end());
        keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    }

    std::span<const key_type> keys() const { return keys_; }

    std::span<const event *const> of(key_type key) const {
        const auto before = [](const event *one, key_type k) { return one->key < k; };
        const auto after = [](key_type k, const event *one) { return k < one->key; };
        const auto first = std::lower_bound(events_.begin(), events_.end(), key, before);
        return {first, std::upper_bound(first, events_.end(), key, after)};
    }

    state initially(key_type key) const { return key < initial_.size() ? initial_[key] : absent; }

private:
    std::span<const state> initial_;
    std::vector<const event *> events_;
    std::vector<key_type> keys_;
};

// Whether what was seen `times` times can have been erased and inserted again in between.
bool can_have_come_back(std::span<const event *const> of_key, const sweep &one, std::size_t times) {
    std::size_t erasing = 0;
    std::size_t inserting = 0;
    stamp first_erasing = pending;
    stamp last_inserting = 0;
    for (const event *each : of_key) {
        if (!overlaps(*each, one))
            continue;
        if (can_erase(*each)) {
            ++erasing;
            first_erasing = std::min(first_erasing, each->invoked);
        }
        if (can_insert(*each)) {
            ++inserting;
            last_inserting = std::max(last_inserting, each->returned);
        }
    }
    return erasing >= times - 1 && inserting >= times - 1 && last_inserting >= first_erasing;
}

// With values that grow, any that is seen can have been put.
bool can_have_been_put(std::span<const event *const> of_key, const sweep &one, const state &initial,
                       value_type value) {
    if (initial == state(value))
        return true;
    return std::any_of(of_key.begin(), of_key.end(), [&](const event *each) {
        const transition &what = each->what;
        return each->invoked <= one.ended &&
               ((can_insert(*each) && what.from_nothing == value) ||
                (what.something == of_present::becomes && what.from_something == value) ||
                what.something == of_present::grows);
    });
}

class looks {
public:
    looks(const by_key &keys, sighted values) : keys_(keys), values_(values) {}

    // Adds to `history` what the iteration saw.
    std::string add(const sweep &one, std::vector<event> &history) {
        if (one.ended < one.began)
            return in_words(one) + " ended before it began\n";
        seen_.assign(one.seen.begin(), one.seen.end());
        std::stable_sort(seen_.begin(), seen_.end(),
                         [](const sighting &a, const sighting &b) { return a.key < b.key; });
        for (std::size_t begin = 0, end = 0; begin < seen_.size(); begin = end) {
            const key_type key = seen_[begin].key;
            while (end < seen_.size() && seen_[end].key == key)
                ++end;
            std::string wrong = add(one, std::span(seen_).subspan(begin, end - begin), history);
            if (!wrong.empty())
                return wrong;
        }
        if (one.stopped)
            return "";
        const auto before = [](const sighting &a, key_type key) { return a.key < key; };
        for (const key_type key : keys_.keys()) {
            const auto at = std::lower_bound(seen_.begin(), seen_.end(), key, before);
            if (at == seen_.end() || at->key != key)
                history.push_back(look(one, key, did::contains(false)));
        }
        return "";
    }

private:
    std::string add(const sweep &one, std::span<const sighting> of_one_key,
                    std::vector<event> &history) const {
        const key_type key = of_one_key[0].key;
        const auto events = keys_.of(key);
        if (of_one_key.size() > 1) {
            if (!can_have_come_back(events, one, of_one_key.size()))
                return in_words(one) + " saw key " + std::to_string(key) + " " +
                       std::to_string(of_one_key.size()) +
                       " times, and it was not erased and inserted again so often meanwhile\n";
            history.push_back(look(one, key, did::contains(false)));
        }
        for (const sighting &each : of_one_key) {
            if (values_ == sighted::current) {
                history.push_back(look(one, key, did::get(each.value)));
                continue;
            }
            if (!can_have_been_put(events, one, keys_.initially(key), each.value))
                return in_words(one) + " saw " + std::to_string(each.value) + " at key " +
                       std::to_string(key) + ", where nobody had put it\n";
            history.push_back(look(one, key, did::contains(true)));
        }
        return "";
    }

    static event look(const sweep &one, key_type key, transition what) {
        what.operation = "iteration";
        return {.what = what,
                .invoked = one.began,
                .returned = one.ended,
                .key = key,
                .thread = one.thread};
    }

    const by_key &keys_;
    sighted values_;
    std::vector<sighting> seen_;
};

// How many keys there are when nothing goes on.
class count_of_keys {
public:
    count_of_keys(std::span<const event> history, std::span<const state> initial) {
        std::int64_t keys = 0;
        for (const state &one : initial)
            keys += one.present;
        for (const event &one : history) {
            invoked_.push_back(one.invoked);
            if (one.returned != pending)
                returned_.push_back({one.returned, least_change(one.what), most_change(one.what)});
        }
        std::sort(invoked_.begin(), invoked_.end());
        std::sort(returned_.begin(), returned_.end(),
                  [](const change &a, const change &b) { return a.at < b.at; });
        returned_.insert(returned_.begin(), {0, keys, keys});
        for (std::size_t i = 1; i < returned_.size(); ++i) {
            returned_[i].least += returned_[i - 1].least;
            returned_[i].most += returned_[i - 1].most;
        }
    }

    std::string check(const size_reading &one) const {
        if (one.ended < one.began)
            return in_words(one) + " ended before it began\n";
        const auto invoked =
            std::upper_bound(invoked_.begin(), invoked_.end(), one.ended) - invoked_.begin();
        const auto last =
            std::lower_bound(returned_.begin() + 1, returned_.end(), one.began,
                             [](const change &a, stamp began) { return a.at < began; }) -
            1;
        if (invoked != last - returned_.begin())
            return "";
        const auto size = static_cast<std::int64_t>(one.size);
        const bool right = size >= std::max(last->least, std::int64_t{0}) && size <= last->most;
        return right ? ""
                     : in_words(one) + " was " + std::to_string(one.size) + " when " +
                           std::to_string(last->least) + " keys were there and nothing went on\n";
    }

private:
    // Of the number of keys, by what returned up to a time.
    struct change {
        stamp at;
        std::int64_t least;
        std::int64_t most;
    };

    static std::int64_t least_change(const transition &what) {
        if (what.something == of_present::goes)
            return -1;
        return what.something == of_present::excluded && what.nothing == of_absent::becomes;
    }
    static std::int64_t most_change(const transition &what) {
        if (what.nothing == of_absent::becomes)
            return 1;
        return what.nothing == of_absent::excluded && what.something == of_present::goes ? -1 : 0;
    }

    std::vector<stamp> invoked_;
    std::vector<change> returned_; // sums; the first is before all
};

} // namespace

std::string check_whole_map(checker &of_keys, std::span<const event> history,
                            std::span<const sweep> sweeps, std::span<const size_reading> sizes,
                            std::span<const state> initial, sighted values) {
    const by_key keys(history, initial);
    looks all(keys, values);
    std::vector<event> with_looks(history.begin(), history.end());
    for (const sweep &one : sweeps) {
        std::string wrong = all.add(one, with_looks);
        if (!wrong.empty())
            return wrong;
    }
    std::string wrong = of_keys.check(with_looks, initial);
    if (!wrong.empty() || sizes.empty())
        return wrong;
    const count_of_keys count(history, initial);
    for (const size_reading &one : sizes) {
        wrong = count.check(one);
        if (!wrong.empty())
            return wrong;
    }
    return "";
}

} // namespace ferry::test::linear
