// SPDX-License-Identifier: BSL-1.0

// Meta commands: two letters, a key, and flags of one letter each, some with a value behind it.

#include "protocol/parse.hpp"

#include "protocol/base64.hpp"
#include "protocol/numbers.hpp"

#include <bitset>
#include <limits>

namespace ferry::service {

namespace {

constexpr std::string_view bad_token = "CLIENT_ERROR bad token in command line format";

// No flag silences an error.
void refuse_aloud(request &out, std::string_view error) {
    out.what = verb::refused;
    out.quiet = false;
    out.error = error;
}

bool is_one_of(std::string_view letters, char letter) {
    return letters.find(letter) != std::string_view::npos;
}

template <class Number>
bool take_number(std::string_view text, Number &to) {
    const auto number = read_number<Number>(text);
    if (number)
        to = *number;
    return number.has_value();
}

bool take_time(std::string_view text, std::optional<std::int64_t> &to) {
    to = read_number<std::int64_t>(text);
    return to.has_value();
}

bool decode_key(request &out) {
    const std::size_t bytes = decode_base64(out.key, out.decoded_key.data());
    out.key = {out.decoded_key.data(), bytes};
    out.meta.binary_key = true;
    return bytes != 0;
}

// What is wrong with a flag and its value; nothing: empty.
std::string_view take_flag(char flag, std::string_view value, request &out) {
    meta_flags &to = out.meta;
    switch (flag) {
    case 'b':
        return decode_key(out) ? "" : "CLIENT_ERROR error decoding key";
    case 'N':
        return take_time(value, to.vivify_exptime) ? "" : bad_token;
    case 'T':
        to.exptime_is_last = to.vivify_exptime.has_value();
        return take_time(value, to.exptime) ? "" : bad_token;
    case 'R':
        to.recache_is_last = to.exptime.has_value();
        return take_time(value, to.recache) ? "" : bad_token;
    case 'F':
        return take_number(value, to.client_flags) ? "" : bad_format;
    case 'C':
        to.checks_cas = true;
        return take_number(value, to.expected_cas) ? "" : bad_token;
    case 'M':
        if (value.size() != 1)
            return "CLIENT_ERROR incorrect length for M token";
        to.mode = value.front();
        return "";
    case 'J':
        return take_number(value, to.initial) ? "" : "CLIENT_ERROR invalid numeric initial value";
    case 'D':
        return take_number(value, to.delta) ? "" : "CLIENT_ERROR invalid numeric delta value";
    case 'I':
        to.invalidates = true;
        return "";
    case 'v':
        to.wants_value = true;
        return "";
    case 'u':
        to.no_bump = true;
        return "";
    case 'q':
        out.quiet = true;
        return "";
    case 'O':
    case 'k':
    case 's':
    case 't':
    case 'c':
    case 'f':
    case 'l':
    case 'h': // for the reply alone
    case 'P':
    case 'L': // for proxies
        return "";
    default:
        return "CLIENT_ERROR invalid flag";
    }
}

// Reads the flags from word `first` on. What is wrong with them; nothing: empty.
std::string_view take_flags(const words &of, std::size_t first, request &out) {
    std::bitset<256> seen;
    std::string_view wrong;
    for (std::size_t i = first; i != of.count(); ++i) {
        const char flag = of[i].front();
        auto &&already = seen[static_cast<unsigned char>(flag)];
        if (already)
            return "CLIENT_ERROR duplicate flag";
        already = true;
        const std::string_view error = take_flag(flag, of[i].substr(1), out);
        if (!error.empty())
            wrong = error;
    }
    return wrong;
}

// What is checked last.
void check_opaque(const words &of, std::size_t first, request &out) {
    for (std::size_t i = first; i != of.count(); ++i)
        if (of[i].front() == 'O' && of[i].size() > most_opaque_bytes)
            refuse_aloud(out, "CLIENT_ERROR opaque token too long");
}

void parse_meta_get(const words &of, request &out) {
    if (const std::string_view wrong = take_flags(of, 2, out); !wrong.empty())
        return refuse_aloud(out, wrong);
    check_opaque(of, 2, out);
}

void parse_meta_delete(const words &of, request &out) {
    if (!take_flags(of, 2, out).empty())
        return refuse_aloud(out, "CLIENT_ERROR invalid or duplicate flag");
    check_opaque(of, 2, out);
}

void parse_meta_set(const words &of, request &out) {
    if (of.count() < 3)
        return refuse_aloud(out, bad_format);
    const auto bytes = read_number<std::int64_t>(of[2]);
    if (!bytes || *bytes < 0 || *bytes > std::numeric_limits<std::int32_t>::max() - 2)
        return refuse_aloud(out, bad_format);
    // Data follows, also behind a line that is refused from here on.
    out.data_bytes = static_cast<std::size_t>(*bytes);
    out.has_data = true;
    if (const std::string_view wrong = take_flags(of, 3, out); !wrong.empty())
        return refuse_aloud(out, wrong);
    if (out.meta.mode != 0 && !is_one_of("EAPRS", out.meta.mode))
        return refuse_aloud(out, "CLIENT_ERROR invalid mode for ms M token");
    out.flags = out.meta.client_flags;
    out.cas = out.meta.expected_cas;
    out.has_item_limit = true;
    check_opaque(of, 3, out);
}

void parse_meta_arithmetic(const words &of, request &out) {
    if (!take_flags(of, 2, out).empty())
        return refuse_aloud(out, "CLIENT_ERROR invalid or duplicate flag");
    if (out.meta.mode != 0 && !is_one_of("I+D-", out.meta.mode))
        return refuse_aloud(out, "CLIENT_ERROR invalid mode for ma M token");
    check_opaque(of, 2, out);
}

void parse_meta_debug(const words &of, request &out) {
    if (of[2] == "b" && !decode_key(out))
        refuse_aloud(out, bad_format);
}

} // namespace

void parse_meta(const words &of, request &out) {
    const char letter = of[0][1];
    if (letter == 'n') {
        out.what = verb::meta_nothing;
        return;
    }
    if (!is_one_of("gsdae", letter))
        return refuse_aloud(out, "ERROR");
    if (of.count() < 2)
        return refuse_aloud(out, letter == 'e' ? bad_format : "ERROR");
    if (of[1].size() > most_key_bytes)
        return refuse_aloud(out, bad_format);
    if (letter != 'e' && of.count() > most_meta_tokens)
        return refuse_aloud(out, letter == 'g' ? "CLIENT_ERROR options flags are too long"
                                               : "CLIENT_ERROR options flags too long");
    out.key = of[1];
    out.meta_words = of;
    switch (letter) {
    case 'g':
        out.what = verb::meta_get;
        return parse_meta_get(of, out);
    case 's':
        out.what = verb::meta_set;
        return parse_meta_set(of, out);
    case 'd':
        out.what = verb::meta_delete;
        return parse_meta_delete(of, out);
    case 'a':
        out.what = verb::meta_arithmetic;
        return parse_meta_arithmetic(of, out);
    default:
        out.what = verb::meta_debug;
        return parse_meta_debug(of, out);
    }
}

} // namespace ferry::service
