// SPDX-License-Identifier: BSL-1.0

// How many words of cells an operation of a flat map reads or tries to change, counted at each
// operation of a map that grows, is swept and shrinks, against src/README.md ("Bounds"). There is
// one thread: other threads' changes add retries.

#include "subject.hpp"

#include "support/core_of.hpp"
#include "support/crew.hpp"
#include "support/parking/steps.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

using namespace ferry::test;
using namespace ferry::test::parking;

namespace engine = ferry::engine;

namespace {

using flat_map = cells::map;

// Where a table's cells are, and how many words a path has; also when the table has gone.
struct cells_of_table {
    explicit cells_of_table(const engine::cell_table &in)
        : begin(reinterpret_cast<std::uintptr_t>(&in.bucket_at(0))),
          end(begin + in.shape().buckets() * sizeof(engine::cell_bucket)),
          words_of_path(in.path_buckets() * engine::bucket_cells) {}

    bool has(const void *at) const {
        const auto address = reinterpret_cast<std::uintptr_t>(at);
        return begin <= address && address < end;
    }

    std::uintptr_t begin;
    std::uintptr_t end;
    std::size_t words_of_path;
};

// Adds the tables of a map that are not known yet.
void learn(std::vector<cells_of_table> &known, flat_map &map) {
    for (const engine::cell_table *each = core_of(map).root(); each != nullptr; each = each->next())
        if (std::none_of(known.begin(), known.end(), [&](const cells_of_table &other) {
                return other.has(&each->bucket_at(0));
            }))
            known.emplace_back(*each);
}

// The limits of an operation that met these tables.
class limits {
public:
    explicit limits(const std::vector<cells_of_table> &tables) : tables_(tables.size()) {
        for (const cells_of_table &each : tables)
            paths_ += each.words_of_path;
    }

    // A look at the home: its words, then one of them again, and a value.
    static constexpr std::size_t home = engine::bucket_cells + 2;

    // The path in each table; of each home the last word again; and of each table a value.
    std::size_t lookup() const { return home + paths_ + 2 * tables_; }

    // The same, and the words that OVER is set in. Then the change itself; and in all tables but
    // the last the key may be frozen, so that it moves on first.
    std::size_t change() const { return home + walk() + 2 + later_tables() * move(); }

    // Of a migration: each cell of the units owed is frozen, by a load and a CAS, and its key moves
    // on. All tables but the root and the next one double what is owed. If a path runs out, it is
    // read once more, to choose the next table's shape.
    std::size_t help() const {
        if (tables_ < 2)
            return 0;
        const std::size_t units = std::size_t{1} << (tables_ - 2);
        return units * engine::cell_bucket::unit * engine::bucket_cells * (2 + move()) + paths_;
    }

private:
    std::size_t later_tables() const { return tables_ - 1; }
    // The path in each table; of each home the last word again, and setting OVER there.
    std::size_t walk() const { return paths_ + 2 * tables_; }
    // A value, a walk and an insertion.
    std::size_t move() const { return 1 + walk() + 1; }

    std::size_t tables_;
    std::size_t paths_ = 0; // words, of one path in each table
};

enum class kind { lookup, change };

// Counts the operations of one map.
class reads {
public:
    explicit reads(flat_map &map) : map_(map) {}

    template <class Operation>
    void count(kind what, key of, Operation &&operation) {
        const engine::cell_table &root = *core_of(map_).root();
        const engine::cell_bucket &home = *root.home(core_of(map_).hash_value(of));
        const engine::cell_word last = home.last().load();
        const bool decided_at_home = !last.is_over() && !last.is_frozen() && root.next() == nullptr;
        std::vector<cells_of_table> tables;
        learn(tables, map_);
        most_tables_ = std::max(most_tables_, tables.size());

        walk steps(0, nullptr);
        watched = &steps;
        operation();
        watched = nullptr;

        learn(tables, map_);
        std::size_t beyond = 0;
        std::size_t all = 0;
        for (const step &each : steps.steps()) {
            if (std::any_of(tables.begin(), tables.end(),
                            [&](const cells_of_table &table) { return table.has(each.at); })) {
                ++all;
                beyond += each.at < &home || each.at >= &home + 1;
            }
        }
        look_at(what, decided_at_home, all, beyond, tables);
    }

