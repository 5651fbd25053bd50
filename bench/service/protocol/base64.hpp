// SPDX-License-Identifier: BSL-1.0
#pragma once

// Base 64 (RFC 4648), with padding: the keys that meta commands mark with the flag b.

#include <cstddef>
#include <string>
#include <string_view>

namespace ferry::service {

// Writes what `text` stands for to `to`, which has room for as many bytes as `text`, and returns
// their number. 0: `text` is empty or not in base 64.
std::size_t decode_base64(std::string_view text, char *to);

void append_base64(std::string &to, std::string_view bytes);

} // namespace ferry::service
