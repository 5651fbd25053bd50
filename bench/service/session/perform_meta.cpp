// SPDX-License-Identifier: BSL-1.0

// Meta commands. A reply repeats some flags of its request, in their order, with values behind
// them.

#include "session/perform.hpp"

#include "protocol/base64.hpp"

#include <string>
#include <utility>

namespace ferry::service {

namespace {

void append_key(output &out, std::string_view key, bool binary) {
    out << " k";
    if (binary) {
        append_base64(out.text(), key);
        out << " b";
    } else {
        out << key;
    }
}

// The time that is left until `end`, in seconds.
void append_time_left(output &out, std::uint32_t end, const coarse_clock &clock) {
    const std::uint32_t now = clock.second();
    if (end == 0)
        out << " t-1";
    else
        out << " t" << std::uint64_t{end > now ? end - now : 0};
}

// Calls `f(letter, word)` for the flags of a request; of ms they stand behind a number.
template <class F>
void each_flag(const request &asked, F &&f) {
    for (std::size_t i = asked.what == verb::meta_set ? 3 : 2; i < asked.meta_words.count(); ++i)
        f(asked.meta_words[i].front(), asked.meta_words[i]);
}

// What every reply repeats.
void append_echo(output &out, const request &asked, char flag, std::string_view word) {
    if (flag == 'O')
        out << ' ' << word;
    else if (flag == 'k')
        append_key(out, asked.key, asked.meta.binary_key);
}

void answer_with_echo(context &in, const request &asked, std::string_view code) {
    in.out << code;
    each_flag(asked,
              [&](char flag, std::string_view word) { append_echo(in.out, asked, flag, word); });
    in.out << "\r\n";
}

std::optional<std::uint32_t> end_of(context &in, const std::optional<std::int64_t> &exptime) {
    if (!exptime)
        return std::nullopt;
    return in.store().clock().end_of(*exptime);
}

// That of an item that is made. The flags N and T both set it, one after the other.
std::optional<std::uint32_t> end_if_made(context &in, const meta_flags &flags) {
    return end_of(in, flags.exptime_is_last ? flags.exptime : flags.vivify_exptime);
}

// When an item ends, as the flag t shows it: T, and N of an item that was made, set it from there
// on.
class end_so_far {
public:
    end_so_far(context &in, const meta_flags &flags, std::uint32_t before, bool made)
        : in_(in), flags_(flags), end_(before), made_(made) {}