    const findings &found() const { return found_; }
    std::size_t decided_at_home() const { return decided_at_home_; }
    std::size_t beyond_home() const { return beyond_home_; }
    std::size_t most_tables() const { return most_tables_; }
    // The largest part of its limit that an operation needed where there was one table.
    double tightest_lookup() const { return tightest_[0]; }
    double tightest_change() const { return tightest_[1]; }

private:
    void look_at(kind what, bool decided_at_home, std::size_t all, std::size_t beyond,
                 const std::vector<cells_of_table> &tables) {
        const limits most(tables);
        const std::size_t own = what == kind::lookup ? most.lookup() : most.change();
        found_.expect(all <= own + most.help(),
                      "an operation reads its key's paths, and the units that it owes");
        if (what == kind::lookup && decided_at_home) {
            found_.expect(beyond == 0 && all <= limits::home,
                          "a lookup reads its home alone, unless keys of the home went on");
            ++decided_at_home_;
        }
        if (tables.size() == 1) {
            double &tightest = tightest_[what == kind::change];
            tightest = std::max(tightest, static_cast<double>(all) / static_cast<double>(own));
            beyond_home_ += beyond != 0;
        }
    }

    flat_map &map_;
    findings found_;
    std::size_t decided_at_home_ = 0;
    std::size_t beyond_home_ = 0;
    std::size_t most_tables_ = 0;
    double tightest_[2] = {};
};

// Inserts, looks up, replaces and erases so many keys, and then fresh ones, few at a time.
void work(flat_map &map, reads &seen, key first, std::size_t keys) {
    const auto change = [&](key of, auto &&operation) { seen.count(kind::change, of, operation); };
    const auto look = [&](key of) {
        seen.count(kind::lookup, of, [&] { static_cast<void>(map.get(of)); });
        seen.count(kind::lookup, of, [&] { static_cast<void>(map.contains(of)); });
    };
    for (key i = first; i != first + keys; ++i) {
        change(i, [&] { map.insert(i, i); });
        change(i, [&] { map.insert_or_assign(i, i + 1); });
        look(i);
        look(first + (i - first) / 2);
        look(i + keys); // absent
        change(i + keys, [&] { map.erase(i + keys); });
        change(i, [&] { map.update(i, [](std::uint64_t value) { return value + 1; }); });
    }
    for (key i = first; i != first + keys; ++i) {
        change(i, [&] { map.erase(i); });
        look(i);
    }
    // Swept and shrunk.
    const key fresh = first + keys;
    for (key i = fresh; i != fresh + 10 * keys; ++i) {
        change(i, [&] { map.insert(i, i); });
        look(i);
        change(i - 3, [&] { map.erase(i - 3); });
    }
}

} // namespace

TEST_CASE("an operation of a flat map reads no more cells than its key's paths and the units that "
          "it owes") {
    flat_map map;
    map.contains(0); // makes the thread's record
    reads seen(map);
    work(map, seen, 1, 2000);
    CHECK(seen.found().text() == "");
    const auto stats = map.stats();
    CHECK(stats.grown >= 5);
    CHECK(stats.swept + stats.shrunk >= 5);
    CHECK(seen.decided_at_home() > 1000);
    CHECK(seen.beyond_home() > 100);
    CHECK(seen.most_tables() >= 2);
}

TEST_CASE("an operation on one of many keys with one home reads no more cells than its share") {
    flat_map map;
    map.contains(0);
    reads seen(map);
    work(map, seen, first_colliding, 100);
    CHECK(seen.found().text() == "");
    CHECK(seen.most_tables() >= 2);
    // A path that is full, as far as its end.
    CHECK(seen.tightest_lookup() > 0.9);
    CHECK(seen.tightest_change() > 0.9);
}
