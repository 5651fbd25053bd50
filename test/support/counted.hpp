// SPDX-License-Identifier: BSL-1.0
#pragma once

// A type that counts its objects and knows whether it is alive: for keys and values whose
// constructions and destructions must balance. Its text is too long for the small-string
// optimisation, so that losing or freeing one twice is also seen by AddressSanitizer.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace ferry::test {

template <class Tag>
class counted {
public:
    counted() : counted(0) {}

    explicit counted(std::uint64_t number) : number_(number), text_(text_for(number)) { born(); }

    counted(const counted &other) : number_(other.number_), text_(other.text_) {
        born();
        copies_.fetch_add(1, std::memory_order_relaxed);
    }

    counted(counted &&other) noexcept : number_(other.number_), text_(std::move(other.text_)) {
        born();
    }

    counted &operator=(const counted &) = default;
    counted &operator=(counted &&) = default;

    ~counted() {
        if (canary_ != alive_canary)
            damaged_.fetch_add(1, std::memory_order_relaxed);
        canary_ = 0;
        alive_.fetch_sub(1, std::memory_order_relaxed);
    }

    std::uint64_t number() const { return number_; }

    // Alive and whole: what a reader must always find behind a reference.
    bool intact() const { return canary_ == alive_canary && text_ == text_for(number_); }

    friend bool operator==(const counted &a, const counted &b) { return a.number_ == b.number_; }

    static std::int64_t alive() { return alive_.load(std::memory_order_relaxed); }
    static std::uint64_t made() { return made_.load(std::memory_order_relaxed); }
    static std::uint64_t copies() { return copies_.load(std::memory_order_relaxed); }
    // Destructor calls on something that was no living object.
    static std::uint64_t damaged() { return damaged_.load(std::memory_order_relaxed); }

private:
    static constexpr std::uint32_t alive_canary = 0xa11fe;

    static std::string text_for(std::uint64_t number) {
        std::string text(32, '.');
        for (std::size_t i = 0; number != 0; ++i, number /= 10)
            text[i] = static_cast<char>('0' + number % 10);
        return text;
    }

    void born() {
        alive_.fetch_add(1, std::memory_order_relaxed);
        made_.fetch_add(1, std::memory_order_relaxed);
    }

    inline static std::atomic<std::int64_t> alive_{0};
    inline static std::atomic<std::uint64_t> made_{0};
    inline static std::atomic<std::uint64_t> copies_{0};
    inline static std::atomic<std::uint64_t> damaged_{0};

    std::uint64_t number_;
    std::string text_;
    std::uint32_t canary_ = alive_canary;
};

using counted_key = counted<struct key_tag>;
using counted_value = counted<struct value_tag>;

struct counted_hash {
    template <class Tag>
    std::size_t operator()(const counted<Tag> &key) const {
        return static_cast<std::size_t>(key.number());
    }
};

} // namespace ferry::test
