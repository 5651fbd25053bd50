// SPDX-License-Identifier: BSL-1.0
#pragma once

// Code in a forked child, which may end in an abort. Not under ThreadSanitizer, which does not
// take well to fork in a program of several threads.

#include <csignal>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ferry::test {

struct child_end {
    bool aborted = false;
    int code = -1;    // of the exit, -1 if it did not exit
    std::string said; // on standard error
};

// Runs `int body()`, whose result is the exit code.
template <class Body>
child_end run_in_child(Body &&body) {
    child_end end;
    int ends[2];
    if (::pipe(ends) != 0)
        return end;
    const pid_t child = ::fork();
    if (child == 0) {
        // Without the test program's own handler and without a core dump; never forever.
        std::signal(SIGABRT, SIG_DFL);
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        ::alarm(60);
        ::dup2(ends[1], STDERR_FILENO);
        ::_exit(body());
    }
    ::close(ends[1]);
    char part[512];
    for (ssize_t got; (got = ::read(ends[0], part, sizeof part)) > 0;)
        end.said.append(part, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    if (child > 0 && ::waitpid(child, &status, 0) == child) {
        end.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
        end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return end;
}

} // namespace ferry::test
