// SPDX-License-Identifier: BSL-1.0
#pragma once

// A server of memcached's text protocol in a thread of the test, right but for what the test tells
// it to do wrong. One thread serves all connections, so when it pauses, all of them wait.

#include "scratch_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ferry::bench::test {

class fake_server {
public:
    // Gets the number of the request, from 0, the request's first line and the right reply; gives
    // the reply to send, if any. An empty one closes the connection.
    using meddler =
        std::function<std::optional<std::string>(std::uint64_t, std::string_view, std::string)>;

    explicit fake_server(meddler meddle) : meddle_(std::move(meddle)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto name = socket_file().string();
        name.copy(address.sun_path, sizeof address.sun_path - 1);
        listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
        if (listener_ == -1 ||
            bind(listener_, reinterpret_cast<const sockaddr *>(&address), sizeof address) == -1 ||
            listen(listener_, 64) == -1 || pipe(stop_) == -1)
            throw std::runtime_error("the fake server cannot listen");
        thread_ = std::thread([this] { serve(); });
    }
    ~fake_server() {
        close(stop_[1]);
        thread_.join();
        close(stop_[0]);
        close(listener_);
        for (auto &[number, input] : clients_)
            close(number);
    }
    fake_server(const fake_server &) = delete;
    fake_server &operator=(const fake_server &) = delete;

    std::filesystem::path socket_file() const { return folder_.path() / "s"; }

private:
    void serve() {
        for (;;) {
            std::vector<pollfd> waiting{{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
            for (const auto &[number, input] : clients_)
                waiting.push_back({number, POLLIN, 0});
            poll(waiting.data(), waiting.size(), -1);
            if (waiting[0].revents != 0)
                return;
            if (waiting[1].revents != 0)
                clients_[accept(listener_, nullptr, nullptr)] = {};
            for (std::size_t i = 2; i < waiting.size(); ++i)
                if (waiting[i].revents != 0 && !serve_client(waiting[i].fd)) {
                    close(waiting[i].fd);
                    clients_.erase(waiting[i].fd);
                }
        }
    }

    bool serve_client(int number) {
        char bytes[4096];
        const auto count = recv(number, bytes, sizeof bytes, 0);
        if (count <= 0)
            return false;
        auto &input = clients_[number];
        input.append(bytes, static_cast<std::size_t>(count));
        while (take_request(input)) {
            const auto line = std::string_view(line_);
            const auto reply = meddle_(requests_++, line, reply_to(line));
            if (!reply)
                continue;
            if (reply->empty() || send(number, reply->data(), reply->size(), MSG_NOSIGNAL) !=
                                      static_cast<ssize_t>(reply->size()))
                return false;
        }
        return true;
    }

    // Into line_ and data_; false if it is not complete.
    bool take_request(std::string &input) {
        const auto end = input.find("\r\n");
        if (end == std::string::npos)
            return false;
        line_ = input.substr(0, end);
        auto bytes = end + 2;
        if (line_.starts_with("set ")) {
            const auto length = std::stoul(line_.substr(line_.rfind(' ')));
            if (input.size() < bytes + length + 2)
                return false;
            data_ = input.substr(bytes, length);
            bytes += length + 2;
        }
        input.erase(0, bytes);
        return true;
    }

    std::string reply_to(std::string_view line) {
        const auto after = line.find(' ') + 1;
        const std::string key(line.substr(after, line.find(' ', after) - after));
        if (line.starts_with("set ")) {
            values_[key] = data_;
            return "STORED\r\n";
        }
        if (line.starts_with("delete "))
            return values_.erase(key) != 0 ? "DELETED\r\n" : "NOT_FOUND\r\n";
        const auto it = values_.find(key);
        if (it == values_.end())
            return "END\r\n";
        return "VALUE " + key + " 0 " + std::to_string(it->second.size()) + "\r\n" + it->second +
               "\r\nEND\r\n";
    }

    scratch_folder folder_;
    meddler meddle_;
    int listener_ = -1;
    int stop_[2]{-1, -1};
    std::unordered_map<int, std::string> clients_; // what came and is no whole request yet
    std::unordered_map<std::string, std::string> values_;
    std::string line_;
    std::string data_;
    std::uint64_t requests_ = 0;
    std::thread thread_;
};

} // namespace ferry::bench::test
