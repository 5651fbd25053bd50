// SPDX-License-Identifier: BSL-1.0
#include "session/perform.hpp"

#include "protocol/tokens.hpp"

#include <utility>

namespace ferry::service {

namespace {

writing_mode mode_of(verb what) {
    switch (what) {
    case verb::add:
        return writing_mode::add;
    case verb::replace:
        return writing_mode::replace;
    case verb::append:
        return writing_mode::append;
    case verb::prepend:
        return writing_mode::prepend;
    case verb::cas:
        return writing_mode::cas;
    default:
        return writing_mode::set;
    }
}

std::string_view line_for(outcome what) {
    switch (what) {
    case outcome::done:
        return "STORED";
    case outcome::exists:
        return "EXISTS";
    case outcome::not_found:
        return "NOT_FOUND";
    case outcome::no_memory:
        return "SERVER_ERROR out of memory storing object";
    case outcome::not_stored:
    case outcome::not_a_number:
        break;
    }
    return "NOT_STORED";
}

} // namespace

void answer(context &in, const request &asked, std::string_view line) {
    if (!asked.quiet)
        in.out.line(line);
}

void perform_write(context &in, const request &asked, shared_bytes value) {
    const writing change{.mode = mode_of(asked.what),
                         .expected_cas = asked.cas,
                         .flags = asked.flags,
                         .expires = in.store().clock().end_of(asked.exptime),
                         .bytes = std::move(value)};
    answer(in, asked, line_for(in.store().write(in.by, asked.key, change).what));
}

void perform_count(context &in, const request &asked) {
    const counted_to result =
        in.store().count(in.by, asked.key, {.up = asked.what == verb::incr, .by = asked.delta});
    switch (result.what) {
    case outcome::done:
        if (!asked.quiet)
            in.out << result.value << "\r\n";
        return;
    case outcome::not_a_number:
        return answer(in, asked, "CLIENT_ERROR cannot increment or decrement non-numeric value");
    default:
        return answer(in, asked, "NOT_FOUND");
    }
}

void perform_touch(context &in, const request &asked) {
    item touched;
    const bool found =
        in.store().touch(in.by, asked.key, in.store().clock().end_of(asked.exptime), touched);
    answer(in, asked, found ? "TOUCHED" : "NOT_FOUND");
}

void perform_erase(context &in, const request &asked) {
    const outcome what = in.store().erase(in.by, asked.key, {});
    answer(in, asked, what == outcome::done ? "DELETED" : "NOT_FOUND");
}

std::optional<std::string_view> perform_get_and_touch(context &in, const request &asked,
                                                      std::string_view keys) {
    const std::uint32_t end = in.store().clock().end_of(asked.exptime);
    while (!in.out.is_full()) {
        const std::string_view key = take_word(keys);
        if (key.empty()) {
            in.out.line("END");
            return std::nullopt;
        }
        item touched;
        if (in.store().touch(in.by, key, end, touched))
            in.out.value(key, touched, asked.what == verb::gats);
    }
    return keys;
}

} // namespace ferry::service
