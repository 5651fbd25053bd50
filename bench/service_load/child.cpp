// SPDX-License-Identifier: BSL-1.0
#include "service_load/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ferry::bench {

namespace {

constexpr int could_not_run = 127;

std::string in_words(int status) {
    if (WIFSIGNALED(status))
        return "was killed by signal " + std::to_string(WTERMSIG(status));
    return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace

child::child(std::vector<std::string> arguments, const std::filesystem::path &log) {
    std::vector<char *> pointers;
    pointers.reserve(arguments.size() + 1);
    for (auto &each : arguments)
        pointers.push_back(each.data());
    pointers.push_back(nullptr);
    const auto parent = getpid();
    process_ = fork();
    if (process_ == -1)
        throw std::runtime_error(std::string("no process can be started: ") + std::strerror(errno));
    if (process_ != 0)
        return;
    // Only async-signal-safe calls from here on: other threads may have held locks at the fork.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent)
        _exit(could_not_run);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int input = open("/dev/null", O_RDONLY);
    if (output != -1) {
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
    }
    if (input != -1)
        dup2(input, STDIN_FILENO);
    execv(pointers[0], pointers.data());
    _exit(could_not_run);
}

child::~child() {
    if (!end().empty())
        return;
    kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) == -1 && errno == EINTR) {
    }
}

std::string child::end() {
    int status = 0;
    if (!ended_ && waitpid(process_, &status, WNOHANG) == process_) {
        ended_ = true;
        how_ = in_words(status);
    }
    return how_;
}

} // namespace ferry::bench
