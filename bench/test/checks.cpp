// SPDX-License-Identifier: BSL-1.0

// A benchmark's checks are worth what they reject: maps with one fault each.

#include "adapters/concept.hpp"
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
    assign_inserts
};

// Correct but for one operation in a thousand.
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
        return map_.insert_or_assign(key, value).second || strikes(fault::assign_inserts);
    }
    bool erase(std::uint64_t key) {
        const std::lock_guard lock(mutex_);
        return strikes(fault::erase_forgets) || map_.erase(key) != 0;
    }
    std::size_t size() { return map_.size(); }

private:
    bool strikes(fault kind) { return Fault == kind && ++operations_ % 1000 == 0; }

    std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::uint64_t> map_;
    std::uint64_t operations_ = 0;
};

template <fault Fault>
std::string complaint(workload what) {
    const key_space<std::uint64_t> keys(2000);
    subject_of<faulty_map<Fault>, std::uint64_t> subject(keys);
    if (what != workload::growth)
        subject.fill();
    const std::chrono::milliseconds warm_up(5);
    const std::chrono::milliseconds window(15);
    return subject.run({what, 2, warm_up, window, {}}).wrong;
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
    CHECK(complaint<fault::insert_loses>(workload::growth) != "");
}

TEST_CASE("an erase that does nothing is noticed") {
    CHECK(complaint<fault::erase_forgets>(workload::mix_50_25_25) != "");
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
                            workload::mix_50_25_25, workload::growth}) {
        CAPTURE(name_of(what));
        CHECK(complaint<fault::find_confuses>(what) != "");
    }
}

TEST_CASE("an assign that claims to have inserted a present key is noticed") {
    CHECK(complaint<fault::assign_inserts>(workload::find_assign) != "");
}
