// SPDX-License-Identifier: BSL-1.0

// Shows that a wrong map is noticed: one insertion in a million is lost.

#include "adapters/by_hand/locked_map.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <atomic>
#include <mutex>
#include <string>

namespace ferry::bench {

namespace {

template <class Key, class Value>
class broken_map : public by_hand::locked_map<Key, Value, std::mutex> {
public:
    using by_hand::locked_map<Key, Value, std::mutex>::locked_map;

    bool insert(const Key &key, const Value &value) {
        static std::atomic<std::uint64_t> insertions{0};
        constexpr std::uint64_t between_losses = 1'000'000;
        // relaxed: a count.
        if (insertions.fetch_add(1, std::memory_order_relaxed) % between_losses ==
            between_losses - 1)
            return true;
        return by_hand::locked_map<Key, Value, std::mutex>::insert(key, value);
    }
};

} // namespace

map_entry broken_entry() {
    const form any = form_of_all<broken_map>();
    return {.name = "broken",
            .family = family::by_hand,
            .note = "loses one insertion in a million, to show that this is noticed",
            .plain = any,
            .replacing = any,
            .on_request = true};
}

} // namespace ferry::bench
