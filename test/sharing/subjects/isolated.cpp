// SPDX-License-Identifier: BSL-1.0
#include "subjects/isolated.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <sys/wait.h>
#include <unistd.h>

namespace ferry::sharing {

namespace {

static_assert(std::is_trivially_copyable_v<outcome>, "it goes through a pipe");

[[noreturn]] void run_and_tell(const bench::map_entry &map, const order &what, int to) {
    const bench::key_space<std::uint64_t> keys(what.keys);
    const outcome made = map.form_for(what.what).u64(keys)->run(what, map.parts);
    const char *from = reinterpret_cast<const char *>(&made);
    for (std::size_t left = sizeof made; left != 0;) {
        const ssize_t written = write(to, from, left);
        if (written <= 0)
            _exit(EXIT_FAILURE);
        from += written;
        left -= static_cast<std::size_t>(written);
    }
    _exit(EXIT_SUCCESS);
}

bool read_all(int from, outcome &made) {
    char *to = reinterpret_cast<char *>(&made);
    for (std::size_t left = sizeof made; left != 0;) {
        const ssize_t got = read(from, to, left);
        if (got <= 0)
            return false;
        to += got;
        left -= static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

isolated_run::isolated_run(const bench::map_entry &map, const order &what)
    : name_(map.name + ", " + std::string(name_of(what.what)) + ", " + std::to_string(what.cores) +
            " cores") {
    int ends[2];
    if (pipe(ends) != 0)
        throw std::runtime_error("the system has no pipe");
    std::fflush(nullptr);
    child_ = fork();
    if (child_ == 0) {
        close(ends[0]);
        run_and_tell(map, what, ends[1]);
    }
    close(ends[1]);
    from_ = ends[0];
    if (child_ == -1)
        throw std::runtime_error("the system has no process for " + name_);
}

outcome isolated_run::finish() {
    outcome made;
    const bool whole = read_all(from_, made);
    close(from_);
    int status = 0;
    waitpid(child_, &status, 0);
    if (!whole)
        throw std::runtime_error("the process that ran " + name_ + " died");
    return made;
}

} // namespace ferry::sharing
