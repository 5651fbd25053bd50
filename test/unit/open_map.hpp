// SPDX-License-Identifier: BSL-1.0
#pragma once

// A map without the interface above its core, in a domain of its own: a test looks into its
// tables, settles slots by hand and sets the pace of the epoch.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/node/node_engine.hpp>

#include "pinned.hpp"
#include "support/hashes.hpp"

namespace ferry::test {

template <class Key, class T, class Hash = chosen_hash>
class open_map {
public:
    using core_type = engine::node_core<Key, T, Hash, std::equal_to<>, std::allocator<std::byte>>;
    using node_type = typename core_type::node_type;

private:
    epoch_domain shell_;

public:
    detail::domain &home = detail::domain_of(shell_);
    core_type core;

    explicit open_map(std::size_t elements = 0, bool drop_on_erase = false)
        : core({.elements = elements, .drop_on_erase = drop_on_erase, .domain = &home}, Hash(),
               std::equal_to<>(), {}) {}

    engine::table &root() const { return *core.root(); }

    bool insert(detail::thread_record &self, const Key &key, const T &value) {
        return core.operation_on(self, key)
            .insert([&](Key *place) { core.memory().construct(place, key); },
                    [&](T *place) { core.memory().construct(place, value); })
            .inserted();
    }

    const T *find(detail::thread_record &self, const Key &key) {
        return core.operation_on(self, key).find().at;
    }

    // A node that is in no table yet.
    node_type *make_node(const Key &key, const T &value) {
        return core.memory().make_node(
            core.hash_value(key), [&](Key *place) { core.memory().construct(place, key); },
            engine::value_word::live_inline(),
            [&](T *place) { core.memory().construct(place, value); });
    }

    // Erases a live key's node, but does not help a migration as the map's erase does.
    void kill(detail::thread_record &self, node_type &node) {
        engine::value_word state = node.state.load();
        const std::uint64_t hash = core.hash_value(node.key);
        REQUIRE(engine::erase_state(core, self, root(), node, state, hash) ==
                engine::attempt::done);
    }

    // The slots that link a key's node, dropped or not, in one table.
    std::vector<engine::slot *> links(const engine::table &in, const Key &key) const {
        std::vector<engine::slot *> found;
        for (std::size_t b = 0; b < in.shape().buckets(); ++b) {
            for (engine::slot &each : in.bucket_at(b).slots) {
                const engine::slot_word word = each.load();
                if (word.is_link() && core.node_at(word)->key == key)
                    found.push_back(&each);
            }
        }
        return found;
    }

    // The one slot that links a key's node in a table, and the node.
    engine::slot &slot_of(const engine::table &in, const Key &key) const {
        const auto found = links(in, key);
        REQUIRE(found.size() == 1);
        return *found[0];
    }
    node_type &node_of(const engine::table &in, const Key &key) const {
        return *core.node_at(slot_of(in, key).load());
    }

    // Starts a migration of the root to a table of this shape.
    engine::table &start_migration(engine::geometry to) {
        engine::table *const next = core.publish_next(root(), to);
        REQUIRE(next != nullptr);
        REQUIRE(next->shape() == to);
        return *next;
    }

    // Garbage of a kind, in all stripes.
    std::int64_t pending(detail::retired_kind kind) const {
        std::int64_t sum = 0;
        core.stripes().for_each([&](const auto &each) { sum += each.garbage.pending(kind); });
        if (const auto *const old_tables = core.settings().old_tables())
            sum += old_tables->pending(kind);
        return sum;
    }

    std::size_t nodes() const { return core.sum(&engine::node_counts::nodes); }
    std::size_t dead() const { return core.sum(&engine::node_counts::dead); }
};

// Slots of a table for which a question is answered with yes.
template <class Question>
std::size_t count_slots(const engine::table &in, Question &&question) {
    std::size_t count = 0;
    for (std::size_t b = 0; b < in.shape().buckets(); ++b) {
        for (const engine::slot &each : in.bucket_at(b).slots)
            count += static_cast<bool>(question(each.load()));
    }
    return count;
}

inline std::size_t count_links(const engine::table &in) {
    return count_slots(in, [](engine::slot_word word) { return word.is_link(); });
}

inline std::size_t count_sealed(const engine::table &in) {
    return count_slots(in, [](engine::slot_word word) { return word.is_sealed(); });
}

} // namespace ferry::test
