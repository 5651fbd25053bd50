// SPDX-License-Identifier: BSL-1.0

// ferry's blocks are told from each other by size and alignment: nodes and boxes have the usual
// alignment, and so have the lists of old tables; thread records, the map's settings, its stripes
// and their places, and tables have their own.

#include "subjects/ferry_parts.hpp"

#include "support/core_of.hpp"

#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>

#include <type_traits>
#include <utility>

// Of the linker: where the program's own variables begin and end.
extern "C" char __data_start;
extern "C" char _end;

namespace ferry::sharing {

namespace {

std::uintptr_t place_of(const void *object) { return reinterpret_cast<std::uintptr_t>(object); }

template <class Table>
part part_in_table(const Table &table, std::uintptr_t address) {
    if (address >= place_of(&table.bucket_at(0)))
        return part::contents;
    return address - place_of(&table) < detail::apart_bytes ? part::entry : part::migrations;
}

template <class Map>
part part_of(std::uintptr_t address, const block *within, const block &object) {
    using core = std::remove_reference_t<decltype(test::core_of(std::declval<Map &>()))>;
    if (address - object.begin < object.bytes)
        return part::entry;
    if (within == nullptr) {
        // Static: the default domain and the pace. Another address is a stack's, or was freed.
        const bool is_static = place_of(&__data_start) <= address && address < place_of(&_end);
        return is_static ? part::epochs : part::elsewhere;
    }
    if (within->alignment < detail::apart_bytes)
        return within->bytes == sizeof(detail::garbage_stripe) ? part::migrations : part::contents;
    if (within->bytes == sizeof(detail::thread_record))
        return part::epochs;
    constexpr std::size_t stripe_bytes =
        detail::rounded_up(sizeof(typename core::stripe_type), detail::apart_bytes);
    if (within->bytes == sizeof(typename core::settings_type) || within->bytes == stripe_bytes ||
        within->bytes == engine::stripe_count() * sizeof(void *))
        return part::counts;
    return part_in_table(*reinterpret_cast<const typename core::table *>(within->begin), address);
}

} // namespace

part part_of_nodes_map(std::uintptr_t address, const block *within, const block &object) {
    return part_of<concurrent_map<std::uint64_t, std::uint64_t>>(address, within, object);
}

part part_of_flat_map(std::uintptr_t address, const block *within, const block &object) {
    return part_of<concurrent_flat_map<std::uint64_t, std::uint64_t>>(address, within, object);
}

} // namespace ferry::sharing
