// SPDX-License-Identifier: BSL-1.0
#include "subject_of.hpp"

#include "cells.hpp"
#include "flat_subject.hpp"
#include "node_inspection.hpp"
#include "node_naming.hpp"

#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

namespace ferry::model {

namespace {

using number_map = concurrent_map<std::uint64_t, std::uint64_t, number_hash>;
using object_map = concurrent_map<key_object, value_object, object_hash>;
using object_set = concurrent_set<key_object, object_hash>;

template <class Map>
using node_subject = subject_of<Map, node_inspection, node_naming>;

} // namespace

std::unique_ptr<subject> make_subject(element_kind kind) {
    switch (kind) {
    case element_kind::numbers:
        return std::make_unique<node_subject<number_map>>();
    case element_kind::objects:
        return std::make_unique<node_subject<object_map>>();
    case element_kind::flat:
        return make_flat_subject();
    case element_kind::cells:
        return make_cells();
    case element_kind::members:
        break;
    }
    return std::make_unique<node_subject<object_set>>();
}

static bool applies_to_cells(verb what) noexcept {
    switch (what) {
    case verb::get:
    case verb::exchange:
    case verb::hold:
    case verb::look:
    case verb::stare:
    case verb::let_go:
    case verb::size:
    case verb::reclaim:
    case verb::advance:
    case verb::pin:
    case verb::refresh:
    case verb::unpin:
    case verb::leave:
        return true;
    default:
        return false;
    }
}

bool applies(verb what, element_kind kind) noexcept {
    switch (what) {
    case verb::pass_pin:
    case verb::take_pin:
    case verb::drain:
    case verb::told:
    case verb::desert:
    case verb::end_late:
    case verb::elsewhere:
    case verb::finish:
    case verb::turn:
    case verb::turn_elsewhere:
    case verb::count:
        return kind == element_kind::cells;
    default:
        break;
    }
    if (kind == element_kind::cells)
        return applies_to_cells(what);
    if (kind != element_kind::members)
        return true;
    switch (what) {
    case verb::get:
    case verb::visit:
    case verb::find_guarded:
    case verb::visit_many:
    case verb::keep:
    case verb::try_emplace:
    case verb::insert_or_assign:
    case verb::exchange:
    case verb::get_or_emplace:
    case verb::get_or_emplace_with:
    case verb::update:
    case verb::upsert:
    case verb::put:
    case verb::flip:
    case verb::compare_erase:
    case verb::erase_if:
    case verb::compare_exchange:
        return false;
    default:
        return true;
    }
}

} // namespace ferry::model
