// SPDX-License-Identifier: BSL-1.0
#pragma once

// Replies, put one behind another.

#include "maps/item.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ferry::service {

class output {
public:
    // Nothing more is answered while so much waits for the client.
    static constexpr std::size_t enough = 1 << 20;
    // An idle connection keeps no more memory than this.
    static constexpr std::size_t kept = 64 * 1024;

    bool is_full() const noexcept { return text_.size() >= enough; }
    std::size_t size() const noexcept { return text_.size(); }

    output &operator<<(std::string_view text) {
        text_ += text;
        return *this;
    }
    output &operator<<(char c) {
        text_ += c;
        return *this;
    }
    output &operator<<(std::uint64_t number) {
        char digits[20];
        text_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
        return *this;
    }
    void line(std::string_view text) { *this << text << "\r\n"; }

    void value(std::string_view key, const item &of, bool with_cas) {
        *this << "VALUE " << key << ' ' << std::uint64_t{of.flags} << ' '
              << std::uint64_t{of.bytes.size()};
        if (with_cas)
            *this << ' ' << of.cas;
        *this << "\r\n" << of.bytes.with_line_end();
    }

    std::string &text() noexcept { return text_; }

    // Gives what waits, and takes a string to go on with, which is empty.
    void exchange(std::string &with) noexcept {
        text_.swap(with);
        clear_sent(text_);
    }
    // Empties a string that was sent, and gives back what an idle connection does not keep.
    static void clear_sent(std::string &sent) noexcept {
        if (sent.capacity() > kept)
            std::string().swap(sent);
        else
            sent.clear();
    }

private:
    std::string text_;
};

} // namespace ferry::service
