// SPDX-License-Identifier: BSL-1.0
#pragma once

// memcached's limits, and those that keep a hostile client from taking memory.

#include <cstddef>

namespace ferry::service {

inline constexpr std::size_t most_key_bytes = 250;
inline constexpr std::size_t most_item_bytes = 1 << 20; // with its key and what memcached adds
inline constexpr std::size_t most_opaque_bytes = 32;    // of a meta command's flag O, with the O
inline constexpr std::size_t most_meta_tokens = 19;     // of a meta command, with command and key

// A line that has not ended by then is taken for garbage, unless it asks for many keys.
inline constexpr std::size_t most_line_bytes = 2048;
inline constexpr std::size_t most_get_line_bytes = 1 << 20;

// Relative times are at most this; larger ones are Unix times.
inline constexpr long long most_relative_seconds = 60 * 60 * 24 * 30;

// What memcached 1.6 keeps beside key and data, which counts for the limit of an item: its header,
// the cas number, the zero behind the key and the line end behind the data.
constexpr bool item_fits(std::size_t key_bytes, std::size_t data_bytes) {
    constexpr std::size_t beside = 48 + 8 + 1 + 2;
    return data_bytes <= most_item_bytes && beside + key_bytes + data_bytes <= most_item_bytes;
}

} // namespace ferry::service
