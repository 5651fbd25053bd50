// SPDX-License-Identifier: BSL-1.0
#pragma once

// Code in a forked child.

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ferry::test {

// Runs `body` in a forked child; its exit code, or -1 when it was killed or did not end in time.
// `forked` is called first, in both processes.
template <class Body, class Forked = void (*)()>
int in_child(
    Body &&body, Forked &&forked = [] {}) {
    const pid_t child = ::fork();
    forked();
    if (child == 0) {
        ::alarm(120);
        ::_exit(body());
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

} // namespace ferry::test
