// SPDX-License-Identifier: BSL-1.0
#pragma once

// What must hold of cells.

#include "inspection.hpp"

#include <ferry/concurrent_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace ferry::model {

template <class Core>
class cell_contents {
public:
    void look_at(const Core &core, const engine::cell_table &in, bool is_root, std::string &wrong) {
        for (std::size_t b = 0; b != in.shape().buckets(); ++b) {
            const engine::cell_bucket &here = in.bucket_at(b);
            bool empty_seen = false;
            bool frozen_seen = false;
            for (const engine::cell &each : here.cells) {
                const engine::cell_word word = each.load();
                if (word.is_frozen() && (!is_root || in.next() == nullptr))
                    wrong = "a cell is FROZEN in a table that is not being migrated";
                if (frozen_seen && !word.is_frozen())
                    wrong = "a cell behind a FROZEN one is not FROZEN";
                frozen_seen = word.is_frozen();
                if (word.has_key() && empty_seen)
                    wrong = "a cell behind an EMPTY or SEALED one has a key";
                empty_seen = empty_seen || !word.has_key();
                if (word.is_over() && &each != &here.last())
                    wrong = "a cell that is not the last of its bucket is OVER";
                if (word.is_live() && word.is_dead())
                    wrong = "a key is present and absent";
                if (word.has_key())
                    look_at(core, in, b, word, wrong);
            }
        }
    }

    std::size_t used(const engine::cell_table &root) const {
        const auto it = seen_in_.find(&root);
        return it != seen_in_.end() ? it->second.size() : 0;
    }
    std::size_t live() const {
        std::size_t live = 0;
        for (const auto &[hash, is_live] : present_)
            live += is_live;
        return live;
    }

    void check_counts(const Core &, std::size_t, std::string &) const {}
    void check_at_rest(std::string &) const {}

    // Three for each cell of the path, and one for the next table.
    static std::size_t steps_of_walk(const engine::cell_table &root) {
        return 3 * (root.path_buckets() + 1) * engine::bucket_cells + 1;
    }

private:
    void look_at(const Core &core, const engine::cell_table &in, std::size_t bucket,
                 engine::cell_word word, std::string &wrong) {
        const std::uint64_t hash = engine::cell_path::hash_of(in, bucket, word);
        const std::size_t home = in.shape().home_of(hash);
        if (bucket < home || bucket > home + in.shape().path)
            wrong = "a key stands off its path";
        if (core.hash_value(core.key_of(hash)) != hash)
            wrong = "a word does not give its key back";
        for (std::size_t b = home; b < bucket; ++b)
            for (const engine::cell &before : in.bucket_at(b).cells)
                if (!before.load().has_key())
                    wrong = "a key stands behind the first EMPTY cell of its path";
        if (bucket != home) {
            const engine::cell_word last = in.bucket_at(home).last().load();
            if (!last.is_over() && !last.is_frozen())
                wrong = "a key stands beyond a home that is not OVER";
        }
        if (seen_in_[&in].count(hash) != 0)
            wrong = "a key has two cells in a table";
        seen_in_[&in][hash] = true;
        // What counts is the last table that has a cell of the key, unless the first one's is not
        // frozen.
        present_[hash] = word.is_live();
    }

    std::map<const engine::cell_table *, std::map<std::uint64_t, bool>> seen_in_;
    std::map<std::uint64_t, bool> present_;
};

template <class Core>
using flat_inspection = inspection<Core, cell_contents<Core>>;

} // namespace ferry::model
