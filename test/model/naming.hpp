// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a step of a trace is about, in the words of the design: which slot of which table, whose
// state, and what the word says.

#include "elements.hpp"
#include "sched/allocation.hpp"

#include <ferry/concurrent_map.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace ferry::model {

template <class Core>
class naming {
    using node_type = typename Core::node_type;

public:
    // Outside of the machine. `value`: what was read or written.
    std::string describe(const Core &core, const epoch_domain &home, const void *at,
                         std::uint64_t value) {
        learn(core);
        const auto address = reinterpret_cast<std::uintptr_t>(at);
        if (address == reinterpret_cast<std::uintptr_t>(&core))
            return "root = " + table_name(value);
        for (const auto &[begin, name] : tables_) {
            const auto &in = *reinterpret_cast<const engine::table *>(begin);
            if (!is_live(&in) || address < begin || address >= begin + in.bytes())
                continue;
            const auto first = reinterpret_cast<std::uintptr_t>(&in.bucket_at(0));
            if (address < first)
                return name + (value != 0 && tables_.count(value) != 0
                                   ? ".next = " + table_name(value)
                                   : " +" + std::to_string(address - begin) + " = " + hex(value));
            const std::size_t bucket = (address - first) / sizeof(engine::bucket);
            const std::size_t slot = (address - first) % sizeof(engine::bucket) / 8;
            return name + ", bucket " + std::to_string(bucket) + ", slot " + std::to_string(slot) +
                   " = " + slot_text(engine::slot_word{value});
        }
        for (const auto &[begin, name] : nodes_)
            if (address >= begin && address < begin + sizeof(node_type))
                return name + (address == begin
                                   ? "'s state = " + state_text(engine::value_word{value})
                                   : " +" + std::to_string(address - begin) + " = " + hex(value));
        const auto domain = reinterpret_cast<std::uintptr_t>(&home);
        if (address >= domain && address < domain + sizeof home)
            return "domain +" + std::to_string(address - domain) + " = " + hex(value);
        return hex(address & 0xfffff) + " = " + hex(value);
    }

    void forget() {
        tables_.clear();
        nodes_.clear();
    }

private:
    static std::string hex(std::uint64_t value) {
        constexpr char digits[] = "0123456789abcdef";
        std::string text;
        do {
            text.insert(text.begin(), digits[value % 16]);
            value /= 16;
        } while (value != 0);
        return text;
    }

    // Tables and nodes keep the names they had when they were first seen.
    void learn(const Core &core) {
        for (const engine::table *each = core.root(); each != nullptr; each = each->next()) {
            tables_.try_emplace(reinterpret_cast<std::uintptr_t>(each),
                                "table " + std::to_string(tables_.size() + 1));
            for (std::size_t b = 0; b != each->shape().buckets(); ++b)
                for (const engine::slot &at : each->bucket_at(b).slots)
                    if (const engine::slot_word word = at.load();
                        word.is_link() && is_live(core.node_at(word)))
                        nodes_[word.address()] =
                            "key " + std::to_string(number_of(core.node_at(word)->key));
        }
    }

    std::string table_name(std::uint64_t address) const {
        const auto it = tables_.find(address);
        return it != tables_.end() ? it->second : address == 0 ? "none" : hex(address & 0xfffff);
    }

    std::string slot_text(engine::slot_word word) const {
        if (word.is_empty())
            return "EMPTY";
        if (word.is_sealed())
            return "SEALED";
        if (word.is_tombstone())
            return "TOMBSTONE";
        const auto it = nodes_.find(word.address());
        return "LINK to " + (it != nodes_.end() ? it->second : hex(word.address() & 0xfffff));
    }

    static std::string state_text(engine::value_word word) {
        switch (word.state()) {
        case engine::value_state::live_inline:
            return "LIVE_INLINE";
        case engine::value_state::live_box:
            return "LIVE_BOX " + hex(word.address() & 0xfffff);
        case engine::value_state::live_spare:
            return "LIVE_SPARE " + hex(word.address() & 0xfffff);
        case engine::value_state::dead:
            return "DEAD";
        case engine::value_state::dropped:
            return "DROPPED";
        case engine::value_state::claimed:
            break;
        }
        return hex(word.bits());
    }

    std::map<std::uintptr_t, std::string> tables_;
    std::map<std::uintptr_t, std::string> nodes_;
};

} // namespace ferry::model
