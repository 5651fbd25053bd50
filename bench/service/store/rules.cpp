// SPDX-License-Identifier: BSL-1.0
#include "store/rules.hpp"

#include "protocol/limits.hpp"
#include "protocol/numbers.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace ferry::service {

namespace {

// A new item for the key of `present`, with its end and the client's flags, without its marks.
item in_place_of(const item &present, shared_bytes bytes, stamp now) {
    item made(std::move(bytes), now.cas);
    made.flags = present.flags;
    made.expires = present.expires;
    made.note_store(now.tick);
    return made;
}

item new_item(shared_bytes bytes, std::uint32_t expires, bool binary_key, stamp now) {
    item made(std::move(bytes), now.cas);
    made.expires = expires;
    made.marks = binary_key ? mark_binary_key : 0;
    made.note_store(now.tick);
    return made;
}

bool cas_is_another(const item &present, std::uint64_t expected) {
    return expected != 0 && present.cas != expected;
}

decision put(item made, written &result) {
    result = {outcome::done, made.cas};
    return made;
}

decision keep_because(outcome why, written &result) {
    result = {why, 0};
    return ferry::keep;
}

decision join(const item &present, const writing &change, stamp now, written &result) {
    if (cas_is_another(present, change.expected_cas))
        return keep_because(outcome::exists, result);
    const std::string_view had = present.bytes.text();
    const std::string_view more = change.bytes.text();
    // Less than what the key takes: nobody joins items up to the last byte.
    if (!item_fits(most_key_bytes, had.size() + more.size()))
        return keep_because(outcome::not_stored, result);
    shared_bytes both = change.mode == writing_mode::append ? shared_bytes::joined(had, more)
                                                            : shared_bytes::joined(more, had);
    return put(in_place_of(present, std::move(both), now), result);
}

std::string_view write_number(std::uint64_t number, std::array<char, 20> &to) {
    const auto end = std::to_chars(to.begin(), to.end(), number).ptr;
    return {to.data(), static_cast<std::size_t>(end - to.data())};
}

} // namespace

decision write_rule(const item *present, const writing &change, stamp now, written &result) {
    item made = new_item(change.bytes, change.expires, change.binary_key, now);
    made.flags = change.flags;
    switch (change.mode) {
    case writing_mode::set:
        return put(std::move(made), result);
    case writing_mode::add:
        if (present == nullptr)
            return put(std::move(made), result);
        present->note_store(now.tick); // somebody wants it
        return keep_because(outcome::not_stored, result);
    case writing_mode::replace:
        if (present != nullptr)
            return put(std::move(made), result);
        return keep_because(outcome::not_stored, result);
    case writing_mode::append:
    case writing_mode::prepend:
        if (present != nullptr)
            return join(*present, change, now, result);
        return keep_because(outcome::not_stored, result);
    case writing_mode::cas:
        break;
    }
    if (present == nullptr)
        return keep_because(outcome::not_found, result);
    if (change.expected_cas == present->cas)
        return put(std::move(made), result);
    if (change.accepts_stale && change.expected_cas != 0 && change.expected_cas < present->cas) {
        made.expires = present->expires;
        made.marks |= mark_stale | (present->marks & mark_won);
        return put(std::move(made), result);
    }
    return keep_because(outcome::exists, result);
}

decision count_rule(const item *present, const counting &change, stamp now, counted_to &result) {
    std::array<char, 20> digits;
    result = {};
    if (present == nullptr) {
        if (!change.vivify_expires)
            return ferry::keep;
        const std::string_view number = write_number(change.initial, digits);
        item made = new_item(shared_bytes::joined(number, {}), *change.vivify_expires,
                             change.binary_key, now);
        result = {outcome::done, true, change.initial, made.cas, 0};
        return made;
    }
    const auto value = read_number<std::uint64_t>(present->bytes.text());
    const bool is_another = cas_is_another(*present, change.expected_cas);
    if (is_another || !value) {
        result.what =
            is_another && present->bytes.size() != 0 ? outcome::exists : outcome::not_a_number;
        return ferry::keep;
    }
    const std::uint64_t counted = change.up            ? *value + change.by
                                  : *value < change.by ? 0
                                                       : *value - change.by;
    // A number that gets shorter is filled up with spaces, and the item counts as the same: marks
    // stay. Clients that know memcached may rely on both.
    const std::string_view number = write_number(counted, digits);
    const std::size_t had = present->bytes.size();
    item made;
    if (number.size() <= had) {
        made = *present;
        made.bytes = shared_bytes::joined(number, std::string(had - number.size(), ' '));
        made.cas = now.cas;
        made.note_store(now.tick);
    } else {
        made = in_place_of(*present, shared_bytes::joined(number, {}), now);
    }
    made.expires = change.expires.value_or(present->expires);
    result = {outcome::done, false, counted, made.cas, present->expires};
    return made;
}

decision erase_rule(const item *present, const erasing &change, stamp now, outcome &result) {
    result = outcome::not_found;
    if (present == nullptr)
        return ferry::keep;
    if (change.expected_cas && *change.expected_cas != present->cas) {
        result = outcome::exists;
        return ferry::keep;
    }
    result = outcome::done;
    if (!change.only_invalidates)
        return ferry::erase;
    item made = *present;
    made.cas = now.cas;
    made.expires = change.expires.value_or(present->expires);
    made.marks |= mark_stale;
    made.marks &= static_cast<std::uint8_t>(~mark_won);
    return made;
}

bool tell_of(const item &present, const fetching &how, std::uint32_t tick, fetched &result) {
    if (how.expires || how.recache ||
        (present.is_marked(mark_stale) && !present.is_marked(mark_won)))
        return false;
    result.found = true;
    result.was_won = present.is_marked(mark_won);
    result.was_fetched = present.was_fetched();
    result.idle_for = present.idle_for(tick);
    result.ended = present.expires;
    if (how.bumps)
        present.note_fetch(tick);
    return true;
}

decision fetch_rule(const item *present, const fetching &change, stamp now, fetched &result,
                    item &shown) {
    result = {};
    if (present == nullptr) {
        if (!change.vivify_expires)
            return ferry::keep;
        item made =
            new_item(shared_bytes::joined({}, {}), *change.vivify_expires, change.binary_key, now);
        result.found = result.made = result.won = true;
        shown = made;
        if (change.bumps)
            made.note_fetch(now.tick);
        made.marks |= mark_won;
        return made;
    }
    item made = *present;
    made.expires = change.expires.value_or(present->expires);
    const std::uint32_t end = change.recache_sees_new_end ? made.expires : present->expires;
    const bool was_won = present->is_marked(mark_won);
    const bool ends_early = change.recache && end != 0 && end < *change.recache;
    result.found = true;
    result.won = !was_won && (ends_early || present->is_marked(mark_stale));
    result.was_won = was_won;
    result.was_fetched = present->was_fetched();
    result.idle_for = present->idle_for(now.tick);
    result.ended = present->expires;
    shown = made;
    if (change.bumps)
        made.note_fetch(now.tick);
    if (result.won)
        made.marks |= mark_won;
    return made;
}

decision touch_rule(const item *present, std::uint32_t expires, stamp now, item &result) {
    if (present == nullptr)
        return ferry::keep;
    item made = *present;
    made.expires = expires;
    made.note_fetch(now.tick);
    result = made;
    return made;
}

} // namespace ferry::service
