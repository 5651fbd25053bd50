// SPDX-License-Identifier: BSL-1.0
#pragma once

// Walks through a store in small parts, again and again, and erases what has ended.

#include "store/contents.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::service {

template <class Map>
class crawler {
public:
    explicit crawler(contents<Map> &of) : contents_(of) {}

    // The next parts. A walk through all takes 64 steps or more.
    void step(worker &by) {
        constexpr std::size_t items_a_part = 1024;
        constexpr std::size_t steps_a_walk = 64;
        constexpr std::size_t most_parts = 32;
        if (part_ == parts_) {
            part_ = 0;
            // By the most items that there ever were: a map may keep a large table when items go.
            most_items_ = std::max(most_items_, contents_.map().size());
            parts_ = most_items_ / items_a_part + 1;
        }
        const std::size_t parts_now = std::min(parts_ / steps_a_walk + 1, most_parts);
        for (std::size_t i = 0; i != parts_now && part_ != parts_; ++i)
            look_through(part_++, by);
    }

private:
    void look_through(std::size_t part, worker &by) {
        ended_.clear();
        const moment at = contents_.now();
        contents_.map().scan(part, parts_, [&](std::string_view key, const item &it) {
            if (contents_.has_ended(it, at))
                ended_.emplace_back(key);
        });
        for (const std::string &key : ended_)
            contents_.erase_if_ended(by, key);
    }

    contents<Map> &contents_;
    std::size_t part_ = 0;
    std::size_t parts_ = 0;
    std::size_t most_items_ = 0;
    std::vector<std::string> ended_;
};

} // namespace ferry::service
