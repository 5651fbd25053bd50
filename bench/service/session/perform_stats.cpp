// SPDX-License-Identifier: BSL-1.0

// `stats`, with the names that memcached has and tools look for, and behind them those of the map.

#include "session/perform.hpp"

#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace ferry::service {

namespace {

class lines {
public:
    explicit lines(output &out) : out_(out) {}

    void text(std::string_view name, std::string_view value) {
        out_ << "STAT " << name << ' ' << value << "\r\n";
    }
    void number(std::string_view name, std::uint64_t value) {
        out_ << "STAT " << name << ' ' << value << "\r\n";
    }
    void end() { out_.line("END"); }

private:
    output &out_;
};

std::string seconds(const timeval &time) {
    const std::string micros = std::to_string(time.tv_usec);
    return std::to_string(time.tv_sec) + '.' + std::string(6 - micros.size(), '0') + micros;
}

void general(context &in, lines &out) {
    facts &server = in.server;
    coarse_clock &clock = in.store().clock();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    out.number("pid", static_cast<std::uint64_t>(getpid()));
    out.number("uptime", clock.uptime());
    out.number("time", static_cast<std::uint64_t>(clock.unix_time()));
    out.text("version", version_text);
    out.number("pointer_size", 8 * sizeof(void *));
    out.text("rusage_user", seconds(used.ru_utime));
    out.text("rusage_system", seconds(used.ru_stime));
    out.number("max_connections", server.most_connections);
    out.number("curr_connections", server.connections.load(std::memory_order_relaxed));
    out.number("total_connections", server.total_connections.load(std::memory_order_relaxed));
    out.number("rejected_connections", server.rejected_connections.load(std::memory_order_relaxed));
    out.number("accepting_conns", 1);
    out.number("threads", server.threads);
    out.text("map", server.map);
    in.store().stats(
        [&](std::string_view name, const std::string &value) { out.text(name, value); });
    out.end();
}

void settings(context &in, lines &out) {
    const facts &server = in.server;
    in.store().stats([&](std::string_view name, const std::string &value) {
        if (name == "limit_maxbytes")
            out.text("maxbytes", value);
    });
    out.number("maxconns", server.most_connections);
    out.number("tcpport", server.port);
    out.number("udpport", 0);
    out.number("verbosity", 0);
    out.text("evictions", "on");
    out.text("cas_enabled", "yes");
    out.text("flush_enabled", "yes");
    out.number("num_threads", server.threads);
    out.number("item_size_max", most_item_bytes);
    out.text("map", server.map);
    out.end();
}

// Items are in no classes of sizes here: all are told as one.
void items(context &in, lines &out) {
    if (const std::size_t size = in.store().size(); size != 0)
        out.number("items:1:number", size);
    out.end();
}

void slabs(context &in, lines &out) {
    out.number("active_slabs", in.store().size() == 0 ? 0 : 1);
    in.store().stats([&](std::string_view name, const std::string &value) {
        if (name == "bytes")
            out.text("total_malloced", value);
    });
    out.end();
}

} // namespace

void perform_stats(context &in, const request &asked) {
    lines out(in.out);
    if (asked.subject.empty())
        return general(in, out);
    if (asked.subject == "settings")
        return settings(in, out);
    if (asked.subject == "items")
        return items(in, out);
    if (asked.subject == "slabs")
        return slabs(in, out);
    if (asked.subject == "sizes" || asked.subject == "conns" || asked.subject == "cachedump")
        return out.end(); // nothing is kept of these
    if (asked.subject == "reset") {
        in.store().reset_stats();
        return in.out.line("RESET");
    }
    if (asked.subject == "detail")
        return in.out.line(asked.key == "on" || asked.key == "off"
                               ? "OK"
                               : "CLIENT_ERROR usage: stats detail on|off|dump");
    in.out.line("ERROR");
}

} // namespace ferry::service
