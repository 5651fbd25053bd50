// SPDX-License-Identifier: BSL-1.0
#pragma once

// The bytes that a client has sent and that are not used up. Views of them hold until room() is
// asked for.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace ferry::service {

class input_buffer {
public:
    static constexpr std::size_t usual_size = 16 * 1024;

    std::string_view view() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
    void use_up(std::size_t n) noexcept { begin_ += n; }

    // Where more bytes go, at least a quarter of the buffer. What is there may move.
    std::span<char> room() {
        if (begin_ == end_) {
            begin_ = end_ = 0;
            if (size_ != usual_size)
                resize(usual_size);
        } else if (size_ - end_ < size_ / 4) {
            const std::size_t used = end_ - begin_;
            if (used > size_ / 2)
                resize(2 * size_);
            else
                move_to(bytes_.get());
        }
        return room_without_moving();
    }
    // The same, but nothing moves, and there may be none.
    std::span<char> room_without_moving() const noexcept {
        return {bytes_.get() + end_, size_ - end_};
    }
    void filled(std::size_t n) noexcept { end_ += n; }

private:
    void resize(std::size_t size) {
        std::unique_ptr<char[]> larger(new char[size]);
        move_to(larger.get());
        bytes_ = std::move(larger);
        size_ = size;
    }
    void move_to(char *place) noexcept {
        if (begin_ != end_)
            std::copy(bytes_.get() + begin_, bytes_.get() + end_, place);
        end_ -= begin_;
        begin_ = 0;
    }

    std::size_t size_ = 0;
    std::unique_ptr<char[]> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace ferry::service
