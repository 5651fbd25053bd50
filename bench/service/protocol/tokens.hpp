// SPDX-License-Identifier: BSL-1.0
#pragma once

// The words of a command line, which single spaces or several separate.

#include <array>
#include <cstddef>
#include <string_view>

namespace ferry::service {

// Takes the first word off `text`. Empty: there was none left.
inline std::string_view take_word(std::string_view &text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) {
        text = {};
        return {};
    }
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

// The words of a line, up to one more than any command may have.
class words {
public:
    explicit words(std::string_view line) {
        while (count_ != at_.size()) {
            const std::string_view word = take_word(line);
            if (word.empty())
                break;
            at_[count_++] = word;
        }
    }

    std::size_t count() const { return count_; }
    // Of a word that is not there: empty.
    std::string_view operator[](std::size_t index) const {
        return index < count_ ? at_[index] : std::string_view();
    }
    std::string_view last() const { return count_ == 0 ? std::string_view() : at_[count_ - 1]; }

private:
    std::array<std::string_view, 24> at_;
    std::size_t count_ = 0;
};

} // namespace ferry::service
