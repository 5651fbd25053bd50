// SPDX-License-Identifier: BSL-1.0
// A book of orders: for each price a level, whose quantity threads change in place. Makers add to
// levels, and takers take from the best ones. Nothing is allocated once a level is there, and no
// thread waits for another.

#include <ferry/atomic_value.hpp>
#include <ferry/concurrent_map.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <random>
#include <thread>
#include <vector>

using price = std::int32_t;

/// What is offered at a price. Both members change together, so they are one atomic value.
struct alignas(8) offers {
    std::int32_t quantity = 0;
    std::int32_t orders = 0;
};
using level = ferry::atomic_value<offers>;

class order_book {
public:
    void add(price at, std::int32_t quantity) {
        // A level is never erased or replaced while the market is open: an addition that a thread
        // makes in place cannot be lost.
        const auto place = levels_.get_or_emplace(at, offers{}).first;
        offers before = place->load(std::memory_order_relaxed);
        while (!place->compare_exchange_weak(before,
                                             {before.quantity + quantity, before.orders + 1})) {
        }
    }

    /// Takes up to `quantity` at the price, and returns how much it got.
    std::int32_t take(price at, std::int32_t quantity) {
        std::int32_t taken = 0;
        levels_.visit(at, [&](const level &here) {
            offers before = here.load(std::memory_order_relaxed);
            offers after;
            do {
                taken = std::min(quantity, before.quantity);
                after = {before.quantity - taken, before.quantity == taken ? 0 : before.orders};
            } while (taken != 0 && !here.compare_exchange_weak(before, after));
        });
        return taken;
    }

    /// Takes up to `quantity` at the lowest prices from `from` to `limit`.
    std::int32_t buy(price from, price limit, std::int32_t quantity) {
        std::int32_t bought = 0;
        for (price at = from; at <= limit && bought < quantity; ++at) {
            bought += take(at, quantity - bought);
        }
        return bought;
    }

    /// All that is offered. Exact while nobody trades.
    std::int64_t offered() const {
        std::int64_t sum = 0;
        levels_.for_each([&sum](price, const level &here) { sum += here.load().quantity; });
        return sum;
    }

    /// For the night: drops empty levels. Nobody may trade meanwhile.
    std::size_t drop_empty() {
        const std::size_t dropped =
            levels_.erase_if([](price, const level &here) { return here.load().quantity == 0; });
        levels_.shrink_to_fit();
        levels_.reclaim();
        return dropped;
    }

private:
    ferry::concurrent_map<price, level> levels_;
};

int main() {
    constexpr price lowest = 1000;
    constexpr price highest = 1099;
    constexpr int orders_a_thread = 20'000;
    order_book book;
    std::atomic<std::int64_t> added{0};
    std::atomic<std::int64_t> bought{0};

    std::vector<std::thread> traders;
    for (unsigned trader = 0; trader < 4; ++trader) {
        traders.emplace_back([&, trader] {
            std::minstd_rand random(trader + 1);
            for (int i = 0; i < orders_a_thread; ++i) {
                const auto quantity = static_cast<std::int32_t>(random() % 10 + 1);
                if (trader % 2 == 0) {
                    book.add(lowest + static_cast<price>(random() % 100), quantity);
                    added += quantity;
                } else {
                    bought += book.buy(lowest, highest, quantity);
                }
            }
        });
    }
    for (std::thread &trader : traders) {
        trader.join();
    }

    const std::int64_t left = book.offered();
    std::printf("added = bought + left: %s\n", added == bought + left ? "yes" : "no");
    bought += book.buy(lowest, highest, 1'000'000);
    std::printf("sold out: %s\n", book.offered() == 0 && added == bought ? "yes" : "no");
    std::printf("empty levels: %zu\n", book.drop_empty());
}
