// SPDX-License-Identifier: BSL-1.0
#include "server/server.hpp"

#include "server/io_thread.hpp"
#include "server/listener.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <deque>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry::service {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;
using boost::system::error_code;

namespace {

constexpr int most_waiting = 1024; // clients that are not accepted yet

tcp::acceptor tcp_acceptor(asio::io_context &in, const tcp::endpoint &at) {
    using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    tcp::acceptor made(in, at.protocol());
    made.set_option(tcp::acceptor::reuse_address(true));
    made.set_option(reuse_port(true));
    made.bind(at);
    made.listen(most_waiting);
    return made;
}

// Throws if another server listens at the port. SO_REUSEPORT alone would let two servers of one
// user share it, and each would get a part of the clients.
void require_free(const tcp::endpoint &at) {
    asio::io_context unused;
    tcp::acceptor probe(unused, at.protocol());
    probe.set_option(
        tcp::acceptor::reuse_address(true)); // connections of an earlier one do not count
    probe.bind(at);
}

// Removes a socket that an earlier server left behind. Throws if a server answers there, or if
// the file is not a socket.
void remove_stale(const std::string &path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0)
        return;
    if (!S_ISSOCK(found.st_mode))
        throw std::runtime_error(path + " is there and is not a socket");
    asio::io_context unused;
    local::socket probe(unused);
    error_code error;
    probe.open();
    probe.non_blocking(true); // a server with a full queue is there, too
    probe.connect(local::endpoint(path), error);
    if (!error)
        throw std::runtime_error("another server listens at " + path);
    if (error != asio::error::connection_refused)
        throw std::runtime_error(path + " is in use, or not to be reached: " + error.message());
    ::unlink(path.c_str());
}

// Which file is at a path: another server may have put its own there.
class file_identity {
public:
    explicit file_identity(const std::string &path) noexcept {
        exists_ = ::lstat(path.c_str(), &found_) == 0;
    }
    bool operator==(const file_identity &other) const noexcept {
        return exists_ && other.exists_ && found_.st_dev == other.found_.st_dev &&
               found_.st_ino == other.found_.st_ino;
    }

private:
    struct stat found_ {};
    bool exists_;
};

} // namespace

class server::parts {
public:
    parts(facts &about, const endpoints &at) : socket_path_(at.socket) {
        std::vector<io_thread *> all;
        for (unsigned i = 0; i != about.threads; ++i)
            all.push_back(&threads_.emplace_back(about));
        if (at.port)
            listen_tcp(about, at, all);
        if (!at.socket.empty())
            listen_local(at.socket, all);
        for (auto &each : tcp_)
            each.start();
        for (auto &each : local_)
            each.start();
        signals_.emplace(all.front()->context(), SIGTERM, SIGINT);
        signals_->async_wait([this](error_code error, int) {
            if (!error)
                finish();
        });
    }
    ~parts() {
        if (socket_file_ && *socket_file_ == file_identity(socket_path_))
            ::unlink(socket_path_.c_str());
    }

    void run() {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i != threads_.size(); ++i)
            others.emplace_back([&each = threads_[i]] { each.run(); });
        threads_.front().run();
    }

private:
    void listen_tcp(facts &about, const endpoints &at, const std::vector<io_thread *> &threads) {
        tcp::endpoint where(asio::ip::make_address(at.address),
                            static_cast<unsigned short>(*at.port));
        if (*at.port != 0)
            require_free(where);
        for (io_thread *each : threads) {
            tcp::acceptor made = tcp_acceptor(each->context(), where);
            where = made.local_endpoint(); // all the others at the port that it was given
            tcp_.emplace_back(std::move(made), std::vector{each});
        }
        about.port = where.port();
    }

    void listen_local(const std::string &path, const std::vector<io_thread *> &threads) {
        remove_stale(path);
        local_.emplace_back(local::acceptor(threads.front()->context(), local::endpoint(path)),
                            threads);
        socket_file_.emplace(path);
    }

    void finish() {
        for (auto &each : tcp_)
            each.finish();
        for (auto &each : local_)
            each.finish();
        for (auto &each : threads_)
            each.finish();
    }

    std::deque<io_thread> threads_;
    std::deque<listener<tcp>> tcp_;
    std::deque<listener<local>> local_;
    std::optional<asio::signal_set> signals_;
    std::string socket_path_;
    std::optional<file_identity> socket_file_; // that this server made
};

server::server(facts &about, const endpoints &at) : parts_(std::make_unique<parts>(about, at)) {}
server::~server() = default;

void server::run() { parts_->run(); }

} // namespace ferry::service
