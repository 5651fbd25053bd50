// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a step of a trace is about, in the words of the design: the root, a place in a table, the
// domain. `Names` knows an engine's buckets and objects (node_naming.hpp, flat_naming.hpp):
//
//   learn(core, table)                        looks at a table of the chain
//   in_bucket(core, table, bucket, at, value) names byte `at` of a bucket
//   object(address, value)                    names a place in an object outside the tables, or none
//   forget()                                  before another execution

#include "naming_text.hpp"
#include "sched/allocation.hpp"

#include <ferry/detail/reclaim/epoch_domain.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace ferry::model {

template <class Core, class Names>
class naming {
    using table = typename Core::table;
    using bucket = std::remove_reference_t<decltype(std::declval<table &>().bucket_at(0))>;

public:
    // Outside of the machine. `value`: what was read or written.
    std::string describe(const Core &core, const epoch_domain &home, const void *at,
                         std::uint64_t value) {
        learn(core);
        const auto address = reinterpret_cast<std::uintptr_t>(at);
        if (address == reinterpret_cast<std::uintptr_t>(&core))
            return "root = " + table_name(value);
        for (const auto &[begin, name] : tables_) {
            const auto &in = *reinterpret_cast<const table *>(begin);
            if (is_live(&in) && address >= begin && address < begin + in.bytes())
                return name + in_table(core, in, address, value);
        }
        if (const std::optional<std::string> object = names_.object(address, value))
            return *object;
        const auto domain = reinterpret_cast<std::uintptr_t>(&home);
        if (address >= domain && address < domain + sizeof home)
            return "domain" + at_offset(address - domain, value);
        return short_hex(address) + " = " + hex(value);
    }

    void forget() {
        tables_.clear();
        names_.forget();
    }

private:
    // Tables and objects keep the names they had when they were first seen.
    void learn(const Core &core) {
        for (const table *each = core.root(); each != nullptr; each = each->next()) {
            tables_.try_emplace(reinterpret_cast<std::uintptr_t>(each),
                                "table " + std::to_string(tables_.size() + 1));
            names_.learn(core, *each);
        }
    }

    std::string table_name(std::uint64_t address) const {
        const auto it = tables_.find(address);
        return it != tables_.end() ? it->second : address == 0 ? "none" : short_hex(address);
    }

    std::string in_table(const Core &core, const table &in, std::uintptr_t address,
                         std::uint64_t value) const {
        const auto first = reinterpret_cast<std::uintptr_t>(&in.bucket_at(0));
        if (address < first)
            return value != 0 && tables_.count(value) != 0
                       ? ".next = " + table_name(value)
                       : at_offset(address - reinterpret_cast<std::uintptr_t>(&in), value);
        const std::size_t index = (address - first) / sizeof(bucket);
        return ", bucket " + std::to_string(index) +
               names_.in_bucket(core, in, index, (address - first) % sizeof(bucket), value);
    }

    std::map<std::uintptr_t, std::string> tables_;
    Names names_;
};

} // namespace ferry::model
