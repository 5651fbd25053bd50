// SPDX-License-Identifier: BSL-1.0
#pragma once

// The text whose words are counted: files in memory, in pieces that workers take one by one.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::bench {

// Letters and digits of ASCII, and all bytes beyond it: whatever UTF-8 writes there.
constexpr bool is_word_byte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

class text {
public:
    static constexpr std::size_t piece_size = 64 * 1024;

    // All files below the folder that are text: those without a zero byte. Links are not followed,
    // files that cannot be read are left out. Throws std::runtime_error, with a sentence, when the
    // folder cannot be read or there is no word in it.
    explicit text(const std::filesystem::path &folder);

    // Each begins with a word and ends between two, after piece_size bytes or at the end of the
    // word that goes on there, or of the file.
    const std::vector<std::string_view> &pieces() const noexcept { return pieces_; }

    std::size_t files() const noexcept { return files_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

private:
    void add(std::string file);

    std::deque<std::string> files_; // stays where it is as it grows
    std::vector<std::string_view> pieces_;
    std::size_t bytes_ = 0;
};

// Calls f(word) for the first `most` words, in lower case as far as ASCII goes, and gives their
// number. The word is overwritten by the next one. It goes on while f returns true.
template <class Function>
std::uint64_t for_each_word(std::string_view piece, std::uint64_t most, Function f) {
    std::string word;
    std::uint64_t count = 0;
    const char *at = piece.data();
    const char *const end = at + piece.size();
    while (count != most) {
        while (at != end && !is_word_byte(*at))
            ++at;
        if (at == end)
            break;
        word.clear();
        for (; at != end && is_word_byte(*at); ++at)
            word.push_back(static_cast<char>(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at));
        ++count;
        if (!f(word))
            break;
    }
    return count;
}

} // namespace ferry::bench
