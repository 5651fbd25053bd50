// SPDX-License-Identifier: BSL-1.0
#pragma once

// A session on a store of its own, without a network: says something in pieces, and gives the
// replies.

#include "session/session.hpp"
#include "store/catalogue.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ferry::service {

class conversation {
public:
    explicit conversation(std::unique_ptr<store> (*make)(std::size_t) = make_ferry_store,
                          std::size_t memory_limit = std::size_t{64} << 20)
        : store_(make(memory_limit)), facts_{.store = *store_, .map = "test"},
          by_(store_->add_worker()), session_(facts_, by_) {}

    bool ended() const { return session_.ended(); }

    // `next_piece()` says how many bytes arrive next, at least 1.
    std::string say(std::string_view bytes, const std::function<std::size_t()> &next_piece) {
        while (!bytes.empty() && !session_.ended()) {
            const auto room = session_.room();
            const std::size_t piece =
                std::min({next_piece(), bytes.size(), room[0].size() + room[1].size()});
            const std::size_t first = bytes.copy(room[0].data(), std::min(piece, room[0].size()));
            bytes.substr(first).copy(room[1].data(), piece - first);
            bytes.remove_prefix(piece);
            session_.received(piece);
            take();
        }
        return std::move(replies_);
    }
    std::string say(std::string_view bytes) {
        return say(bytes, [&] { return bytes.size(); });
    }

private:
    // As a client that reads all, piece by piece.
    void take() {
        for (;;) {
            std::string taken;
            session_.output().exchange(taken);
            replies_ += taken;
            if (session_.wants_input() || (session_.ended() && taken.empty()))
                return;
            session_.go_on();
        }
    }

    std::unique_ptr<service::store> store_;
    facts facts_;
    worker &by_;
    session session_;
    std::string replies_;
};

} // namespace ferry::service
