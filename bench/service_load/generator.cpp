// SPDX-License-Identifier: BSL-1.0
#include "service_load/generator.hpp"

#include "service_load/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include <sys/epoll.h>
#include <sys/prctl.h>

namespace ferry::bench {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

// After so many requests at once, replies have their turn.
constexpr int burst = 64;

// Under way on a connection while keys are stored before the beginning.
constexpr std::size_t filling_depth = 256;

// How much later than asked a server may end a value's life: memcached's clock ticks in seconds. It
// may also have come to the SET late.
constexpr nanoseconds grace = std::chrono::milliseconds(2500);

nanoseconds processor_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// Which connections have something to read, or room to write to.
class readiness {
public:
    readiness() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
        if (epoll_.number() == -1)
            throw std::runtime_error(std::string("epoll cannot be used: ") + std::strerror(errno));
        // The system may round this thread's sleeps up, by 50 us by default.
        prctl(PR_SET_TIMERSLACK, 1ul, 0, 0, 0);
    }
    ~readiness() { prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack_), 0, 0, 0); }
    readiness(const readiness &) = delete;
    readiness &operator=(const readiness &) = delete;

    void add(int socket, std::uint32_t index) { control(EPOLL_CTL_ADD, socket, index, EPOLLIN); }
    void want_room(int socket, std::uint32_t index, bool wanted) {
        control(EPOLL_CTL_MOD, socket, index, EPOLLIN | (wanted ? EPOLLOUT : 0u));
    }

    // Those that are ready, after `longest` at the latest.
    std::span<const epoll_event> wait(nanoseconds longest) {
        const auto limit = std::max(longest, nanoseconds(0)).count();
        const timespec time{limit / 1'000'000'000, limit % 1'000'000'000};
        const int count = epoll_pwait2(epoll_.number(), events_.data(),
                                       static_cast<int>(events_.size()), &time, nullptr);
        return {events_.data(), static_cast<std::size_t>(std::max(count, 0))};
    }

private:
    void control(int operation, int socket, std::uint32_t index, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.u32 = index;
        if (epoll_ctl(epoll_.number(), operation, socket, &event) == -1)
            throw std::runtime_error(std::string("epoll failed: ") + std::strerror(errno));
    }

    int slack_ = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    descriptor epoll_;
    std::array<epoll_event, 64> events_{};
};

class generator {
public:
    generator(const std::filesystem::path &socket, value_sizes sizes, script &what,
              const generator_options &o)
        : script_(what), patience_(o.patience), blocked_(o.connections, false),
          has_output_(o.connections, false), last_signs_(o.connections) {
        connections_.reserve(o.connections);
        for (std::uint32_t i = 0; i < o.connections; ++i) {
            connections_.emplace_back(socket, sizes);
            ready_.add(connections_.back().number(), i);
        }
    }

    void fill();
    load_result run(arrivals &when);

private:
    std::uint32_t changing() const {
        return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(connections_.size() / 2));
    }
    // Those that read come after those that change, if there is more than one.
    std::uint32_t connection_for(const load_request &r) {
        const auto all = static_cast<std::uint32_t>(connections_.size());
        if (r.what != verb::get || all == 1)
            return r.key % changing();
        return changing() + next_reader_++ % (all - changing());
    }

    void add(const load_request &r, std::uint32_t to);
    void send_due(arrivals &when);
    void flush(std::uint32_t index);
    void take_replies(nanoseconds longest);
    void take(const load_request &of, reply &to);
    void require_patience();

    nanoseconds now() const { return clock::now() - start_; }

    script &script_;
    nanoseconds patience_;
    std::vector<connection> connections_;
    std::vector<bool> blocked_;
    std::vector<bool> has_output_; // that was not flushed yet
    // Of each connection with requests under way: when a reply came last or, if none has come
    // since, when the first of them was made.
    std::vector<clock::time_point> last_signs_;
    clock::time_point last_check_ = clock::now();
    readiness ready_;
    clock::time_point start_ = clock::now();
    std::optional<load_request> next_; // not due yet
    std::uint32_t next_reader_ = 0;
    std::size_t under_way_ = 0;
    bool timed_ = false;
    load_result result_;
};

void generator::flush(std::uint32_t index) {
    const bool blocked = !connections_[index].flush();
    if (blocked != blocked_[index])
        ready_.want_room(connections_[index].number(), index, blocked);
    blocked_[index] = blocked;
}

