// SPDX-License-Identifier: BSL-1.0
#pragma once

// As naming.hpp, of a flat map: which cell of which table a step of a trace is about.

#include "elements.hpp"
#include "sched/allocation.hpp"

#include <ferry/concurrent_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

namespace ferry::model {

template <class Core>
class flat_naming {
public:
    // Outside of the machine. `value`: what was read or written.
    std::string describe(const Core &core, const epoch_domain &home, const void *at,
                         std::uint64_t value) {
        for (const engine::cell_table *each = core.root(); each != nullptr; each = each->next())
            tables_.try_emplace(reinterpret_cast<std::uintptr_t>(each),
                                "table " + std::to_string(tables_.size() + 1));
        const auto address = reinterpret_cast<std::uintptr_t>(at);
        if (address == reinterpret_cast<std::uintptr_t>(&core))
            return "root = " + table_name(value);
        for (const auto &[begin, name] : tables_) {
            const auto &in = *reinterpret_cast<const engine::cell_table *>(begin);
            if (!is_live(&in) || address < begin || address >= begin + in.bytes())
                continue;
            const auto first = reinterpret_cast<std::uintptr_t>(&in.bucket_at(0));
            if (address < first)
                return name + (value != 0 && tables_.count(value) != 0
                                   ? ".next = " + table_name(value)
                                   : " +" + std::to_string(address - begin) + " = " + hex(value));
            const std::size_t bucket = (address - first) / sizeof(engine::cell_bucket);
            const std::size_t within = (address - first) % sizeof(engine::cell_bucket);
            const std::string place = name + ", bucket " + std::to_string(bucket) + ", cell " +
                                      std::to_string(within / sizeof(engine::cell));
            return within % sizeof(engine::cell) == 0
                       ? place + " = " + text(core, in, bucket, engine::cell_word(value))
                       : place + "'s value = " + std::to_string(value);
        }
        const auto domain = reinterpret_cast<std::uintptr_t>(&home);
        if (address >= domain && address < domain + sizeof home)
            return "domain +" + std::to_string(address - domain) + " = " + hex(value);
        return hex(address & 0xfffff) + " = " + hex(value);
    }

    void forget() { tables_.clear(); }

private:
    static std::string hex(std::uint64_t value) {
        char digits[20];
        std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(value));
        return digits;
    }

    std::string table_name(std::uint64_t address) const {
        const auto it = tables_.find(address);
        return it != tables_.end() ? it->second : address == 0 ? "none" : hex(address & 0xfffff);
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

    std::map<std::uintptr_t, std::string> tables_;
};

} // namespace ferry::model
