// SPDX-License-Identifier: BSL-1.0
#pragma once

// The names of what flat maps consist of: which cell of which bucket, and what its word says.

#include "elements.hpp"
#include "naming.hpp"

#include <ferry/concurrent_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ferry::model {

template <class Core>
class cell_names {
public:
    std::string in_bucket(const Core &core, const engine::cell_table &in, std::size_t bucket,
                          std::size_t at, std::uint64_t value) const {
        const std::string place = ", cell " + std::to_string(at / sizeof(engine::cell));
        return at % sizeof(engine::cell) == 0
                   ? place + " = " + text(core, in, bucket, engine::cell_word(value))
                   : place + "'s value = " + (value == 0 ? "none" : text(value));
    }

    // There are no objects outside the tables.
    void learn(const Core &, const engine::cell_table &) {}
    std::optional<std::string> object(std::uintptr_t, std::uint64_t) const { return std::nullopt; }
    void forget() {}

private:
    // The number to which a value points.
    static std::string text(std::uint64_t value) {
        return std::to_string(engine::from_word<pointed_number>(value).number());
    }
    static std::string text(const Core &core, const engine::cell_table &in, std::size_t bucket,
                            engine::cell_word word) {
        if (word.is_empty())
            return "EMPTY";
        if (word.is_sealed())
            return "SEALED";
        return std::string(word.is_live() ? "LIVE " : "DEAD ") +
               std::to_string(core.key_of(engine::cell_path::hash_of(in, bucket, word))) +
               (word.is_frozen() ? " FROZEN" : "") + (word.is_over() ? " OVER" : "");
    }
};

template <class Core>
using flat_naming = naming<Core, cell_names<Core>>;

} // namespace ferry::model
