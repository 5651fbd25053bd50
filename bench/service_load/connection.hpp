// SPDX-License-Identifier: BSL-1.0
#pragma once

// One connection to a server, over a Unix socket. No call but connecting waits. Requests are sent
// without waiting for the replies to those before; the server replies in their order.

#include "service_load/protocol.hpp"
#include "service_load/request.hpp"

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

namespace ferry::bench {

// A file of the system, closed at the end.
class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    ~descriptor();
    descriptor(descriptor &&other) noexcept : number_(other.number_) { other.number_ = -1; }
    descriptor(const descriptor &) = delete;
    descriptor &operator=(const descriptor &) = delete;

    int number() const { return number_; }

private:
    int number_;
};

class connection {
public:
    // All throw std::runtime_error, with a sentence, when the server cannot be reached or has gone.
    connection(const std::filesystem::path &socket, value_sizes sizes);

    void add(const load_request &r) {
        append_request(output_, r, sizes_);
        unanswered_.push_back(r);
    }

    // Hands the system as much as it takes. Whether that was all.
    bool flush();

    // Takes what has come, once.
    void receive();

    // The next complete reply of what came, and the request that it answers. False: there is none.
    bool next_reply(load_request &of, reply &to);

    int number() const { return socket_.number(); }
    std::size_t unanswered() const { return unanswered_.size(); }

private:
    descriptor socket_;
    value_sizes sizes_;
    std::string output_;
    std::size_t sent_ = 0; // of output_
    std::vector<char> input_;
    std::size_t begin_ = 0; // of what was not read yet
    std::size_t end_ = 0;
    std::deque<load_request> unanswered_; // the oldest first
};

} // namespace ferry::bench
