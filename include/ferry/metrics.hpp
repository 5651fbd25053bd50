// SPDX-License-Identifier: BSL-1.0
#pragma once

// ferry::write_prometheus: the statistics of maps, for a monitoring system.

#include "ferry/fwd.hpp"

#if FERRY_CXX20

#include "ferry/stats.hpp"

#include <charconv>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string_view>

FERRY_BEGIN

/// The statistics of one map, and the name that the map goes by.
struct named_stats {
    std::string_view name;
    map_stats stats;
};

/// Writes the statistics of maps in Prometheus' text format (version 0.0.4), one metric after the
/// other, with a sample for each map:
///
///     # HELP ferry_elements Elements.
///     # TYPE ferry_elements gauge
///     ferry_elements{map="sessions"} 1000
///
/// A scrape calls it once, with all its maps, as a metric may be described only once. Names are
/// UTF-8. The stream's locale and format do not matter.
inline void write_prometheus(std::ostream &out, std::span<const named_stats> maps) {
    const auto label = [&](std::string_view name) {
        for (const char each : name) {
            if (each == '\n') {
                out << "\\n";
            } else if (each == '"' || each == '\\') {
                out << '\\' << each;
            } else {
                out << each;
            }
        }
    };
    const auto metric = [&](std::string_view name, std::string_view type, std::string_view help,
                            auto figure) {
        out << "# HELP ferry_" << name << ' ' << help << "\n# TYPE ferry_" << name << ' ' << type
            << '\n';
        for (const named_stats &each : maps) {
            out << "ferry_" << name << "{map=\"";
            label(each.name);
            // Not by the stream, which may group digits, or write them to another base.
            char digits[32];
            const auto end = std::to_chars(digits, digits + sizeof digits, figure(each.stats)).ptr;
            out << "\"} ";
            out.write(digits, end - digits) << '\n';
        }
    };
    const auto gauge = [&](std::string_view name, std::string_view help, auto figure) {
        metric(name, "gauge", help, figure);
    };
    const auto counter = [&](std::string_view name, std::string_view help, auto figure) {
        metric(name, "counter", help, figure);
    };
    gauge("elements", "Elements.", [](const map_stats &of) { return of.live; });
    gauge("dead_elements", "Erased elements whose keys are kept.",
          [](const map_stats &of) { return of.dead; });
    gauge("capacity_slots", "Slots of the table.", [](const map_stats &of) { return of.capacity; });
    gauge("used_slots", "Slots of the table that are taken.",
          [](const map_stats &of) { return of.used; });
    gauge("load_ratio", "Slots that are taken, as a share of all.",
          [](const map_stats &of) { return of.load; });
    gauge("migration_buckets_done", "Buckets that the migration under way has moved.",
          [](const map_stats &of) { return of.buckets_migrated; });
    gauge("migration_buckets_left", "Buckets that the migration under way has not moved.",
          [](const map_stats &of) { return of.buckets_left; });
    counter("growths_total", "Migrations to a larger table.",
            [](const map_stats &of) { return of.grown; });
    counter("sweeps_total", "Migrations to a table of the same size.",
            [](const map_stats &of) { return of.swept; });
    counter("shrinks_total", "Migrations to a smaller table.",
            [](const map_stats &of) { return of.shrunk; });
    gauge("retired_objects", "Objects that wait until no thread can read them.",
          [](const map_stats &of) { return of.retired_objects; });
    gauge("retired_bytes", "Bytes of the retired objects.",
          [](const map_stats &of) { return of.retired_bytes; });
    gauge("table_bytes", "Bytes of the tables.",
          [](const map_stats &of) { return of.table_bytes; });
    gauge("node_bytes", "Bytes of the elements that are not in the table itself.",
          [](const map_stats &of) { return of.node_bytes; });
    gauge("epoch", "Epoch of the map's domain.", [](const map_stats &of) { return of.epoch; });
    gauge("oldest_pin_epochs", "Age of the domain's oldest pin, in epochs.",
          [](const map_stats &of) { return of.oldest_pin_age; });
    gauge("epoch_held_seconds", "How long a pin has held the epoch back.",
          [](const map_stats &of) { return static_cast<double>(of.epoch_held_ns) / 1e9; });
    gauge("barrier_refused", "1: the system refuses membarrier, and the epoch may stand still.",
          [](const map_stats &of) { return of.barrier_refused ? 1 : 0; });
}

inline void write_prometheus(std::ostream &out, std::initializer_list<named_stats> maps) {
    write_prometheus(out, std::span(maps.begin(), maps.size()));
}

FERRY_END

#endif
