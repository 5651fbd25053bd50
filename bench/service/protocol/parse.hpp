// SPDX-License-Identifier: BSL-1.0
#pragma once

// From bytes to requests, without I/O: finds the end of a command line, and reads the line.
//
// The commands, the numbers of words that they take and the errors are memcached 1.6's.

#include "protocol/request.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace ferry::service {

inline constexpr std::string_view bad_format = "CLIENT_ERROR bad command line format";

// Finds line ends in bytes that arrive in pieces, and reads none of them twice.
class line_finder {
public:
    // The length of the line at the front of `bytes`, with its end. Nothing: it has not ended yet;
    // call again with more bytes behind the same ones.
    std::optional<std::size_t> find(std::string_view bytes);

private:
    std::size_t searched_ = 0;
};

// Whether a line that begins like this, and has not ended yet, may go on.
bool may_go_on(std::string_view begin);

// Parses a line, which includes its line end, into `out`, which must be newly constructed.
void parse_line(std::string_view line, request &out);

// Parses a line whose command is `m` and one other letter. `of`: its words. In parse_meta.cpp.
void parse_meta(const words &of, request &out);

} // namespace ferry::service
