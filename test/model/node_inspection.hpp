// SPDX-License-Identifier: BSL-1.0
#pragma once

// What must hold of slots and nodes.

#include "elements.hpp"
#include "inspection.hpp"
#include "sched/allocation.hpp"

#include <ferry/concurrent_map.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace ferry::model {

template <class Core>
class node_contents {
    using node_type = typename Core::node_type;

public:
    void look_at(const Core &core, const engine::table &in, bool is_root, std::string &wrong) {
        for (std::size_t b = 0; b != in.shape().buckets(); ++b) {
            bool empty_seen = false;
            bool sealed_seen = false;
            for (const engine::slot &each : in.bucket_at(b).slots) {
                const engine::slot_word word = each.load();
                if (word.is_sealed()) {
                    sealed_seen = true;
                    if (!is_root || in.next() == nullptr)
                        wrong = "a slot is SEALED in a table that is not being migrated";
                } else if (sealed_seen) {
                    wrong = "a slot behind a SEALED one is not SEALED";
                } else if (word.is_empty()) {
                    empty_seen = true;
                } else if (empty_seen) {
                    wrong = "a slot behind an EMPTY one is settled";
                } else if (word.is_link()) {
                    look_at(core, in, b, word, wrong);
                }
            }
        }
    }

    std::size_t used(const engine::table &root) const {
        std::size_t used = 0;
        for (std::size_t b = 0; b != root.shape().buckets(); ++b)
            for (const engine::slot &each : root.bucket_at(b).slots)
                used += each.load().is_link() || each.load().is_tombstone();
        return used;
    }
    std::size_t live() const { return known_.size() - dead_; }

    void check_counts(const Core &core, std::size_t slack, std::string &wrong) const {
        if (!is_near(core.sum(&engine::node_counts::nodes), known_.size(), slack))
            wrong = "the count of nodes is not what a scan finds";
        if (!is_near(core.sum(&engine::node_counts::dead), dead_, slack))
            wrong = "the count of dead keys is not what a scan finds";
        if (!is_near(core.sum(&engine::node_counts::boxes), boxes_, slack))
            wrong = "the count of boxes is not what a scan finds";
    }

    void check_at_rest(std::string &wrong) const {
        if (dropped_linked_)
            wrong = "a dropped node is linked in a table that can be reached";
    }

    static std::size_t steps_of_walk(const engine::table &root) {
        return engine::loads_of_path(root.path_buckets());
    }

private:
    struct known {
        unsigned key;
        const node_type *node;
    };

    void look_at(const Core &core, const engine::table &in, std::size_t bucket,
                 engine::slot_word word, std::string &wrong) {
        const node_type *const node = core.node_at(word);
        if (!is_live(node)) {
            wrong = "a slot links memory that was freed";
            return;
        }
        const engine::value_word state = node->state.load();
        if (state.is_dropped()) {
            dropped_linked_ = true;
            return;
        }
        const std::uint64_t hash = core.hash_of(*node);
        const std::size_t home = in.shape().home_of(hash);
        if (word.tag() != engine::slot_word::tag_of(hash))
            wrong = "a link's tag is not its key's";
        if (bucket < home || bucket > home + in.shape().path)
            wrong = "a node is linked off its path";
        for (std::size_t b = home; b < bucket; ++b)
            for (const engine::slot &before : in.bucket_at(b).slots)
                if (before.load().is_empty())
                    wrong = "a node is linked behind the first EMPTY slot of its path";
        if constexpr (!std::is_same_v<typename Core::value_type, engine::no_value>)
            if (state.is_live() && !is_live(node->value_at(state)))
                wrong = "a live value is in memory that was freed";

        const unsigned key = number_of(node->key);
        const auto it = std::find_if(known_.begin(), known_.end(),
                                     [key](const known &k) { return k.key == key; });
        if (it == known_.end()) {
            known_.push_back({key, node});
            dead_ += state.is_dead();
            boxes_ += state.owns_box();
        } else if (it->node != node) {
            wrong = "a key has two nodes";
        }
    }

    bool dropped_linked_ = false;
    std::vector<known> known_;
    std::size_t dead_ = 0;
    std::size_t boxes_ = 0;
};

template <class Core>
using node_inspection = inspection<Core, node_contents<Core>>;

} // namespace ferry::model
