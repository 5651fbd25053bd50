// SPDX-License-Identifier: BSL-1.0
#pragma once

// The keys of `get` and `gets` that wait to be looked up, in groups, across requests: a client that
// sends many small requests at once is served as one that asks for many keys.

#include "session/output.hpp"
#include "store/store.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace ferry::service {

class lookups {
public:
    // Whether nothing waits.
    bool empty() const noexcept { return begin_ == end_ && rest_.empty(); }
    // Whether add() may be called: the group has room, and all keys of earlier requests are in it.
    bool takes_more() const noexcept { return rest_.empty() && begin_ == 0 && end_ != group; }

    // Takes a request, whose keys must stay where they are until all were looked up.
    void add(std::string_view keys, bool with_cas);

    // Looks up and answers all keys. If the output becomes full it stops, and must be called again.
    void run(store &in, worker &by, output &out);

private:
    static constexpr std::size_t group = 32;

    void fill();
    void answer_ends(std::size_t before, output &out);

    std::array<std::string_view, group> keys_;
    std::array<bool, group> with_cas_;
    std::array<bool, group> ends_; // the last key of its request
    std::size_t begin_ = 0;        // of those in the group that are not answered
    std::size_t end_ = 0;
    std::string_view rest_; // keys of the last request that are not in the group
    bool rest_with_cas_ = false;
};

} // namespace ferry::service