void generator::take(const load_request &of, reply &to) {
    --under_way_;
    if (to.outcome == outcome_of_reply::wrong) {
        result_.wrong = std::move(to.fault);
        return;
    }
    result_.hits += to.outcome == outcome_of_reply::hit;
    result_.misses += to.outcome == outcome_of_reply::miss;
    result_.refused += to.outcome == outcome_of_reply::refused;
    if (to.outcome != outcome_of_reply::refused)
        script_.acknowledge(of);
}

void generator::take_replies(nanoseconds longest) {
    const auto ready = ready_.wait(longest);
    for (const auto &event : ready) {
        auto &from = connections_[event.data.u32];
        if ((event.events & EPOLLOUT) != 0)
            flush(event.data.u32);
        if ((event.events & ~std::uint32_t{EPOLLOUT}) == 0)
            continue;
        from.receive();
        last_signs_[event.data.u32] = clock::now();
        const auto came = last_signs_[event.data.u32] - start_;
        load_request of;
        reply to;
        while (result_.wrong.empty() && from.next_reply(of, to)) {
            take(of, to);
            if (timed_)
                result_.requests.answered(of.what, of.due, came - of.due);
        }
    }
    require_patience();
}

// Of each connection: a server can serve some and forget others.
void generator::require_patience() {
    const auto at = clock::now();
    if (at - last_check_ < patience_ / 4)
        return;
    last_check_ = at;
    for (std::size_t i = 0; i < connections_.size(); ++i)
        if (const auto count = connections_[i].unanswered();
            count != 0 && at - last_signs_[i] > patience_)
            throw std::runtime_error("the server has been silent on a connection for " +
                                     std::to_string(patience_ / std::chrono::milliseconds(1)) +
                                     " ms, with " + std::to_string(count) +
                                     " requests under way there");
}

void generator::add(const load_request &r, std::uint32_t to) {
    connections_[to].add(r);
    ++under_way_;
    if (connections_[to].unanswered() == 1)
        last_signs_[to] = clock::now();
}

void generator::fill() {
    auto next = script_.next_of_filling();
    while (result_.wrong.empty() && (next || under_way_ != 0)) {
        while (next && connections_[connection_for(*next)].unanswered() < filling_depth) {
            add(*next, connection_for(*next));
            next = script_.next_of_filling();
        }
        for (std::uint32_t i = 0; i < changing(); ++i)
            flush(i);
        take_replies(patience_ / 2);
    }
}

void generator::send_due(arrivals &when) {
    for (int i = 0; i < burst && next_ && next_->due <= now(); ++i) {
        const auto to = connection_for(*next_);
        next_->alive_after = next_->due - grace - result_.requests.longest();
        add(*next_, to);
        has_output_[to] = true;
        result_.depth = std::max(result_.depth, connections_[to].unanswered());
        result_.requests.sent(next_->due);
        result_.seconds_asked = std::chrono::duration<double>(next_->due).count();
        result_.lateness(static_cast<std::uint64_t>((now() - next_->due).count()));
        if ((next_ = script_.next()))
            next_->due = when.next();
    }
    for (std::uint32_t to = 0; to < has_output_.size(); ++to)
        if (has_output_[to]) {
            flush(to);
            has_output_[to] = false;
        }
}

load_result generator::run(arrivals &when) {
    if (!result_.wrong.empty())
        return std::move(result_);
    result_ = {};
    timed_ = true;
    start_ = clock::now();
    const auto worked = processor_time();
    if ((next_ = script_.next()))
        next_->due = when.next();
    while (result_.wrong.empty() && (next_ || under_way_ != 0)) {
        send_due(when);
        take_replies(next_ ? std::min(next_->due - now(), patience_ / 2) : patience_ / 2);
    }
    const nanoseconds taken = now();
    result_.seconds = std::chrono::duration<double>(taken).count();
    result_.busy =
        std::chrono::duration<double>(processor_time() - worked).count() / result_.seconds;
    return std::move(result_);
}

} // namespace

load_result generate_load(const std::filesystem::path &socket, value_sizes sizes, script &what,
                          arrivals &when, const generator_options &o) {
    generator g(socket, sizes, what, o);
    g.fill();
    return g.run(when);
}

} // namespace ferry::bench
