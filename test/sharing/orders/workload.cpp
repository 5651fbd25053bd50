// SPDX-License-Identifier: BSL-1.0
#include "orders/workload.hpp"

namespace ferry::sharing {

namespace {

struct words {
    std::string_view name;
    std::string_view text;
};

constexpr words words_of(workload what) {
    switch (what) {
    case workload::find_hit:
        return {"find-hit", "find a present key"};
    case workload::find_miss:
        return {"find-miss", "find an absent key"};
    case workload::update_own:
        return {"update-own", "replace the value of a key that no other core names"};
    case workload::update:
        return {"update", "replace the value of any key"};
    case workload::update_one:
        return {"update-one", "replace the value of one key that all cores name"};
    case workload::insert:
        return {"insert", "insert a new key into a map that starts empty and grows"};
    case workload::churn:
        return {"churn", "insert or erase any key; half of them are present"};
    case workload::mix:
        break;
    }
    return {"mix", "90 % find, 5 % insert, 5 % erase any key; half of them are present"};
}

} // namespace

std::string_view name_of(workload what) { return words_of(what).name; }

std::string_view describe(workload what) { return words_of(what).text; }

std::optional<workload> workload_named(std::string_view name) {
    for (const workload each : all_workloads)
        if (name_of(each) == name)
            return each;
    return std::nullopt;
}

} // namespace ferry::sharing
