// SPDX-License-Identifier: BSL-1.0
#include "service_load/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ferry::bench {

namespace {

constexpr std::size_t input_size = 256 * 1024;

descriptor connect_to(const std::filesystem::path &path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = path.string();
    if (name.size() >= sizeof address.sun_path)
        throw std::runtime_error("the path of the socket '" + name + "' is too long");
    std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    descriptor result(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (result.number() == -1 ||
        connect(result.number(), reinterpret_cast<const sockaddr *>(&address), sizeof address) ==
            -1)
        throw std::runtime_error(std::string("the server cannot be reached: ") +
                                 std::strerror(errno));
    return result;
}

} // namespace

descriptor::~descriptor() {
    if (number_ != -1)
        close(number_);
}

connection::connection(const std::filesystem::path &socket, value_sizes sizes)
    : socket_(connect_to(socket)), sizes_(sizes), input_(input_size) {}

bool connection::flush() {
    while (sent_ != output_.size()) {
        const auto count = send(socket_.number(), output_.data() + sent_, output_.size() - sent_,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return false;
        if (count == -1 && errno != EINTR)
            throw std::runtime_error(std::string("the server does not read any more: ") +
                                     std::strerror(errno));
        if (count > 0)
            sent_ += static_cast<std::size_t>(count);
    }
    output_.clear();
    sent_ = 0;
    return true;
}

void connection::receive() {
    if (begin_ != 0) {
        std::copy(input_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  input_.begin() + static_cast<std::ptrdiff_t>(end_), input_.begin());
        end_ -= begin_;
        begin_ = 0;
    }
    const auto count =
        recv(socket_.number(), input_.data() + end_, input_.size() - end_, MSG_DONTWAIT);
    if (count > 0)
        end_ += static_cast<std::size_t>(count);
    else if (count == 0)
        throw std::runtime_error("the server closed a connection");
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        throw std::runtime_error(std::string("the server broke a connection: ") +
                                 std::strerror(errno));
}

bool connection::next_reply(load_request &of, reply &to) {
    if (begin_ == end_)
        return false;
    if (unanswered_.empty())
        throw std::runtime_error("the server sent a reply that nobody had asked for");
    to = read_reply({input_.data() + begin_, end_ - begin_}, unanswered_.front(), sizes_);
    if (to.outcome == outcome_of_reply::incomplete)
        return false;
    of = unanswered_.front();
    unanswered_.pop_front();
    begin_ += to.bytes;
    return true;
}

} // namespace ferry::bench
