// SPDX-License-Identifier: BSL-1.0
#pragma once

// One request, as its command line says. Texts are views of the line, or of the request itself for
// a key that was decoded; they last as long as both do.

#include "protocol/limits.hpp"
#include "protocol/tokens.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ferry::service {

enum class verb : std::uint8_t {
    get,
    gets,
    gat,
    gats,
    set,
    add,
    replace,
    append,
    prepend,
    cas,
    incr,
    decr,
    touch,
    erase, // "delete"
    flush_all,
    stats,
    version,
    verbosity,
    quit,
    meta_get,
    meta_set,
    meta_delete,
    meta_arithmetic,
    meta_debug,
    meta_nothing,
    accepted, // understood, changes nothing: "OK"
    refused,  // answered with `error`
    hang_up,  // answered by closing the connection
};

// The flags of a meta command.
struct meta_flags {
    bool binary_key = false;                    // b
    bool wants_value = false;                   // v
    bool no_bump = false;                       // u
    bool invalidates = false;                   // I
    char mode = 0;                              // M
    std::uint32_t client_flags = 0;             // F
    std::uint64_t expected_cas = 0;             // C; 0: none
    bool checks_cas = false;                    // C
    std::uint64_t delta = 1;                    // D
    std::uint64_t initial = 0;                  // J
    std::optional<std::int64_t> exptime;        // T
    std::optional<std::int64_t> vivify_exptime; // N
    std::optional<std::int64_t> recache;        // R
    bool exptime_is_last = false;               // T stands behind N
    bool recache_is_last = false;               // R stands behind T
};

struct request {
    request() {} // not = default: that would fill decoded_key with zeros each time
    request(const request &) = delete; // `key` may be a view of `decoded_key`
    request &operator=(const request &) = delete;

    verb what = verb::refused;
    bool quiet = false; // noreply, or a meta command's q

    std::string_view key;
    std::string_view keys; // of get, gets, gat and gats: all keys, not split; `key` is empty then
    std::uint32_t flags = 0;
    std::int64_t exptime = 0;    // also the delay of flush_all
    std::uint64_t cas = 0;       // what the item must have
    std::uint64_t delta = 0;     // of incr and decr
    std::string_view subject;    // of stats
    std::string_view error;      // of what is refused
    std::size_t data_bytes = 0;  // that follow the line, without their line end
    bool has_data = false;       // data follows
    bool has_item_limit = false; // the data is an item's, which must not be too large

    meta_flags meta;
    words meta_words{{}}; // of the line, of which a reply repeats some

    std::array<char, most_key_bytes> decoded_key;
};

} // namespace ferry::service
