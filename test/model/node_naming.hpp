// SPDX-License-Identifier: BSL-1.0
#pragma once

// The names of what maps with nodes consist of: which slot of which bucket, which node's state, and
// what the word says.

#include "elements.hpp"
#include "naming.hpp"

#include <ferry/concurrent_map.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ferry::model {

template <class Core>
class node_names {
    using node_type = typename Core::node_type;

public:
    void learn(const Core &core, const engine::table &in) {
        for (std::size_t b = 0; b != in.shape().buckets(); ++b)
            for (const engine::slot &at : in.bucket_at(b).slots)
                if (const engine::slot_word word = at.load();
                    word.is_link() && is_live(core.node_at(word)))
                    nodes_[word.address()] =
                        "key " + std::to_string(number_of(core.node_at(word)->key));
    }

    std::string in_bucket(const Core &, const engine::table &, std::size_t, std::size_t at,
                          std::uint64_t value) const {
        return ", slot " + std::to_string(at / sizeof(engine::slot)) + " = " +
               text(engine::slot_word{value});
    }

    std::optional<std::string> object(std::uintptr_t address, std::uint64_t value) const {
        for (const auto &[begin, name] : nodes_)
            if (address >= begin && address < begin + sizeof(node_type))
                return name + (address == begin ? "'s state = " + text(engine::value_word{value})
                                                : at_offset(address - begin, value));
        return std::nullopt;
    }

    void forget() { nodes_.clear(); }

private:
    std::string text(engine::slot_word word) const {
        if (word.is_empty())
            return "EMPTY";
        if (word.is_sealed())
            return "SEALED";
        if (word.is_tombstone())
            return "TOMBSTONE";
        const auto it = nodes_.find(word.address());
        return "LINK to " + (it != nodes_.end() ? it->second : short_hex(word.address()));
    }

    static std::string text(engine::value_word word) {
        switch (word.state()) {
        case engine::value_state::live_inline:
            return "LIVE_INLINE";
        case engine::value_state::live_box:
            return "LIVE_BOX " + short_hex(word.address());
        case engine::value_state::live_spare:
            return "LIVE_SPARE " + short_hex(word.address());
        case engine::value_state::dead:
            return "DEAD";
        case engine::value_state::dropped:
            return "DROPPED";
        case engine::value_state::claimed:
            break;
        }
        return hex(word.bits());
    }

    std::map<std::uintptr_t, std::string> nodes_;
};

template <class Core>
using node_naming = naming<Core, node_names<Core>>;

} // namespace ferry::model
