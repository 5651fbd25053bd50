// SPDX-License-Identifier: BSL-1.0
#include "schedule/decode.hpp"

#include "explorer.hpp"
#include "subject.hpp"

#include <iterator>

namespace ferry::fuzz {

namespace {

using model::call;
using model::calls;
using model::element_kind;
using model::verb;

constexpr unsigned keys = 5;

// In the order of the bytes that stand for them: new ones go to the end.
constexpr verb map_verbs[] = {
    verb::get,          verb::contains,
    verb::visit,        verb::find,
    verb::erase,        verb::extract,
    verb::insert,       verb::insert_or_assign,
    verb::exchange,     verb::get_or_emplace,
    verb::update,       verb::upsert,
    verb::put,          verb::flip,
    verb::keep,         verb::compare_erase,
    verb::erase_if,     verb::hold,
    verb::look,         verb::let_go,
    verb::clear,        verb::erase_all,
    verb::for_each,     verb::for_each_part,
    verb::items,        verb::visit_many,
    verb::size,         verb::reserve,
    verb::migrate,      verb::shrink_to_fit,
    verb::reclaim,      verb::pin,
    verb::refresh,      verb::unpin,
    verb::leave,        verb::compare_exchange,
    verb::find_guarded, verb::get_or_emplace_with,
    verb::try_emplace,  verb::stats,
};
constexpr verb set_verbs[] = {
    verb::contains, verb::find,          verb::erase,         verb::extract, verb::insert,
    verb::hold,     verb::look,          verb::let_go,        verb::clear,   verb::erase_all,
    verb::for_each, verb::items,         verb::for_each_part, verb::size,    verb::reserve,
    verb::migrate,  verb::shrink_to_fit, verb::reclaim,       verb::pin,     verb::refresh,
    verb::unpin,    verb::leave,         verb::stats,
};
constexpr verb cell_verbs[] = {
    verb::get,     verb::exchange, verb::hold, verb::look,  verb::let_go,  verb::reclaim,
    verb::advance, verb::drain,    verb::pin,  verb::unpin, verb::refresh, verb::leave,
};

// A script's calls, with values that no other call puts.
class writer {
public:
    explicit writer(element_kind of) : of_(of) {}

    calls script(bytes &in, unsigned most) {
        calls all;
        unsigned looks = 0;
        while (!in.ended() && all.size() != most) {
            const unsigned code = in.take();
            const auto [verbs, count] = words();
            if (code / keys >= count)
                break;
            const verb what = verbs[code / keys];
            if (!looks_at_all(what) || ++looks <= most_looks)
                all.push_back(one(what, code % keys));
        }
        return all;
    }

private:
    // A record has room for eight, and the trial looks, too.
    static constexpr unsigned most_looks = 4;

    static bool looks_at_all(verb what) {
        switch (what) {
        case verb::clear:
        case verb::erase_all:
        case verb::for_each:
        case verb::for_each_part:
        case verb::items:
        case verb::size:
            return true;
        default:
            return false;
        }
    }

    struct vocabulary {
        const verb *verbs;
        unsigned count;
    };
    vocabulary words() const {
        switch (of_) {
        case element_kind::members:
            return {set_verbs, std::size(set_verbs)};
        case element_kind::cells:
            return {cell_verbs, std::size(cell_verbs)};
        default:
            return {map_verbs, std::size(map_verbs)};
        }
    }

    call one(verb what, unsigned key) {
        call made{.what = what, .a = key};
        if (of_ == element_kind::cells && model::has_key(what))
            made.a = key % 2; // there are two
        if (!model::has_key(what))
            made.a = 1 + key;
        switch (what) {
        case verb::compare_erase:
        case verb::erase_if:
            made.b = last_[key];
            break;
        case verb::compare_exchange:
            made.b = last_[key];
            made.c = last_[key] = ++values_;
            break;
        default:
            made.b = ++values_;
            if (model::has_key(what))
                last_[key] = values_;
            break;
        }
        return made;
    }

    element_kind of_;
    unsigned values_ = 0;
    unsigned last_[keys] = {}; // that was perhaps put there
};

} // namespace

execution decode(bytes &in) {
    constexpr unsigned most_before = 10;
    constexpr unsigned most_in_thread = 6;
    execution made;
    made.what.name = "of an input";
    auto &set = made.what.set;
    const unsigned kinds = in.take();
    set.elements = static_cast<element_kind>(kinds % 4);
    set.hashes = static_cast<model::hash_kind>(kinds / 4 % 4);
    const unsigned how = in.take();
    made.memory = static_cast<model::memory_kind>(how % 4);
    set.drop_on_erase = (how & 4) != 0;
    set.symmetric = (how & 8) != 0;
    set.capacity = how & 16 ? 4 : 0;
    const unsigned stopped = in.take();
    const unsigned step = in.take() | in.take() << 8;
    const unsigned failing = in.take();
    writer write(set.elements);
    made.what.before = write.script(in, most_before);
    for (unsigned i = 0; i != 3; ++i)
        if (auto script = write.script(in, most_in_thread); i < 2 || !script.empty())
            made.what.threads.push_back(std::move(script));
    // Mostly neither.
    if (stopped % 8 == 7)
        made.stops.push_back(
            {1 + stopped / 8 % static_cast<unsigned>(made.what.threads.size()), 1 + step % 1024});
    if (failing >= 192)
        made.failing_point = failing - 191;
    return made;
}

std::string in_words(const execution &of) {
    const auto &set = of.what.set;
    std::string words = std::string(model::in_words(set.elements)) + ", hashes " +
                        model::in_words(set.hashes) +
                        (set.drop_on_erase ? ", dropped at once" : "") +
                        (set.symmetric ? ", symmetric barriers" : "") + ", capacity " +
                        std::to_string(set.capacity) + ", memory " + model::in_words(of.memory);
    for (const model::stop &each : of.stops)
        words += ", thread " + std::to_string(each.thread) + " stops at its step " +
                 std::to_string(each.step);
    if (of.failing_point != 0)
        words += ", point " + std::to_string(of.failing_point) + " fails";
    words += "\n    before: " + model::in_words(of.what.before);
    for (std::size_t i = 0; i != of.what.threads.size(); ++i)
        words +=
            "\n    thread " + std::to_string(i + 1) + ": " + model::in_words(of.what.threads[i]);
    return words;
}

} // namespace ferry::fuzz
