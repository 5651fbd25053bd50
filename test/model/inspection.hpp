// SPDX-License-Identifier: BSL-1.0
#pragma once

// What must hold of a map's tables and counts when nobody is at work in it. `Contents` knows an
// engine's buckets (node_inspection.hpp, flat_inspection.hpp):
//
//   look_at(core, table, is_root, wrong)   looks at a table of the chain, first at the root
//   used(root), live()                     what a scan found: used slots of the root, keys present
//   check_counts(core, slack, wrong)       the engine's other counts
//   check_at_rest(wrong)                   what holds if no thread is in the middle of something
//   steps_of_walk(root)                    steps of a lookup's walk through a table, at most
//
// `wrong` becomes what is wrong, in words.

#include <cstddef>
#include <string>

namespace ferry::model {

// Whether a count is what a scan finds, or is off by so many at most.
inline bool is_near(std::size_t counted, std::size_t found, std::size_t slack) {
    return counted <= found + slack && found <= counted + slack;
}

template <class Core, class Contents>
class inspection {
    using table = typename Core::table;

public:
    explicit inspection(Core &core) : core_(core) {}

    // In words what is wrong, or nothing. `unfinished`: threads that were stopped, or lost in a
    // fork, in the middle of something, each of which may have left one thing uncounted. If there
    // are none, the counts are exact.
    std::string run(unsigned unfinished) {
        const table &root = *core_.root();
        for (const table *each = &root; each != nullptr; each = each->next())
            contents_.look_at(core_, *each, each == &root, wrong_);
        if (wrong_.empty())
            check_counts(root, unfinished);
        const auto *const old_tables = core_.settings().old_tables();
        if (unfinished == 0 && old_tables != nullptr && !old_tables->all_empty() &&
            !core_.old_tables_wait().is_up())
            wrong_ = "an old table waits, and nobody looks for it";
        if (unfinished == 0)
            contents_.check_at_rest(wrong_);
        return wrong_;
    }

    // Steps that a lookup may have taken by itself, at most: the pin, the root, the walk, the pin's
    // end. 0: there was more than one table, and the walk was perhaps through several.
    std::size_t lookup_bound() const {
        const auto &kept = core_.settings();
        const table &root = *core_.root();
        if (root.next() != nullptr ||
            kept.grown.load() + kept.swept.load() + kept.shrunk.load() != 0)
            return 0;
        return 2 + 1 + Contents::steps_of_walk(root) + 1;
    }

private:
    void check_counts(const table &root, std::size_t slack) {
        if (!is_near(root.counts().used(), contents_.used(root), slack))
            wrong_ = "the table's count of what is used is not what a scan finds";
        contents_.check_counts(core_, slack, wrong_);
        if (!is_near(core_.take_census(root).live, contents_.live(), slack))
            wrong_ = "the size is not what a scan finds";
    }

    Core &core_;
    Contents contents_;
    std::string wrong_;
};

} // namespace ferry::model
