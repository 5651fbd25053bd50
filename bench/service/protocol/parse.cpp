// SPDX-License-Identifier: BSL-1.0
#include "protocol/parse.hpp"

#include "protocol/numbers.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace ferry::service {

namespace {

constexpr std::string_view bad_exptime = "CLIENT_ERROR invalid exptime argument";

void refuse(request &out, std::string_view error) {
    out.what = verb::refused;
    out.error = error;
}

// Commands may end with the word `noreply`, which then also silences most errors.
void take_quiet(const words &of, request &out) { out.quiet = of.last() == "noreply"; }

void parse_gets(std::string_view line, request &out) {
    std::string_view keys = line;
    take_word(keys);
    if (out.what == verb::gat || out.what == verb::gats) {
        const std::string_view time = take_word(keys);
        const auto exptime = read_number<std::int64_t>(time);
        if (time.empty())
            return refuse(out, "ERROR");
        if (!exptime)
            return refuse(out, bad_exptime);
        out.exptime = *exptime;
    }
    out.keys = keys;
    std::string_view rest = keys;
    std::string_view key = take_word(rest);
    if (key.empty() && out.what != verb::gat && out.what != verb::gats)
        return refuse(out, "ERROR");
    // All keys are checked here: if one of them is too long, none is answered.
    for (; !key.empty(); key = take_word(rest))
        if (key.size() > most_key_bytes)
            return refuse(out, bad_format);
}

void parse_storage(const words &of, request &out) {
    take_quiet(of, out);
    const auto flags = read_number<std::uint32_t>(of[2]);
    const auto exptime = read_number<std::int64_t>(of[3]);
    const auto bytes = read_number<std::int64_t>(of[4]);
    const auto cas = out.what == verb::cas ? read_number<std::uint64_t>(of[5]) : 0;
    if (of[1].size() > most_key_bytes || !flags || !exptime || !bytes || !cas || *bytes < 0 ||
        *bytes > std::numeric_limits<std::int32_t>::max() - 2)
        return refuse(out, bad_format);
    out.key = of[1];
    out.flags = *flags;
    out.exptime = *exptime;
    out.cas = *cas;
    out.data_bytes = static_cast<std::size_t>(*bytes);
    out.has_data = true;
    out.has_item_limit = true;
}

void parse_arithmetic(const words &of, request &out) {
    take_quiet(of, out);
    const auto delta = read_number<std::uint64_t>(of[2]);
    if (of[1].size() > most_key_bytes)
        return refuse(out, bad_format);
    if (!delta)
        return refuse(out, "CLIENT_ERROR invalid numeric delta argument");
    out.key = of[1];
    out.delta = *delta;
}

void parse_touch(const words &of, request &out) {
    take_quiet(of, out);
    const auto exptime = read_number<std::int64_t>(of[2]);
    if (of[1].size() > most_key_bytes)
        return refuse(out, bad_format);
    if (!exptime)
        return refuse(out, bad_exptime);
    out.key = of[1];
    out.exptime = *exptime;
}

// delete KEY [0] [noreply]: the 0 is a time that very old clients send.
void parse_erase(const words &of, request &out) {
    if (of.count() > 2) {
        take_quiet(of, out);
        const bool zero = of[2] == "0";
        if (!(of.count() == 3 && (zero || out.quiet)) && !(of.count() == 4 && zero && out.quiet))
            return refuse(out, "CLIENT_ERROR bad command line format.  "
                               "Usage: delete <key> [noreply]");
    }
    if (of[1].size() > most_key_bytes)
        return refuse(out, bad_format);
    out.key = of[1];
}

void parse_flush_all(const words &of, request &out) {
    take_quiet(of, out);
    if (of.count() == (out.quiet ? 2u : 1u))
        return;
    const auto delay = read_number<std::int64_t>(of[1]);
    if (!delay)
        return refuse(out, bad_exptime);
    out.exptime = *delay;
}

void parse_verbosity(const words &of, request &out) {
    take_quiet(of, out);
    if (!read_number<std::uint32_t>(of[1]))
        return refuse(out, bad_format);
    out.what = verb::accepted;
}

// stats [SUBJECT [ARGUMENT...]]
void parse_stats(const words &of, request &out) {
    out.subject = of[1];
    out.key = of[2];
}

void parse_nothing(const words &, request &) {}

struct command {
    std::string_view name;
    verb what;
    std::size_t least_words; // with the command itself
    std::size_t most_words;
    void (*parse)(const words &, request &);
};

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

constexpr std::array commands{
    command{"set", verb::set, 5, 6, parse_storage},
    command{"add", verb::add, 5, 6, parse_storage},
    command{"replace", verb::replace, 5, 6, parse_storage},
    command{"append", verb::append, 5, 6, parse_storage},
    command{"prepend", verb::prepend, 5, 6, parse_storage},
    command{"cas", verb::cas, 6, 7, parse_storage},
    command{"incr", verb::incr, 3, 4, parse_arithmetic},
    command{"decr", verb::decr, 3, 4, parse_arithmetic},
    command{"delete", verb::erase, 2, 4, parse_erase},
    command{"touch", verb::touch, 3, 4, parse_touch},
    command{"flush_all", verb::flush_all, 1, 3, parse_flush_all},
    command{"stats", verb::stats, 1, any_number, parse_stats},
    command{"version", verb::version, 1, any_number, parse_nothing},
    command{"verbosity", verb::verbosity, 2, 3, parse_verbosity},
    command{"quit", verb::quit, 1, any_number, parse_nothing},
};

struct retrieval {
    std::string_view name;
    verb what;
};

constexpr std::array retrievals{
    retrieval{"get", verb::get},
    retrieval{"gets", verb::gets},
    retrieval{"gat", verb::gat},
    retrieval{"gats", verb::gats},
};

void parse_command(const words &of, request &out) {
    const auto *const known = std::find_if(commands.begin(), commands.end(),
                                           [&](const command &each) { return each.name == of[0]; });
    if (known == commands.end()) {
        // Somebody's browser, or a page that makes it talk to us.
        if (of.last().starts_with("HTTP/"))
            out.what = verb::hang_up;
        else
            refuse(out, "ERROR");
        return;
    }
    if (of.count() < known->least_words || of.count() > known->most_words)
        return refuse(out, "ERROR");
    out.what = known->what;
    known->parse(of, out);
}

std::string_view without_end(std::string_view line) {
    line.remove_suffix(1);
    if (line.size() > 1 && line.back() == '\r')
        line.remove_suffix(1);
    return line;
}

} // namespace

std::optional<std::size_t> line_finder::find(std::string_view bytes) {
    const std::size_t end = bytes.find('\n', searched_);
    if (end == std::string_view::npos) {
        searched_ = bytes.size();
        return std::nullopt;
    }
    searched_ = 0;
    return end + 1;
}

bool may_go_on(std::string_view begin) {
    if (begin.size() <= most_line_bytes)
        return true;
    const std::string_view command = take_word(begin);
    return begin.size() <= most_get_line_bytes &&
           std::any_of(retrievals.begin(), retrievals.end(),
                       [&](const retrieval &each) { return each.name == command; });
}

void parse_line(std::string_view line, request &out) {
    line = without_end(line);
    std::string_view rest = line;
    const std::string_view name = take_word(rest);
    if (name.size() < 2)
        return refuse(out, "ERROR");
    for (const retrieval &each : retrievals)
        if (each.name == name) {
            out.what = each.what;
            return parse_gets(line, out);
        }
    const words of(line);
    if (name.size() == 2 && name.front() == 'm')
        parse_meta(of, out);
    else
        parse_command(of, out);
}

} // namespace ferry::service
