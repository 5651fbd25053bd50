// SPDX-License-Identifier: BSL-1.0
#pragma once

// The same work for each unit. In an unnamed namespace: compiled anew, with the unit's own flags.

#include "unit.hpp"

#include <ferry/concurrent_map.hpp>

#include <cstdint>
#include <typeinfo>

namespace mixed_flags {
namespace {

using map = ferry::concurrent_map<std::uint64_t, std::uint64_t>;

constexpr std::uint64_t key_count = 10'000;

const char *first_wrong() {
    map m;
    for (std::uint64_t key = 0; key < key_count; ++key) {
        if (!m.insert(key, key + 1)) {
            return "insert of a new key returned false";
        }
    }
    for (std::uint64_t key = 0; key < key_count; ++key) {
        if (m.get(key) != key + 1) {
            return "get did not return what was inserted";
        }
        if (m.contains(key + key_count)) {
            return "a key was found that was never inserted";
        }
    }
    for (std::uint64_t key = 0; key < key_count; key += 2) {
        if (m.erase(key) != 1) {
            return "erase of a present key did not return 1";
        }
    }
    for (std::uint64_t key = 0; key < key_count; ++key) {
        if (m.contains(key) != (key % 2 == 1)) {
            return "erase took the wrong keys";
        }
    }
    return m.size() == key_count / 2 ? nullptr : "size is not what is left";
}

report run() { return {FERRY_PROBE, typeid(map).name(), first_wrong()}; }

} // namespace
} // namespace mixed_flags
