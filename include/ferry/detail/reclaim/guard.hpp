// SPDX-License-Identifier: BSL-1.0
#pragma once

// Guards: pins that users hold.

#include "ferry/detail/reclaim/epoch_domain.hpp"

#include <utility>

FERRY_MAP_BEGIN

/// Keeps this thread pinned in a domain. What the thread finds in the domain's maps under the guard
/// stays valid, at the same address, until the guard ends, whatever other threads do.
///
/// Guards nest. A guard belongs to the thread that made it, and must end there. While it lives it
/// holds back the reclamation of what is retired meanwhile, but no operation of another thread.
/// Call refresh() in long loops. For a pin that may end on another thread, see owned_guard.
///
/// A guard may live until its thread ends, in a thread-local object, or under a thread-specific key
/// whose destructor ends it in the first or second round of destructors. In later rounds it
/// protects nothing any more. A guard that is never ended holds nothing back once its thread is
/// gone (but see "Limits" in src/README.md).
///
/// Progress: wait-free. Exceptions: the constructor may throw std::bad_alloc when the thread pins
/// in the domain for the first time.
class [[nodiscard]] guard {
public:
    /// Pins this thread in a domain. A map's own is that of `map.pin()`.
    explicit guard(epoch_domain &in = default_domain()) : guard(detail::domain_of(in)) {}

    /// The same, for the maps' use.
    explicit guard(detail::domain &in) : domain_(&in), record_(&in.pin()) {}

    /// Takes over the pin. A guard that was moved from may only be destroyed or assigned to.
    guard(guard &&other) noexcept
        : domain_(other.domain_), record_(std::exchange(other.record_, nullptr)) {}

    /// As moving, after the present pin has ended.
    guard &operator=(guard &&other) noexcept {
        if (this != &other) {
            release();
            domain_ = other.domain_;
            record_ = std::exchange(other.record_, nullptr);
        }
        return *this;
    }

    /// Ends the pin, and every reference obtained through this guard.
    ~guard() { release(); }

    /// Lets reclamation pass, and ends every reference obtained through this guard. Does nothing
    /// and returns false while another guard or handle of this thread lives in the domain.
    bool refresh() noexcept {
        FERRY_ASSERT(record_ != nullptr, "refresh() of a guard that was moved from");
        return domain_->refresh(*record_);
    }

    /// Whether this guard protects what is found in maps of this domain. For the maps' use.
    bool protects(const detail::domain &other) const noexcept {
        return record_ != nullptr && domain_ == &other;
    }

    /// The pinned record. For the maps' use.
    detail::thread_record &record() const noexcept { return *record_; }

private:
    void release() noexcept {
        if (record_ != nullptr) {
            record_->unpin();
        }
    }

    detail::domain *domain_;
    detail::thread_record *record_;
};

FERRY_MAP_END
