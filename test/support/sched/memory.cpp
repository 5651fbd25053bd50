// SPDX-License-Identifier: BSL-1.0
#include "sched/memory.hpp"

#include <algorithm>
#include <cstring>

namespace ferry::model {

namespace {

// For each byte of the arena the location that begins there: 1 + index, or 0.
std::uint16_t location_at[shadow::arena_bytes];
// For each word what is known of plain accesses to it: 1 + index, or 0.
std::uint32_t plain_at[shadow::words];

bool acquires(order how) {
    return how == order::acquire || how == order::acq_rel || how == order::seq_cst;
}
bool releases(order how) {
    return how == order::release || how == order::acq_rel || how == order::seq_cst;
}

std::uint64_t read_plain(const void *at, unsigned bytes) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, at, bytes);
    return bits;
}
void write_plain(void *at, unsigned bytes, std::uint64_t bits) { std::memcpy(at, &bits, bytes); }

// A whole number of vectors; a loop of constant length is what compilers make vector instructions
// of wherever they optimize.
void join_views(std::uint32_t *__restrict into, const std::uint32_t *__restrict from,
                unsigned length) {
    constexpr unsigned step = 8;
    for (unsigned i = 0; i != length; i += step)
        for (unsigned k = 0; k != step; ++k)
            into[i + k] = std::max(into[i + k], from[i + k]);
}

void forget(std::uint32_t word, std::uint32_t count) {
    std::fill_n(location_at + std::size_t{word} * 8, std::size_t{count} * 8, std::uint16_t{0});
    std::fill_n(plain_at + word, count, 0u);
}

} // namespace

memory_model::memory_model(shadow &memory) : memory_(memory) {
    memory_.on_new_words = forget;
    for (auto &buffer : buffers_)
        buffer.reserve(64);
}

void memory_model::reset(memory_kind kind, strategy &decide) {
    for (auto &view : view_)
        std::fill_n(view, used(), 0u);
    std::fill_n(seq_cst_view_, used(), 0u);
    std::fill_n(view_in_time_, used(), 0u);
    kind_of_threads_ = kind;
    set_alone(true);
    decide_ = &decide;
    buffered_ = 0;
    for (auto &buffer : buffers_)
        buffer.clear();
    locations_.clear();
    stores_.clear();
    view_pool_.clear();
    plain_.clear();
}

void memory_model::fork(unsigned parent, unsigned child) {
    drain(parent);
    ++view_[parent][parent];
    std::copy_n(view_[parent], used(), view_[child]);
    ++view_[child][child];
}

void memory_model::join(unsigned child, unsigned parent) {
    drain(child);
    join_views(view_[parent], view_[child], used());
    ++view_[parent][parent];
}

// --- checks ----------------------------------------------------------------------------------

void memory_model::require_before(unsigned thread, unsigned other, std::uint32_t when,
                                  const char *sentence) {
    if (has_views() && other != thread && view_[thread][other] < when)
        fault(sentence);
}

std::uint32_t memory_model::location_of(unsigned thread, const void *at, unsigned bytes) {
    const shadow::block &of = check(thread, at);
    auto &known = location_at[shadow::offset_of(at)];
    if (known == 0) {
        if (locations_.size() == most_locations)
            fault("too many atomics for the model");
        stores_.push_back({read_plain(at, bytes), 0, 0, 0, 0, 0});
        locations_.push_back({static_cast<std::uint32_t>(stores_.size()), 0, of.maker, of.made_at});
        known = static_cast<std::uint16_t>(locations_.size());
    }
    const location &it = locations_[known - 1u];
    require_before(thread, it.maker, it.made_at,
                   "an atomic was used by a thread to which it was not published");
    return known - 1u;
}

void memory_model::initialized(unsigned thread, const void *at, unsigned bytes) {
    // What was there before is another object.
    location_at[shadow::offset_of(at)] = 0;
    if (!has_views()) {
        check(thread, at);
        return;
    }
    locations_[location_of(thread, at, bytes)].maker = static_cast<std::uint8_t>(thread);
    locations_.back().made_at = clock(thread);
}

void memory_model::released(unsigned thread, const shadow::block &of) {
    for (unsigned other = 0; other != most_threads; ++other)
        require_before(thread, other, of.used_at[other],
                       "memory was freed while another thread's access to it is not over");
}

