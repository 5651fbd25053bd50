// SPDX-License-Identifier: BSL-1.0
#include "session/session.hpp"

#include "session/perform.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ferry::service {

std::array<std::span<char>, 2> session::room() {
    if (!reads_value_)
        return {std::span<char>(), in_.room()};
    const std::size_t size = value_.size() + shared_bytes::line_end;
    // The line of the request stands in the buffer: nothing may move.
    return {std::span(value_.place() + (size - value_missing_), value_missing_),
            in_.room_without_moving()};
}

void session::received(std::size_t bytes) {
    if (reads_value_) {
        const std::size_t to_value = std::min(bytes, value_missing_);
        value_missing_ -= to_value;
        bytes -= to_value;
    }
    in_.filled(bytes);
    go_on();
}

void session::go_on() {
    using clock = std::chrono::steady_clock;
    const clock::time_point end_of_turn = clock::now() + longest_turn;
    bool is_interrupted = false;
    while (!is_interrupted && !ended_ && step())
        is_interrupted = clock::now() >= end_of_turn;
    // What was asked for before the end of the input, or of the conversation, is answered.
    stuck_ = !run_lookups() || out_.is_full() || is_interrupted;
}

bool session::step() {
    if (out_.is_full())
        return false;
    if (keys_to_touch_)
        return touch_keys();
    if (dropped_bytes_ != 0)
        return drop_data();
    if (reads_value_)
        return take_value();
    return step_line();
}

bool session::step_line() {
    const std::string_view bytes = in_.view();
    const auto length = finder_.find(bytes);
    if (!length) {
        ended_ = !may_go_on(bytes);
        return false;
    }
    asked_.emplace();
    parse_line(bytes.substr(0, *length), *asked_);
    const bool joins = asked_->what == verb::get || asked_->what == verb::gets;
    // Replies come in order. If there is no room for those before, the line is read again.
    if (!(joins && lookups_.takes_more()) && !run_lookups())
        return false;
    in_.use_up(*length);
    if (joins)
        lookups_.add(asked_->keys, asked_->what == verb::gets);
    else
        start(*asked_);
    return true;
}

bool session::run_lookups() {
    lookups_.run(server_.store, by_, out_);
    return lookups_.empty();
}

void session::start(const request &asked) {
    if (asked.what == verb::refused) {
        context in{server_, by_, out_};
        answer(in, asked, asked.error);
        if (asked.has_data)
            dropped_bytes_ = asked.data_bytes + shared_bytes::line_end;
    } else if (asked.has_data) {
        expect_value(asked);
    } else {
        perform(asked);
    }
}

bool session::touch_keys() {
    context in{server_, by_, out_};
    keys_to_touch_ = perform_get_and_touch(in, *asked_, *keys_to_touch_);
    return true;
}

bool session::drop_data() {
    const std::size_t here = std::min(dropped_bytes_, in_.view().size());
    in_.use_up(here);
    dropped_bytes_ -= here;
    return here != 0;
}

void session::expect_value(const request &asked) {
    if (asked.has_item_limit && !item_fits(asked.key.size(), asked.data_bytes)) {
        // The old value must not be taken for the one that could not be stored.
        if (asked.what == verb::set || asked.what == verb::meta_set)
            server_.store.drop(by_, asked.key);
        by_.counts.add(counted::too_large);
        if (!asked.quiet || asked.what == verb::meta_set)
            out_.line("SERVER_ERROR object too large for cache");
        dropped_bytes_ = asked.data_bytes + shared_bytes::line_end;
        return;
    }
    value_ = shared_bytes::of_size(asked.data_bytes);
    value_missing_ = asked.data_bytes + shared_bytes::line_end;
    reads_value_ = true;
}

bool session::take_value() {
    if (value_missing_ != 0) {
        const std::string_view here = in_.view().substr(0, value_missing_);
        const std::size_t size = value_.size() + shared_bytes::line_end;
        here.copy(value_.place() + (size - value_missing_), here.size());
        in_.use_up(here.size());
        value_missing_ -= here.size();
    }
    if (value_missing_ != 0)
        return false;
    reads_value_ = false;
    finish_value();
    return true;
}

void session::finish_value() {
    const request &asked = *asked_;
    const bool is_meta = asked.what == verb::meta_set;
    if (!value_.with_line_end().ends_with("\r\n")) {
        value_ = {};
        if (!asked.quiet || is_meta)
            out_.line("CLIENT_ERROR bad data chunk");
        return;
    }
    context in{server_, by_, out_};
    if (is_meta)
        perform_meta_set(in, asked, std::move(value_));
    else
        perform_write(in, asked, std::move(value_));
    value_ = {};
}

void session::perform(const request &asked) {
    context in{server_, by_, out_};
    switch (asked.what) {
    case verb::gat:
    case verb::gats:
        keys_to_touch_ = asked.keys;
        return;
    case verb::incr:
    case verb::decr:
        return perform_count(in, asked);
    case verb::touch:
        return perform_touch(in, asked);
    case verb::erase:
        return perform_erase(in, asked);
    case verb::flush_all:
        in.store().flush_all(by_, asked.exptime);
        return answer(in, asked, "OK");
    case verb::stats:
        return perform_stats(in, asked);
    case verb::version:
        out_ << "VERSION ";
        return out_.line(version_text);
    case verb::meta_get:
        return perform_meta_get(in, asked);
    case verb::meta_delete:
        return perform_meta_delete(in, asked);
    case verb::meta_arithmetic:
        return perform_meta_arithmetic(in, asked);
    case verb::meta_debug:
        return perform_meta_debug(in, asked);
    case verb::meta_nothing:
        return out_.line("MN");
    case verb::accepted:
        return answer(in, asked, "OK");
    case verb::quit:
    case verb::hang_up:
        ended_ = true;
        return;
    default:
        return;
    }
}

} // namespace ferry::service
