// SPDX-License-Identifier: BSL-1.0
#pragma once

// What must hold of a map's tables and counts when nobody is at work in it.

#include "elements.hpp"
#include "sched/allocation.hpp"

#include <ferry/concurrent_map.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace ferry::model {

template <class Core>
class inspection {
    using core_type = Core;
    using node_type = typename core_type::node_type;

public:
    explicit inspection(core_type &core) : core_(core) {}

    // In words what is wrong, or nothing. `unfinished`: threads that were stopped, or lost in a
    // fork, in the middle of something, each of which may have left one thing uncounted. If there
    // are none, the counts are exact and no dropped node is linked.
    std::string run(unsigned unfinished) {
        const engine::table &root = *core_.root();
        for (const engine::table *each = &root; each != nullptr; each = each->next())
            look_at(*each, each == &root);
        if (wrong_.empty())
            check_counts(root, unfinished);
        if (unfinished == 0 && !core_.upkeeping().old_tables.all_empty() &&
            !core_.old_tables_wait().is_up())
            wrong_ = "an old table waits, and nobody looks for it";
        if (unfinished == 0 && dropped_linked_)
            wrong_ = "a dropped node is linked in a table that can be reached";
        return wrong_;
    }

    // Steps that a lookup may have taken by itself, at most: the pin, the root, the walk, the pin's
    // end. 0: there was more than one table, and the walk was perhaps through several.
    std::size_t lookup_bound() const {
        const auto &kept = core_.upkeeping();
        const engine::table &root = *core_.root();
        if (root.next() != nullptr ||
            kept.grown.load() + kept.swept.load() + kept.shrunk.load() != 0)
            return 0;
        return 2 + 1 + engine::loads_of_path(root.path_buckets()) + 1;
    }

private:
    struct known {
        unsigned key;
        const node_type *node;
    };

    void look_at(const engine::table &in, bool is_root) {
        for (std::size_t b = 0; b != in.shape().buckets(); ++b) {
            bool empty_seen = false;
            bool sealed_seen = false;
            for (const engine::slot &each : in.bucket_at(b).slots) {
                const engine::slot_word word = each.load();
                if (word.is_sealed()) {
                    sealed_seen = true;
                    if (!is_root || in.next() == nullptr)
                        wrong_ = "a slot is SEALED in a table that is not being migrated";
                } else if (sealed_seen) {
                    wrong_ = "a slot behind a SEALED one is not SEALED";
                } else if (word.is_empty()) {
                    empty_seen = true;
                } else if (empty_seen) {
                    wrong_ = "a slot behind an EMPTY one is settled";
                } else if (word.is_link()) {
                    look_at(in, b, word);
                }
            }
        }
    }

    void look_at(const engine::table &in, std::size_t bucket, engine::slot_word word) {
        const node_type *const node = core_.node_at(word);
        if (!is_live(node)) {
            wrong_ = "a slot links memory that was freed";
            return;
        }
        const engine::value_word state = node->state.load();
        if (state.is_dropped()) {
            dropped_linked_ = true;
            return;
        }
        const std::uint64_t hash = core_.hash_of(*node);
        const std::size_t home = in.shape().home_of(hash);
        if (word.tag() != engine::slot_word::tag_of(hash))
            wrong_ = "a link's tag is not its key's";
        if (bucket < home || bucket > home + in.shape().path)
            wrong_ = "a node is linked off its path";
        for (std::size_t b = home; b < bucket; ++b)
            for (const engine::slot &before : in.bucket_at(b).slots)
                if (before.load().is_empty())
                    wrong_ = "a node is linked behind the first EMPTY slot of its path";
        if constexpr (!std::is_same_v<typename Core::value_type, engine::no_value>)
            if (state.is_live() && !is_live(node->value_at(state)))
                wrong_ = "a live value is in memory that was freed";

        const unsigned key = number_of(node->key);
        const auto it = std::find_if(known_.begin(), known_.end(),
                                     [key](const known &k) { return k.key == key; });
        if (it == known_.end()) {
            known_.push_back({key, node});
            dead_ += state.is_dead();
            boxes_ += state.owns_box();
        } else if (it->node != node) {
            wrong_ = "a key has two nodes";
        }
    }

    void check_counts(const engine::table &root, std::size_t slack) {
        const auto is = [slack](std::size_t counted, std::size_t found) {
            return counted <= found + slack && found <= counted + slack;
        };
        std::size_t used = 0;
        for (std::size_t b = 0; b != root.shape().buckets(); ++b)
            for (const engine::slot &each : root.bucket_at(b).slots)
                used += each.load().is_link() || each.load().is_tombstone();
        if (!is(root.counts().used(), used))
            wrong_ = "the table's count of what is used is not what a scan finds";
        if (!is(core_.sum(&engine::node_counts::nodes), known_.size()))
            wrong_ = "the count of nodes is not what a scan finds";
        if (!is(core_.sum(&engine::node_counts::dead), dead_))
            wrong_ = "the count of dead keys is not what a scan finds";
        if (!is(core_.sum(&engine::node_counts::boxes), boxes_))
            wrong_ = "the count of boxes is not what a scan finds";
        if (!is(core_.take_census(root).live, known_.size() - dead_))
            wrong_ = "the size is not what a scan finds";
    }

    core_type &core_;
    std::string wrong_;
    bool dropped_linked_ = false;
    std::vector<known> known_;
    std::size_t dead_ = 0;
    std::size_t boxes_ = 0;
};

} // namespace ferry::model
