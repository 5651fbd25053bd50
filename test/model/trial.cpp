// SPDX-License-Identifier: BSL-1.0
#include "trial.hpp"

#include "sched/allocation.hpp"

#include <algorithm>
#include <set>

namespace ferry::model {

namespace {

constexpr unsigned usual_most_steps = 20'000;

void add_keys(std::set<unsigned> &keys, const calls &of) {
    for (const call &one : of) {
        if (one.what == verb::visit_many)
            for (unsigned k = 0; k <= one.a; ++k)
                keys.insert(k);
        else if (has_key(one.what))
            keys.insert(one.a);
    }
}

bool overlaps(const linear::event &one, linear::stamp began, linear::stamp ended) {
    return one.invoked < ended && began < one.returned;
}

// Whether an operation can make a key present.
bool puts(const linear::transition &what) {
    return what.nothing == linear::transition::of_absent::becomes;
}

} // namespace

trial::trial(scenario of)
    : scenario_(std::move(of)), subject_(make_subject(scenario_.set.elements)),
      records_(scenario_.threads.size() + 1) {
    std::set<unsigned> keys;
    add_keys(keys, scenario_.before);
    for (const calls &each : scenario_.threads)
        add_keys(keys, each);
    const bool is_set = scenario_.set.elements == element_kind::members;
    for (const unsigned key : keys)
        finale_.push_back({.what = is_set ? verb::contains : verb::get, .a = key});
    if (scenario_.set.elements == element_kind::cells) {
        going_on_ = parse("exchange 0 900; reclaim; exchange 1 901; reclaim; reclaim; reclaim");
    } else {
        finale_.push_back({.what = verb::for_each});
        finale_.push_back({.what = verb::size});
        // Enough to lengthen the chain and to promote, whatever was left half done.
        for (unsigned k = 0; k != most_keys; ++k)
            going_on_.push_back({.what = verb::insert, .a = k, .b = 900 + k});
        for (unsigned k = 0; k != most_keys; k += 2)
            going_on_.push_back({.what = verb::erase, .a = k});
        going_on_.push_back({.what = verb::shrink_to_fit});
    }

    plan_.before = [this] { before(); };
    for (unsigned i = 1; i <= scenario_.threads.size(); ++i)
        plan_.threads.emplace_back([this, i] { thread(i); });
    plan_.after = [this] { after(); };
    plan_.forked = [this] { subject_->forked(); };
}

verdict trial::run(memory_kind memory, strategy &decide, const faults &with, const trace &told) {
    for (record &each : records_)
        each.clear();
    inspected_.clear();
    plan_.memory = memory;
    plan_.most_steps = with.most_steps != 0 ? with.most_steps : usual_most_steps;
    plan_.failing_point = with.failing_point;
    plan_.fork = with.fork;
    unfinished_ = false;
    plan_.describe = [this](const void *at, std::uint64_t value) {
        return subject_->describe(at, value);
    };
    outcome ended = execute(plan_, decide, with.stops, told);
    points_ = ended.points;
    subject_->abandon();

    verdict result{std::move(ended.fault), std::move(ended.steps), ended.stopped, ended.forked,
                   ended.in_users};
    if (result.fault.empty())
        result.fault = inspected_;
    gather();
    // Without an order in time there is no history to judge.
    if (memory != memory_kind::views && result.fault.empty())
        result.fault = linear::check_whole_map(checker_, events_, sweeps_, sizes_);
    if (result.fault.empty() && !result.stopped && ended.live_blocks != 0)
        result.fault = "memory was not freed: " + std::to_string(ended.live_blocks) + " blocks";
    return result;
}

void trial::before() {
    subject_->make(scenario_.set);
    for (const call &one : scenario_.before)
        subject_->perform(0, one, records_[0]);
}

void trial::thread(unsigned number) {
    begin_failing();
    for (const call &one : scenario_.threads[number - 1]) {
        tell([&one] { return in_words(one); });
        begin_call();
        subject_->perform(number, one, records_[number]);
    }
    begin_call();
    subject_->leave(number);
}

void trial::perform_all(const calls &all) {
    for (const call &one : all)
        subject_->perform(0, one, records_[0]);
}

void trial::look_at_tables() {
    from_outside([this] {
        inspected_ = subject_->inspect(unfinished_threads());
        const std::size_t bound = subject_->lookup_bound();
        for (const record &each : records_)
            if (bound != 0 && each.most_lookup_steps() > bound)
                inspected_ = "a lookup took " + std::to_string(each.most_lookup_steps()) +
                             " steps, and " + std::to_string(bound) + " is the most";
    });
}

void trial::after() {
    end_failing();
    unfinished_ = unfinished_threads() != 0;
    perform_all(finale_);
    look_at_tables();
    if (!inspected_.empty())
        return;
    if (in_child())
        return live_in_child();
    if (unfinished_ || plan_.failing_point != 0) {
        perform_all(going_on_);
        perform_all(finale_);
    }
    if (unfinished_)
        return; // what the stopped threads had in hand stays where it is
    if (plan_.failing_point != 0)
        look_at_tables();
    if (!inspected_.empty())
        return;
    subject_->leave(0);
    subject_->reclaim_all_but(0);
    subject_->destroy();
}

void trial::live_in_child() {
    // Nobody is pinned: what can be freed is, before anything moves, and then again.
    const std::size_t kept = subject_->kept() + unfinished_threads();
    for (const calls &each : {calls{}, going_on_}) {
        perform_all(each);
        subject_->leave(0);
        subject_->reclaim_all_but(kept);
        perform_all(finale_);
        look_at_tables();
        if (!inspected_.empty())
            return;
    }
    subject_->leave(0);
    subject_->destroy();
}

void trial::gather() {
    events_.clear();
    sweeps_.clear();
    sizes_.clear();
    for (const record &each : records_) {
        events_.insert(events_.end(), each.events().begin(), each.events().end());
        for (const sweep &one : each.sweeps())
            if (one.ended != linear::pending)
                sweeps_.push_back({.began = one.began,
                                   .ended = one.ended,
                                   .thread = one.thread,
                                   .seen = {one.seen.begin(), one.seen.begin() + one.count}});
        // A thread that is stopped as it helps may have dropped a key and not counted it.
        if (!unfinished_)
            sizes_.insert(sizes_.end(), each.sizes().begin(), each.sizes().end());
    }
    // clear() erases what is there throughout: that is all keys that nobody puts meanwhile.
    std::vector<linear::event> again;
    std::size_t first = 0;
    for (const record &each : records_) {
        for (const auto &clearing : each.clears())
            for (unsigned k = 0; k != most_keys; ++k) {
                linear::event &mine = events_[first + clearing.first + k];
                const auto puts_meanwhile =
                    std::count_if(events_.begin(), events_.end(), [&](const linear::event &other) {
                        return other.key == k && puts(other.what) &&
                               overlaps(other, mine.invoked, clearing.ended);
                    });
                again.insert(again.end(), static_cast<std::size_t>(puts_meanwhile), mine);
                if (puts_meanwhile == 0 && clearing.ended != linear::pending) {
                    mine.what.nothing = linear::transition::of_absent::stays;
                    mine.returned = clearing.ended;
                }
            }
        first += each.events().size();
    }
    // Or comes again and is erased again, perhaps each time, by one that never ended, too.
    events_.insert(events_.end(), again.begin(), again.end());
}

std::string trial::history() const {
    std::string words;
    auto sorted = events_;
    std::sort(sorted.begin(), sorted.end(),
              [](const linear::event &a, const linear::event &b) { return a.invoked < b.invoked; });
    for (const linear::event &one : sorted)
        words += "key " + std::to_string(one.key) + ", " + linear::in_words(one) + "\n";
    return words;
}

} // namespace ferry::model
