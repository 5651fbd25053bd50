// SPDX-License-Identifier: BSL-1.0

// A benchmark's checks are worth what they reject: maps with one fault each.

#include "maps/concept.hpp"
#include "runner/subject_of.hpp"

#include <doctest/doctest.h>

#include <mutex>
#include <unordered_map>

namespace {

using namespace ferry::bench;

enum class fault {
    none,
    insert_loses,
    erase_forgets,
    find_misses,
    find_invents,
    find_confuses,
    assign_inserts,
    assign_forgets
};

// Correct but for one operation in seven: a single batch must show it.
template <fault Fault>
class faulty_map {
public:
    using thread_scope = no_thread_scope;

    explicit faulty_map(sizing) {}

    std::optional<std::uint64_t> find(std::uint64_t key) {
        const std::lock_guard lock(mutex_);
        const auto it = map_.find(key);
        const bool present = it != map_.end();
        if (present && strikes(fault::find_misses))
            return std::nullopt;
        if (!present && strikes(fault::find_invents))
            return 0;
        if (!present)
            return std::nullopt;
        return strikes(fault::find_confuses) ? it->second ^ (std::uint64_t{1} << 32) : it->second;
    }
    bool insert(std::uint64_t key, std::uint64_t value) {
        const std::lock_guard lock(mutex_);
        return strikes(fault::insert_loses) || map_.try_emplace(key, value).second;
    }
    bool assign(std::uint64_t key, std::uint64_t value) {
        const std::lock_guard lock(mutex_);
        if (strikes(fault::assign_forgets) && map_.contains(key))
            return false;
        return map_.insert_or_assign(key, value).second || strikes(fault::assign_inserts);
    }
    bool erase(std::uint64_t key) {
        const std::lock_guard lock(mutex_);
        return strikes(fault::erase_forgets) || map_.erase(key) != 0;
    }
    std::size_t size() { return map_.size(); }

private:
    bool strikes(fault kind) { return Fault == kind && ++operations_ % 7 == 0; }

    std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::uint64_t> map_;
    std::uint64_t operations_ = 0;
};

constexpr hours brief{.warm_up = std::chrono::milliseconds(5),
                      .window = std::chrono::milliseconds(15)};

template <fault Fault>
std::string complaint(workload what) {
    const key_space<std::uint64_t> keys(2000);
    subject_of<faulty_map<Fault>, std::uint64_t, std::uint64_t> subject(keys);
    // What filling it says is left aside: the run is to notice by itself.
    if (what != workload::growth)
        subject.fill(map_use::only_reads);
    return subject.run({what, team(2), brief, 1, {}}).wrong;
}

template <fault Fault>
std::string complaint(timed what) {
    const key_space<std::uint64_t> keys(2000);
    subject_of<faulty_map<Fault>, std::uint64_t, std::uint64_t> subject(keys);
    if (what == timed::mix)
        subject.fill(map_use::only_reads);
    return subject.time({what, team(2), brief, 1}).wrong;
}

} // namespace

TEST_CASE("a correct map passes every workload") {
    for (const auto what : all_workloads()) {
        CAPTURE(name_of(what));
        CHECK(complaint<fault::none>(what) == "");
    }
}

TEST_CASE("a lost insert is noticed in the mixes and in growth") {
    CHECK(complaint<fault::insert_loses>(workload::mix_50_25_25) != "");
    CHECK(complaint<fault::insert_loses>(workload::exchange) != "");
    CHECK(complaint<fault::insert_loses>(workload::contention) != "");
    CHECK(complaint<fault::insert_loses>(workload::growth) != "");
}

TEST_CASE("a lost insert is noticed when the map is filled, and when its memory is measured") {
    const key_space<std::uint64_t> keys(2000);
    subject_of<faulty_map<fault::insert_loses>, std::uint64_t, std::uint64_t> subject(keys);
    for (const auto use : all_map_uses)
        CHECK(subject.fill(use) != "");
    CHECK(subject.grow(team(2)) != "");
}

TEST_CASE("faults are noticed while latencies are measured") {
    for (const auto what : {timed::insert_growth, timed::find_growth, timed::mix}) {
        CHECK(complaint<fault::none>(what) == "");
        CHECK(complaint<fault::insert_loses>(what) != "");
        CHECK(complaint<fault::find_confuses>(what) != "");
    }
    CHECK(complaint<fault::find_misses>(timed::find_growth) != "");
}

TEST_CASE("an erase that does nothing is noticed") {
    CHECK(complaint<fault::erase_forgets>(workload::mix_50_25_25) != "");
    CHECK(complaint<fault::erase_forgets>(workload::exchange) != "");
    CHECK(complaint<fault::erase_forgets>(workload::contention) != "");
}

TEST_CASE("a present key that is not found is noticed") {
    CHECK(complaint<fault::find_misses>(workload::find_hit) != "");
    CHECK(complaint<fault::find_misses>(workload::find_assign) != "");
    CHECK(complaint<fault::find_misses>(workload::growth) != "");
}

TEST_CASE("an absent key that is found is noticed") {
    CHECK(complaint<fault::find_invents>(workload::find_miss) != "");
}

TEST_CASE("another key's value is noticed wherever values are read") {
    for (const auto what : {workload::find_hit, workload::find_assign, workload::mix_90_5_5,
                            workload::find_99_assign_1, workload::mix_50_25_25, workload::exchange,
                            workload::contention, workload::growth}) {
        CAPTURE(name_of(what));
        CHECK(complaint<fault::find_confuses>(what) != "");
    }
}

TEST_CASE("an assign that claims to have inserted a present key is noticed") {
    CHECK(complaint<fault::assign_inserts>(workload::find_assign) != "");
}

TEST_CASE("an assign that forgets the value is noticed") {
    CHECK(complaint<fault::assign_forgets>(workload::find_assign) != "");
    CHECK(complaint<fault::assign_forgets>(workload::find_99_assign_1) != "");
}

TEST_CASE("a present key that is never found is noticed where keys come and go") {
    CHECK(complaint<fault::find_misses>(workload::mix_50_25_25) != "");
    CHECK(complaint<fault::find_misses>(workload::exchange) != "");
}

TEST_CASE("a wide value that was read while it was written is no key's value") {
    auto value = value_for<wide_value>(7, 1);
    CHECK(is_value_of(7, value));
    CHECK(!is_value_of(8, value));
    value.words.back() = value_for<std::uint64_t>(7, 2);
    CHECK(!is_value_of(7, value));
}

TEST_CASE("growth that runs out of time says how far it came, and is checked that far") {
    const key_space<std::uint64_t> keys(1'000'000);
    subject_of<faulty_map<fault::none>, std::uint64_t, std::uint64_t> right(keys);
    const hours no_time{.patience = std::chrono::microseconds(50)};
    const auto result = right.run({workload::growth, team(2), no_time, 1, {}});
    CHECK(result.finished < 1);
    CHECK(result.wrong == "");
}