void memory_model::plain(unsigned thread, const void *at, std::size_t bytes, bool writes) {
    if (!shadow::contains(at))
        return; // on a stack
    const shadow::block &of = check(thread, at);
    require_before(thread, of.maker, of.made_at,
                   "an object was used by a thread to which it was not published");
    if (!has_views())
        return;
    const auto first = shadow::word_of(at);
    const auto last = shadow::word_of(static_cast<const unsigned char *>(at) + bytes - 1);
    for (auto word = first; word <= last; ++word) {
        if (plain_at[word] == 0) {
            plain_.push_back({of.maker, of.made_at, {}});
            plain_at[word] = static_cast<std::uint32_t>(plain_.size());
        }
        plain_place *const it = &plain_[plain_at[word] - 1];
        require_before(thread, it->writer, it->written_at,
                       "an access to an object races with a write of it");
        if (writes) {
            for (unsigned other = 0; other != most_threads; ++other)
                require_before(thread, other, it->read_at[other],
                               "a write of an object races with a read of it");
            it->writer = static_cast<std::uint8_t>(thread);
            it->written_at = clock(thread);
        } else {
            it->read_at[thread] = clock(thread);
        }
    }
}

// --- the three models ------------------------------------------------------------------------

std::uint64_t memory_model::load(unsigned thread, const void *at, unsigned bytes, order how) {
    switch (kind_) {
    case memory_kind::sequential:
        break;
    case memory_kind::store_buffers: {
        const auto &own = buffers_[thread];
        const auto it = std::find_if(own.rbegin(), own.rend(),
                                     [at](const buffered_store &s) { return s.at == at; });
        if (it != own.rend()) {
            check(thread, at);
            return it->value;
        }
        break;
    }
    case memory_kind::views:
    case memory_kind::views_in_time: {
        const auto loc = location_of(thread, at, bytes);
        find_readable(thread, loc, how == order::seq_cst);
        const auto which = readable_count_ == 1 ? 0 : decide_->choose(readable_count_);
        return read(thread, loc, readable_[which], how);
    }
    }
    check(thread, at);
    return read_plain(at, bytes);
}

void memory_model::store(unsigned thread, void *at, unsigned bytes, std::uint64_t value,
                         order how) {
    if (has_views()) {
        append(thread, location_of(thread, at, bytes), value, how, false);
    } else {
        check(thread, at);
        if (kind_ == memory_kind::store_buffers) {
            buffers_[thread].push_back({at, bytes, value});
            buffered_ |= 1u << thread;
            if (how == order::seq_cst)
                drain(thread);
            return;
        }
    }
    write_plain(at, bytes, value);
}

std::uint64_t memory_model::begin_modify(unsigned thread, void *at, unsigned bytes, order how) {
    if (has_views()) {
        const auto loc = location_of(thread, at, bytes);
        return read(thread, loc, locations_[loc].newest, how);
    }
    drain(thread);
    check(thread, at);
    return read_plain(at, bytes);
}

void memory_model::end_modify(unsigned thread, void *at, unsigned bytes, order how,
                              std::uint64_t value) {
    if (has_views())
        append(thread, location_of(thread, at, bytes), value, how, true);
    write_plain(at, bytes, value);
}

bool memory_model::compare_exchange(unsigned thread, void *at, unsigned bytes,
                                    std::uint64_t &expected, std::uint64_t desired, order success,
                                    order failure, bool may_fail) {
    if (!has_views()) {
        drain(thread);
        check(thread, at);
        const std::uint64_t present = read_plain(at, bytes);
        if (present == expected && !(may_fail && !alone_ && decide_->choose(2) != 0)) {
            write_plain(at, bytes, desired);
            return true;
        }
        expected = present;
        return false;
    }
    const auto loc = location_of(thread, at, bytes);
    const auto newest = locations_[loc].newest;
    const bool equal = stores_[newest - 1].value == expected;
    // It may fail by reading what a load might: another value, or a weak one for no reason.
    find_readable(thread, loc, failure == order::seq_cst);
    if (!may_fail) {
        const auto *const end =
            std::remove_if(readable_, readable_ + readable_count_, [&](std::uint32_t which) {
                return stores_[which - 1].value == expected;
            });
        readable_count_ = static_cast<unsigned>(end - readable_);
    }
    const auto options = readable_count_ + equal;
    const auto taken = decide_->choose(options);
    if (equal && taken == 0) {
        read(thread, loc, newest, success);
        append(thread, loc, desired, success, true);
        write_plain(at, bytes, desired);
        return true;
    }
    expected = read(thread, loc, readable_[taken - equal], failure);
    return false;
}

