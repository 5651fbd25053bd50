// SPDX-License-Identifier: BSL-1.0
#pragma once

// One client's conversation, without I/O: whoever does the I/O puts what arrives into room(), tells
// received(), and sends what output() has.
//
//   room() -> bytes -> lines and values -> requests -> store -> output()

#include "protocol/parse.hpp"
#include "session/facts.hpp"
#include "session/input_buffer.hpp"
#include "session/lookups.hpp"
#include "session/output.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

namespace ferry::service {

class session {
public:
    // The clients of a thread take turns, however many requests each sends at once.
    static constexpr std::chrono::milliseconds longest_turn{1};

    session(facts &server, worker &by) : server_(server), by_(by) {}

    // Where the next bytes go: what a value lacks first, then the buffer. Either may be empty, not
    // both. To be asked for only while wants_input().
    std::array<std::span<char>, 2> room();
    // Bytes have been put there. Carries out all requests that are complete, or until the output is
    // full or the turn is over.
    void received(std::size_t bytes);

    // All complete requests are carried out.
    bool wants_input() const noexcept { return !stuck_ && !ended_; }
    // Goes on with those that a full output or the end of a turn held up.
    void go_on();

    // Carries out nothing more.
    void end() noexcept { ended_ = true; }
    // The client is to be hung up on once the output is sent.
    bool ended() const noexcept { return ended_; }
    service::output &output() noexcept { return out_; }

private:
    // What is done next. False: more input is needed, or room for output.
    bool step();
    bool step_line();
    bool touch_keys();
    bool drop_data();
    bool run_lookups();

    void start(const request &asked);
    void perform(const request &asked);
    void expect_value(const request &asked);
    bool take_value();
    void finish_value();

    facts &server_;
    worker &by_;
    input_buffer in_;
    service::output out_;
    line_finder finder_;
    lookups lookups_;
    std::optional<request> asked_; // the last one; `value_` is its value
    shared_bytes value_;
    std::size_t value_missing_ = 0; // bytes that the value and its line end lack
    bool reads_value_ = false;
    std::optional<std::string_view> keys_to_touch_; // of a gat, that are left
    std::size_t dropped_bytes_ = 0;                 // that are still to be dropped
    bool stuck_ = false;
    bool ended_ = false;
};

} // namespace ferry::service
