// SPDX-License-Identifier: BSL-1.0
// A cache of sessions: each expires, and when there are too many, those that were not used for long
// are evicted. Any number of threads serve requests; one thread looks after the map.

#include <ferry/atomic_value.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/inline_string.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using seconds = std::uint32_t; // since the program began: a real one reads a clock

struct session {
    std::string user;
    seconds expires;
    ferry::atomic_value<seconds> last_use; // changed in place, so that a lookup replaces nothing
};

class session_cache {
public:
    explicit session_cache(std::size_t limit) : limit_(limit) {}

    void put(std::string_view id, std::string_view user, seconds now) {
        sessions_.insert_or_assign(id, session{std::string(user), now + lifetime, now});
        while (sessions_.size() > limit_) {
            evict_one();
        }
    }

    /// The session's user, unless it is absent or has expired.
    std::optional<std::string> user(std::string_view id, seconds now) const {
        std::optional<std::string> found;
        sessions_.visit(id, [&](const session &s) {
            if (s.expires > now) {
                found = s.user;
                // Readers of a hot session write once a second, and never an earlier time.
                seconds used = s.last_use.load(std::memory_order_relaxed);
                while (used < now && !s.last_use.compare_exchange_weak(used, now)) {
                }
            }
        });
        return found;
    }

    bool log_out(std::string_view id) { return sessions_.erase(id) != 0; }
    /// Erases what has expired in the next part of the map, and frees memory. For one thread, many
    /// times a second. True: it has been through the map.
    bool look_after(seconds now) {
        expired_ += sessions_.erase_if(
            position_, 64, [now](std::string_view, const session &s) { return s.expires <= now; });
        sessions_.maintain(64);
        return position_.finished();
    }

    std::size_t expired() const { return expired_; }
    std::size_t size() const { return sessions_.size(); }

private:
    static constexpr seconds lifetime = 3600;

    /// Of 16 sessions at a random place, erases the one that was not used for longest.
    void evict_one() {
        std::optional<std::pair<std::string, seconds>> oldest;
        sessions_.sample(16, [&](std::string_view id, const session &s) {
            const seconds used = s.last_use.load(std::memory_order_relaxed);
            if (!oldest || used < oldest->second) {
                oldest.emplace(id, used); // a view of a key ends with the callback: copied
            }
        });
        if (oldest) {
            sessions_.erase_if(oldest->first, [&](const session &s) {
                return s.last_use.load(std::memory_order_relaxed) == oldest->second;
            });
        }
    }

    const std::size_t limit_;
    ferry::scan_position position_;
    std::size_t expired_ = 0;
    // An ended session never returns, so its id need not be kept.
    ferry::concurrent_map<ferry::inline_string, session> sessions_{
        ferry::options{.drop_on_erase = true}};
};

int main() {
    session_cache cache(1000);
    cache.put("the one in use", "ann", 0);
    std::atomic<seconds> clock{0};
    std::atomic<int> lost{0};
    std::vector<std::jthread> servers;
    for (int server = 0; server < 4; ++server) {
        servers.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                const seconds now = ++clock;
                for (int login = 0; login < 4; ++login) {
                    cache.put(std::to_string(now) + "." + std::to_string(login), "bob", now);
                }
                lost += cache.user("the one in use", now) != "ann";
            }
        });
    }
    servers.clear(); // joins them
    const std::size_t kept = cache.size();
    std::printf("of 8001 sessions, %s are kept\n", kept <= 1000 ? "at most 1000" : "too many");
    std::printf("the one in use was lost %d times\n", lost.load());
    for (const seconds now : {2000u, 6000u}) {
        while (!cache.look_after(now)) {
        }
        std::printf("after %u s: %s are left\n", now, cache.size() == kept ? "all" : "none");
    }
    return cache.expired() == kept ? 0 : 1;
}
