// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a node keeps as its key, and how it is shown: an object of the Key's type or, for
// inline_string, the characters of the key.

#include "ferry/detail/platform/copy.hpp"
#include "ferry/inline_string.hpp"

#include <cstddef>
#include <string>
#include <string_view>

FERRY_ENGINE_BEGIN

/// The number of characters. They begin where this object ends, so it is the last part of its node,
/// and the memory of the node is as much longer.
class characters {
public:
    explicit characters(std::string_view from) noexcept : size_(from.size()) {
        if (size_ != 0) {
            detail::copy_bytes(reinterpret_cast<char *>(this + 1), from.data(), size_);
        }
    }
    characters(const characters &) = delete;
    characters &operator=(const characters &) = delete;

    std::size_t size() const noexcept { return size_; }

    operator std::string_view() const noexcept {
        return {reinterpret_cast<const char *>(this + 1), size_};
    }

private:
    std::size_t size_;
};

template <class Key>
struct key_form {
    using stored_type = Key;        ///< what the node keeps
    using key_type = Key;           ///< what users give
    using shown_type = const Key &; ///< what users are shown; it lives as long as the node
    using owned_type = Key;         ///< a copy that does not depend on the node
    static constexpr bool is_characters = false;
};

template <>
struct key_form<inline_string> {
    using stored_type = characters;
    using key_type = std::string_view;
    using shown_type = std::string_view;
    using owned_type = std::string;
    static constexpr bool is_characters = true;
};

FERRY_ENGINE_END
