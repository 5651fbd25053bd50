// SPDX-License-Identifier: BSL-1.0
#pragma once

// As inspection.hpp, of a flat map.

#include "elements.hpp"

#include <ferry/concurrent_flat_map.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace ferry::model {

template <class Core>
class flat_inspection {
public:
    explicit flat_inspection(Core &core) : core_(core) {}

    // In words what is wrong, or nothing. `unfinished`: threads that were stopped, or lost in a
    // fork, in the middle of something, each of which may have left one thing uncounted.
    std::string run(unsigned unfinished) {
        const engine::cell_table &root = *core_.root();
        for (const engine::cell_table *each = &root; each != nullptr; each = each->next())
            look_at(*each, each == &root);
        if (wrong_.empty())
            check_counts(root, unfinished);
        if (unfinished == 0 && !core_.upkeeping().old_tables.all_empty() &&
            !core_.old_tables_wait().is_up())
            wrong_ = "an old table waits, and nobody looks for it";
        return wrong_;
    }

    // Steps that a lookup may have taken by itself, at most: the pin, the root, three for each cell
    // of the path, the pin's end. 0: there was more than one table.
    std::size_t lookup_bound() const {
        const auto &kept = core_.upkeeping();
        const engine::cell_table &root = *core_.root();
        if (root.next() != nullptr ||
            kept.grown.load() + kept.swept.load() + kept.shrunk.load() != 0)
            return 0;
        return 2 + 1 + 3 * (root.path_buckets() + 1) * engine::bucket_cells + 2;
    }

private:
    void look_at(const engine::cell_table &in, bool is_root) {
        for (std::size_t b = 0; b != in.shape().buckets(); ++b) {
            const engine::cell_bucket &here = in.bucket_at(b);
            bool empty_seen = false;
            bool frozen_seen = false;
            for (const engine::cell &each : here.cells) {
                const engine::cell_word word = each.load();
                if (word.is_frozen() && (!is_root || in.next() == nullptr))
                    wrong_ = "a cell is FROZEN in a table that is not being migrated";
                if (frozen_seen && !word.is_frozen())
                    wrong_ = "a cell behind a FROZEN one is not FROZEN";
                frozen_seen = word.is_frozen();
                if (word.has_key() && empty_seen)
                    wrong_ = "a cell behind an EMPTY or SEALED one has a key";
                empty_seen = empty_seen || !word.has_key();
                if (word.is_over() && &each != &here.last())
                    wrong_ = "a cell that is not the last of its bucket is OVER";
                if (word.is_live() && word.is_dead())
                    wrong_ = "a key is present and absent";
                if (word.has_key())
                    look_at(in, b, word);
            }
        }
    }

    void look_at(const engine::cell_table &in, std::size_t bucket, engine::cell_word word) {
        const std::uint64_t hash = engine::cell_path::hash_of(in, bucket, word);
        const std::size_t home = in.shape().home_of(hash);
        if (bucket < home || bucket > home + in.shape().path)
            wrong_ = "a key stands off its path";
        if (core_.hash_value(core_.key_of(hash)) != hash)
            wrong_ = "a word does not give its key back";
        for (std::size_t b = home; b < bucket; ++b)
            for (const engine::cell &before : in.bucket_at(b).cells)
                if (!before.load().has_key())
                    wrong_ = "a key stands behind the first EMPTY cell of its path";
        if (bucket != home) {
            const engine::cell_word last = in.bucket_at(home).last().load();
            if (!last.is_over() && !last.is_frozen())
                wrong_ = "a key stands beyond a home that is not OVER";
        }
        if (seen_in_[&in].count(hash) != 0)
            wrong_ = "a key has two cells in a table";
        seen_in_[&in][hash] = true;
        // What counts is the last table that has a cell of the key, unless the first one's is not
        // frozen.
        present_[hash] = word.is_live();
    }

    void check_counts(const engine::cell_table &root, std::size_t slack) {
        const auto is = [slack](std::size_t counted, std::size_t found) {
            return counted <= found + slack && found <= counted + slack;
        };
        if (!is(root.counts().used(), seen_in_[&root].size()))
            wrong_ = "the table's count of what is used is not what a scan finds";
        std::size_t live = 0;
        for (const auto &[hash, is_live] : present_)
            live += is_live;
        if (!is(core_.count_live(), live))
            wrong_ = "the size is not what a scan finds";
    }

    Core &core_;
    std::string wrong_;
    std::map<const engine::cell_table *, std::map<std::uint64_t, bool>> seen_in_;
    std::map<std::uint64_t, bool> present_;
};

} // namespace ferry::model
