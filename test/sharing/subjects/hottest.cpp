// SPDX-License-Identifier: BSL-1.0
#include "subjects/hottest.hpp"

#include <algorithm>

namespace ferry::sharing {

void begin_watching(machine &all) {
    const in_machine_scope scope;
    all.lines().clear();
    all.known_blocks().clear();
    all.watches_blocks = true;
}

void end_watching(machine &all) {
    const in_machine_scope scope;
    all.watches_blocks = false;
    all.known_blocks().clear();
    all.part_of = nullptr;
}

void find_parts(machine &all, part_finder finder, const block &object) {
    const in_machine_scope scope;
    if (finder == nullptr)
        return;
    all.part_of = [&all, finder, object](std::uintptr_t address) {
        const auto within = all.known_blocks().find(address);
        return finder(address, within ? &*within : nullptr, object);
    };
}

std::array<hot_line, most_hot_lines> hottest_lines(machine &all, const block &object) {
    const in_machine_scope scope;
    std::array<hot_line, most_hot_lines> hottest{};
    const auto heavier = [](const hot_line &a, const hot_line &b) {
        return a.weight() > b.weight();
    };
    all.lines().for_each([&](std::uintptr_t, const line &each) {
        const hot_line candidate{.address = each.address,
                                 .remote_misses = each.remote_misses,
                                 .remote_writes = each.remote_writes,
                                 .code = each.code};
        if (heavier(candidate, hottest.back())) {
            const auto place = std::upper_bound(hottest.begin(), hottest.end(), candidate, heavier);
            std::move_backward(place, hottest.end() - 1, hottest.end());
            *place = candidate;
        }
    });
    for (hot_line &each : hottest) {
        if (each.weight() == 0)
            break;
        if (const auto within = all.known_blocks().find(each.address)) {
            each.is_in_block = true;
            each.within = *within;
            each.is_map_object = within->begin == object.begin;
        }
        if (all.part_of)
            each.belongs_to = all.part_of(each.address);
    }
    return hottest;
}

} // namespace ferry::sharing