    void pass(char flag) {
        if (flag == 'T')
            end_ = end_of(in_, flags_.exptime).value_or(0);
        else if (flag == 'N' && made_)
            end_ = end_of(in_, flags_.vivify_exptime).value_or(0);
    }
    std::uint32_t get() const { return end_; }

private:
    context &in_;
    const meta_flags &flags_;
    std::uint32_t end_;
    bool made_;
};

std::string_view code_for(outcome what) {
    switch (what) {
    case outcome::done:
        return "HD";
    case outcome::exists:
        return "EX";
    case outcome::not_found:
        return "NF";
    default:
        return "NS";
    }
}

void answer_meta_get(context &in, const request &asked, const fetched &result, const item &shown) {
    output &out = in.out;
    const coarse_clock &clock = in.store().clock();
    if (asked.meta.wants_value)
        out << "VA " << std::uint64_t{shown.bytes.size()};
    else
        out << "HD";
    end_so_far end(in, asked.meta, result.ended, result.made);
    each_flag(asked, [&](char flag, std::string_view word) {
        end.pass(flag);
        switch (flag) {
        case 's':
            out << " s" << std::uint64_t{shown.bytes.size()};
            break;
        case 't':
            append_time_left(out, end.get(), clock);
            break;
        case 'c':
            out << " c" << shown.cas;
            break;
        case 'f':
            out << " f" << std::uint64_t{shown.flags};
            break;
        case 'l':
            out << " l" << std::uint64_t{result.idle_for / coarse_clock::ticks_a_second};
            break;
        case 'h':
            out << (result.was_fetched ? " h1" : " h0");
            break;
        case 'k':
            append_key(out, asked.key, shown.is_marked(mark_binary_key));
            break;
        default:
            append_echo(out, asked, flag, word);
        }
    });
    if (result.was_won)
        out << " Z";
    if (shown.is_marked(mark_stale))
        out << " X";
    if (result.won)
        out << " W";
    out << "\r\n";
    if (asked.meta.wants_value)
        out << shown.bytes.with_line_end();
}

} // namespace

void perform_meta_get(context &in, const request &asked) {
    const meta_flags &flags = asked.meta;
    const fetching how{.expires = end_of(in, flags.exptime),
                       .vivify_expires = end_if_made(in, flags),
                       .recache = end_of(in, flags.recache),
                       .recache_sees_new_end = flags.recache_is_last,
                       .bumps = !flags.no_bump,
                       .binary_key = flags.binary_key};
    const bool found =
        in.store().fetch(in.by, asked.key, how, [&](const fetched &result, const item &shown) {
            answer_meta_get(in, asked, result, shown);
        });
    if (!found && !asked.quiet)
        answer_with_echo(in, asked, "EN");
}

void perform_meta_set(context &in, const request &asked, shared_bytes value) {
    const meta_flags &flags = asked.meta;
    writing change{.accepts_stale = flags.invalidates,
                   .binary_key = flags.binary_key,
                   .expected_cas = flags.expected_cas,
                   .flags = flags.client_flags,
                   .expires = end_of(in, flags.exptime).value_or(0),
                   .bytes = std::move(value)};
    switch (flags.mode) {
    case 'E':
        change.mode = writing_mode::add;
        break;
    case 'A':
        change.mode = writing_mode::append;
        break;
    case 'P':
        change.mode = writing_mode::prepend;
        break;
    case 'R':
        change.mode = flags.checks_cas ? writing_mode::cas : writing_mode::replace;
        break;
    default:
        change.mode = flags.checks_cas ? writing_mode::cas : writing_mode::set;
    }
    const written result = in.store().write(in.by, asked.key, change);
    if (result.what == outcome::no_memory)
        return in.out.line("SERVER_ERROR out of memory storing object");
    if (result.what == outcome::done && asked.quiet)
        return;
    in.out << code_for(result.what);
    each_flag(asked, [&](char flag, std::string_view word) {
        if (flag == 'c')
            in.out << " c" << result.cas;
        else
            append_echo(in.out, asked, flag, word);
    });
    in.out << "\r\n";
}

void perform_meta_delete(context &in, const request &asked) {
    const meta_flags &flags = asked.meta;
    erasing how{.only_invalidates = flags.invalidates, .expires = end_of(in, flags.exptime)};
    if (flags.checks_cas)
        how.expected_cas = flags.expected_cas;
    const outcome what = in.store().erase(in.by, asked.key, how);
    if (what != outcome::done || !asked.quiet)
        answer_with_echo(in, asked, code_for(what));
}

void perform_meta_arithmetic(context &in, const request &asked) {
    const meta_flags &flags = asked.meta;
    output &out = in.out;
    const counting how{.up = flags.mode != 'D' && flags.mode != '-',
                       .by = flags.delta,
                       .expected_cas = flags.expected_cas,
                       .expires = end_of(in, flags.exptime),
                       .vivify_expires = end_if_made(in, flags),
                       .initial = flags.initial,
                       .binary_key = flags.binary_key};
    const counted_to result = in.store().count(in.by, asked.key, how);
    if (result.what == outcome::no_memory)
        return out.line("SERVER_ERROR Out of memory allocating new item");
    if (result.what == outcome::not_a_number)
        return out.line("CLIENT_ERROR cannot increment or decrement non-numeric value");
    if (result.what != outcome::done)
        return answer_with_echo(in, asked, code_for(result.what));
    if (asked.quiet && !result.made)
        return;
    const std::string number = std::to_string(result.value);
    if (flags.wants_value)
        out << "VA " << std::uint64_t{number.size()};
    else
        out << "HD";
    end_so_far end(in, asked.meta, result.ended, result.made);
    each_flag(asked, [&](char flag, std::string_view word) {
        end.pass(flag);
        if (flag == 'c')
            out << " c" << result.cas;
        else if (flag == 't')
            append_time_left(out, end.get(), in.store().clock());
        else
            append_echo(out, asked, flag, word);
    });
    out << "\r\n";
    if (flags.wants_value)
        out.line(number);
}

void perform_meta_debug(context &in, const request &asked) {
    output &out = in.out;
    const coarse_clock &clock = in.store().clock();
    in.by.counts.add(counted::meta_commands);
    const bool found = in.store().look_at(asked.key, [&](const item &it) {
        out << "ME ";
        if (it.is_marked(mark_binary_key))
            append_base64(out.text(), asked.key);
        else
            out << asked.key;
        out << " exp=";
        if (it.expires == 0)
            out << "-1";
        else
            out << std::uint64_t{it.expires - clock.second()};
        out << " la=" << std::uint64_t{it.idle_for(clock.tick()) / coarse_clock::ticks_a_second}
            << " cas=" << it.cas << " fetch=" << (it.was_fetched() ? "yes" : "no")
            << " cls=1 size=" << std::uint64_t{asked.key.size() + it.bytes.size()} << "\r\n";
    });
    if (!found)
        out.line("EN");
}

} // namespace ferry::service