bool memory_model::compare_exchange_pair(unsigned thread, void *at,
                                         const std::uint64_t (&expected)[2],
                                         const std::uint64_t (&desired)[2]) {
    void *const words[2] = {at, static_cast<std::uint64_t *>(at) + 1};
    if (!has_views()) {
        drain(thread);
        check(thread, at);
        if (read_plain(words[0], 8) != expected[0] || read_plain(words[1], 8) != expected[1])
            return false;
        write_plain(words[0], 8, desired[0]);
        write_plain(words[1], 8, desired[1]);
        return true;
    }
    const std::uint32_t locs[2] = {location_of(thread, words[0], 8),
                                   location_of(thread, words[1], 8)};
    bool equal = true;
    bool may_fail = false; // by reading what is older
    for (unsigned i = 0; i != 2; ++i) {
        equal = equal && stores_[locations_[locs[i]].newest - 1].value == expected[i];
        find_readable(thread, locs[i], false);
        may_fail = may_fail ||
                   std::any_of(readable_, readable_ + readable_count_, [&](std::uint32_t which) {
                       return stores_[which - 1].value != expected[i];
                   });
    }
    if (!equal || (may_fail && decide_->choose(2) != 0))
        return false;
    for (unsigned i = 0; i != 2; ++i) {
        read(thread, locs[i], locations_[locs[i]].newest, order::acq_rel);
    }
    // The two stores are one: a thread that sees either of them sees both. So both carry the same
    // view, in which both are.
    for (unsigned i = 0; i != 2; ++i) {
        append(thread, locs[i], desired[i], order::acq_rel, true);
        write_plain(words[i], 8, desired[i]);
    }
    const stored &first = stores_[locations_[locs[0]].newest - 1];
    std::copy_n(view_[thread], first.view_length, view_pool_.data() + first.view);
    return true;
}

void memory_model::barrier(unsigned thread) {
    drain(thread);
    if (has_views())
        share(thread, seq_cst_view_);
}

// --- buffers ---------------------------------------------------------------------------------

void memory_model::flush_one(unsigned thread) {
    auto &own = buffers_[thread];
    const buffered_store first = own.front();
    own.erase(own.begin());
    if (own.empty())
        buffered_ &= ~(1u << thread);
    const shadow::block *const of = memory_.find(first.at);
    if (of == nullptr || !of->live)
        fault("a buffered store came to memory that was freed meanwhile");
    write_plain(first.at, first.bytes, first.value);
}

void memory_model::drain(unsigned thread) {
    while ((buffered_ >> thread & 1) != 0)
        flush_one(thread);
}

// --- views -----------------------------------------------------------------------------------

void memory_model::find_readable(unsigned thread, std::uint32_t loc, bool seq_cst) {
    const location &of = locations_[loc];
    std::uint32_t floor = view_[thread][most_threads + loc];
    if (seq_cst)
        floor = std::max(floor, of.oldest_for_seq_cst);
    readable_[0] = of.newest;
    readable_count_ = 1;
    for (std::uint32_t which = of.newest; which > floor && readable_count_ != most_readable;) {
        which = stores_[which - 1].before;
        if (which == 0 || which < floor)
            break;
        readable_[readable_count_++] = which;
    }
}

std::uint64_t memory_model::read(unsigned thread, std::uint32_t loc, std::uint32_t which,
                                 order how) {
    const stored &from = stores_[which - 1];
    auto &seen = view_[thread][most_threads + loc];
    seen = std::max(seen, which);
    if (acquires(how))
        join_into(view_[thread], from);
    if (how == order::seq_cst) {
        auto &oldest = locations_[loc].oldest_for_seq_cst;
        oldest = std::max(oldest, which);
    }
    return from.value;
}

void memory_model::append(unsigned thread, std::uint32_t loc, std::uint64_t value, order how,
                          bool modifies) {
    location &of = locations_[loc];
    const std::uint32_t before = of.newest;
    const auto which = static_cast<std::uint32_t>(stores_.size() + 1);
    view_[thread][most_threads + loc] = which;
    stored added{value, before, 0, 0, 0, 0};
    const stored previous = stores_[before - 1];
    // A read-modify-write goes on with the release sequence it read from.
    if (releases(how)) {
        const auto length = used();
        added.view = static_cast<std::uint32_t>(view_pool_.size());
        added.view_length = length;
        view_pool_.insert(view_pool_.end(), view_[thread], view_[thread] + length);
        if (modifies && !acquires(how)) {
            join_into(view_pool_.data() + added.view, previous);
        } else {
            added.viewer = static_cast<std::uint8_t>(thread);
            added.viewed_at = clock(thread);
        }
    } else if (modifies) {
        added = previous;
        added.value = value;
        added.before = before;
    }
    stores_.push_back(added);
    of.newest = which;
    if (how == order::seq_cst)
        of.oldest_for_seq_cst = which;
}

void memory_model::join_into(std::uint32_t *view, const stored &from) {
    if (from.view_length == 0 || (from.viewed_at != 0 && view[from.viewer] >= from.viewed_at))
        return;
    join_views(view, view_pool_.data() + from.view, from.view_length);
}

void memory_model::meet(unsigned thread) {
    if (kind_ == memory_kind::views_in_time) {
        share(thread, view_in_time_);
        tick(thread);
    }
}

void memory_model::share(unsigned thread, std::uint32_t *with) {
    join_views(view_[thread], with, used());
    std::copy_n(view_[thread], used(), with);
}

} // namespace ferry::model
