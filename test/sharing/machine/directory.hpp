// SPDX-License-Identifier: BSL-1.0
#pragma once

// Which core has which cache line: MESI, with caches that never run full.
//
//   state      owner   sharers
//   invalid    none    none
//   shared     none    those that have read it
//   exclusive  none    one core: it may write without asking
//   modified   a core  that core
//
// An access finds its line in one of these states and leaves it in the next one. A line is 64
// bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace ferry::sharing {

inline constexpr unsigned most_cores = 64;
inline constexpr std::size_t line_bytes = 64;

// `locked`: a read-modify-write. One that fails to change the word takes the line all the same.
enum class access_kind { read, write, locked };

enum class found {
    hit,
    nowhere,  // no core had it
    shared,   // others had copies, unmodified
    modified, // another core had modified it
};

struct effect {
    found where = found::hit;
    unsigned invalidated = 0; // copies of other cores that a write ended

    // A write to a line that another core holds.
    bool is_remote_write() const { return invalidated != 0; }
    bool is_remote_miss() const { return where == found::modified; }
    bool concerns_others() const { return is_remote_miss() || is_remote_write(); }
};

struct line {
    static constexpr int nobody = -1;

    std::uint64_t sharers = 0;
    int owner = nobody;
    std::uint64_t free_from = 0; // when the transfer under way ends

    // Of what was counted: accesses that other cores noticed or caused to miss.
    std::uint32_t remote_misses = 0;
    std::uint32_t remote_writes = 0;
    // The code that most of them came from, by a majority vote, and the address that it named.
    const void *code = nullptr;
    std::uintptr_t address = 0;
    std::uint32_t votes = 0;

    bool is_free() const { return sharers == 0; }
};

class directory {
public:
    static std::uintptr_t number_of(std::uintptr_t address) { return address / line_bytes; }

    // By its number. The reference stays valid.
    line &at(std::uintptr_t number);

    static effect touch(line &, unsigned core, access_kind);
    // What touch() would find, and change.
    static effect foresee(const line &, unsigned core, access_kind);

    // The memory was given back or came fresh from the system: no core has any of it.
    void forget(std::uintptr_t begin, std::size_t bytes);
    void forget_all();
    // Also what was counted.
    void clear();

    // visit(number, line) for each line that was ever looked at.
    template <class Visit>
    void for_each(Visit visit) {
        for (auto &[first, lines] : pages_)
            for (std::size_t i = 0; i < lines_of_page; ++i)
                visit(first * lines_of_page + i, (*lines)[i]);
    }

private:
    static constexpr std::size_t lines_of_page = 64;
    static constexpr std::size_t lately_used = 1024;
    using page = std::array<line, lines_of_page>;
    struct recent {
        std::uintptr_t number;
        page *lines = nullptr;
    };

    page &page_of(std::uintptr_t number);

    std::unordered_map<std::uintptr_t, std::unique_ptr<page>> pages_;
    std::array<recent, lately_used> recent_{};
};

} // namespace ferry::sharing
