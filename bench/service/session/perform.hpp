// SPDX-License-Identifier: BSL-1.0
#pragma once

// Carries out requests on a store and writes their replies. `value`: the data behind the line.

#include "protocol/request.hpp"
#include "session/facts.hpp"
#include "session/output.hpp"
#include "store/store.hpp"

#include <optional>
#include <string_view>

namespace ferry::service {

struct context {
    facts &server;
    worker &by;
    output &out;

    service::store &store() const noexcept { return server.store; }
};

// Writes `line` as the reply, unless the request is quiet.
void answer(context &in, const request &asked, std::string_view line);

void perform_write(context &in, const request &asked, shared_bytes value);
void perform_count(context &in, const request &asked);
void perform_touch(context &in, const request &asked);
void perform_erase(context &in, const request &asked);
// Answers `keys` of a gat until the output is full. Returns the keys that are left, or nothing when
// all are answered.
std::optional<std::string_view> perform_get_and_touch(context &in, const request &asked,
                                                      std::string_view keys);

void perform_meta_get(context &in, const request &asked);
void perform_meta_set(context &in, const request &asked, shared_bytes value);
void perform_meta_delete(context &in, const request &asked);
void perform_meta_arithmetic(context &in, const request &asked);
void perform_meta_debug(context &in, const request &asked);

void perform_stats(context &in, const request &asked);

} // namespace ferry::service
