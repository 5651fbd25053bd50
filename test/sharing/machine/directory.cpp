// SPDX-License-Identifier: BSL-1.0
#include "machine/directory.hpp"

#include <algorithm>
#include <bit>

namespace ferry::sharing {

directory::page &directory::page_of(std::uintptr_t number) {
    recent &last = recent_[number % lately_used];
    if (last.lines == nullptr || last.number != number) {
        auto &kept = pages_[number];
        if (kept == nullptr)
            kept = std::make_unique<page>();
        last = {number, kept.get()};
    }
    return *last.lines;
}

line &directory::at(std::uintptr_t number) {
    return page_of(number / lines_of_page)[number % lines_of_page];
}

effect directory::foresee(const line &at, unsigned core, access_kind how) {
    const std::uint64_t mine = std::uint64_t{1} << core;
    if (at.owner == static_cast<int>(core))
        return {};
    effect seen;
    if (at.owner != line::nobody)
        seen.where = found::modified;
    else if ((at.sharers & mine) == 0)
        seen.where = at.sharers == 0 ? found::nowhere : found::shared;
    if (how != access_kind::read)
        seen.invalidated = static_cast<unsigned>(std::popcount(at.sharers & ~mine));
    return seen;
}

effect directory::touch(line &at, unsigned core, access_kind how) {
    const effect done = foresee(at, core, how);
    const std::uint64_t mine = std::uint64_t{1} << core;
    if (how != access_kind::read) {
        at.owner = static_cast<int>(core);
        at.sharers = mine;
    } else if (at.owner != static_cast<int>(core)) {
        at.owner = line::nobody; // what it had modified is written back
        at.sharers |= mine;
    }
    return done;
}

void directory::forget(std::uintptr_t begin, std::size_t bytes) {
    // Lines that the range covers in part belong to what is beside it, too.
    const std::uintptr_t first = number_of(begin + line_bytes - 1);
    const std::uintptr_t end = number_of(begin + bytes);
    for (std::uintptr_t number = first; number < end;) {
        const std::uintptr_t next = std::min(end, (number / lines_of_page + 1) * lines_of_page);
        const auto kept = pages_.find(number / lines_of_page);
        for (; number < next; ++number)
            if (kept != pages_.end()) {
                line &each = (*kept->second)[number % lines_of_page];
                each.owner = line::nobody;
                each.sharers = 0;
            }
    }
}

void directory::forget_all() {
    for_each([](std::uintptr_t, line &each) {
        each.owner = line::nobody;
        each.sharers = 0;
        each.free_from = 0;
    });
}

void directory::clear() {
    recent_ = {};
    pages_.clear();
}

} // namespace ferry::sharing
