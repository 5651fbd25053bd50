// SPDX-License-Identifier: BSL-1.0
#pragma once

// A Go channel: a queue of bounded length. Who sends waits for room, who receives waits for a
// message.

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace ferry::bench::by_hand {

template <class Message>
class channel {
public:
    explicit channel(std::size_t capacity) : ring_(capacity) {}

    // Not after close().
    void send(Message message) {
        std::unique_lock lock(mutex_);
        has_room_.wait(lock, [this] { return count_ != ring_.size(); });
        ring_[(first_ + count_) % ring_.size()] = std::move(message);
        ++count_;
        // Under the lock: a receiver may destroy the channel once it has the last message.
        has_message_.notify_one();
    }

    // Nothing: the channel is closed, and all that was sent has been received.
    std::optional<Message> receive() {
        std::unique_lock lock(mutex_);
        has_message_.wait(lock, [this] { return count_ != 0 || closed_; });
        if (count_ == 0)
            return std::nullopt;
        std::optional<Message> message(std::move(ring_[first_]));
        first_ = (first_ + 1) % ring_.size();
        --count_;
        has_room_.notify_one();
        return message;
    }

    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        has_message_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable has_room_;
    std::condition_variable has_message_;
    std::vector<Message> ring_;
    std::size_t first_ = 0; // where the oldest message is
    std::size_t count_ = 0;
    bool closed_ = false;
};

} // namespace ferry::bench::by_hand
