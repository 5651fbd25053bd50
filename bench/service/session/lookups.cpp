// SPDX-License-Identifier: BSL-1.0
#include "session/lookups.hpp"

#include "protocol/tokens.hpp"

#include <algorithm>

namespace ferry::service {

void lookups::add(std::string_view keys, bool with_cas) {
    rest_ = keys;
    rest_with_cas_ = with_cas;
    fill();
}

void lookups::fill() {
    while (end_ != group && !rest_.empty()) {
        keys_[end_] = take_word(rest_);
        with_cas_[end_] = rest_with_cas_;
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        ends_[end_] = rest_.empty();
        ++end_;
    }
}

// Requests end behind keys that were not found, too.
void lookups::answer_ends(std::size_t before, output &out) {
    for (; begin_ != before; ++begin_)
        if (ends_[begin_])
            out << "END\r\n";
}

void lookups::run(store &in, worker &by, output &out) {
    while (!empty() && !out.is_full()) {
        const std::size_t first = begin_;
        const bool complete = in.get_many(by, {keys_.data() + first, end_ - first},
                                          [&](std::size_t index, const item &found) {
                                              const std::size_t at = first + index;
                                              answer_ends(at, out);
                                              if (out.is_full())
                                                  return false;
                                              out.value(keys_[at], found, with_cas_[at]);
                                              return true;
                                          });
        if (!complete)
            return;
        answer_ends(end_, out);
        begin_ = end_ = 0;
        fill();
    }
}

} // namespace ferry::service
