// SPDX-License-Identifier: BSL-1.0
#pragma once

// Failures at chosen points. User code that may throw calls faults::point(); a test counts the
// points of a script, then runs it once for each with that one failing.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <utility>

namespace ferry::test {

struct injected : std::exception {
    const char *what() const noexcept override { return "injected"; }
};

namespace faults {

inline std::size_t passed = 0;         // points since arm()
inline std::size_t failing = 0;        // the one that fails, counted from 1; 0: none
inline bool armed = false;             // whether points count
inline std::int64_t objects_alive = 0; // of all risky types
inline std::int64_t bytes_alive = 0;   // of all risky allocators

inline void arm(std::size_t which) {
    passed = 0;
    failing = which;
    armed = true;
}

// Whether the failing point has been reached.
inline bool struck() { return failing != 0 && passed >= failing; }

inline void point() {
    if (armed && ++passed == failing)
        throw injected();
}

// No failures in a scope: for the test's own use of the types.
class truce {
public:
    truce() : before_(std::exchange(armed, false)) {}
    ~truce() { armed = before_; }
    truce(const truce &) = delete;
    truce &operator=(const truce &) = delete;

private:
    bool before_;
};

} // namespace faults

// A key or value each of whose constructors and comparisons may throw, the moving ones too.
template <class Tag>
class risky {
public:
    explicit risky(int number) : number_(number) { born(); }
    risky(const risky &other) : number_(other.number_) { born(); }
    risky(risky &&other) : number_(other.number_) { born(); } // NOLINT: throws on purpose
    risky &operator=(const risky &other) {
        faults::point();
        number_ = other.number_;
        return *this;
    }
    ~risky() { --faults::objects_alive; }

    int number() const noexcept { return number_; }

    friend bool operator==(const risky &a, const risky &b) {
        faults::point();
        return a.number_ == b.number_;
    }

private:
    static void born() {
        faults::point();
        ++faults::objects_alive;
    }

    int number_;
};

using risky_key = risky<struct risky_key_tag>;
using risky_value = risky<struct risky_value_tag>;

struct risky_hash {
    std::size_t operator()(const risky_key &key) const {
        faults::point();
        return static_cast<std::size_t>(key.number());
    }
};

template <class T>
class risky_allocator {
public:
    using value_type = T;

    risky_allocator() = default;
    template <class U>
    risky_allocator(const risky_allocator<U> &) noexcept {}

    T *allocate(std::size_t n) {
        faults::point();
        T *const place = std::allocator<T>().allocate(n);
        faults::bytes_alive += static_cast<std::int64_t>(n * sizeof(T));
        return place;
    }
    void deallocate(T *place, std::size_t n) noexcept {
        faults::bytes_alive -= static_cast<std::int64_t>(n * sizeof(T));
        std::allocator<T>().deallocate(place, n);
    }

    template <class U>
    friend bool operator==(const risky_allocator &, const risky_allocator<U> &) noexcept {
        return true;
    }
};

} // namespace ferry::test
