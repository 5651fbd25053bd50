// SPDX-License-Identifier: BSL-1.0
#include "flame/profile.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace ferry::bench {

namespace {

namespace fs = std::filesystem;

// Thousands of samples a second are stored; they go when the profile is taken.
class scratch_folder {
public:
    scratch_folder() {
        std::string name = (fs::temp_directory_path() / "ferry-flame-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a temporary folder: " + name);
        path_ = name;
    }
    scratch_folder(const scratch_folder &) = delete;
    scratch_folder &operator=(const scratch_folder &) = delete;
    ~scratch_folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    std::string file(const char *name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

std::string read_file(const std::string &path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The files that a child's standard streams are.
struct streams {
    std::string in = "/dev/null";
    std::string out;
    std::string error;
};

// What a child is given to do. A variable that sends addr2line to the network for debug
// information is left out of its environment.
class child {
public:
    child(std::vector<std::string> command, const streams &files) : command_(std::move(command)) {
        posix_spawn_file_actions_init(&actions_);
        constexpr int writing = O_WRONLY | O_CREAT | O_TRUNC;
        posix_spawn_file_actions_addopen(&actions_, 0, files.in.c_str(), O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, 1, files.out.c_str(), writing, 0600);
        posix_spawn_file_actions_addopen(&actions_, 2, files.error.c_str(), writing, 0600);
    }
    child(const child &) = delete;
    child &operator=(const child &) = delete;
    ~child() { posix_spawn_file_actions_destroy(&actions_); }

    // Waits for its end; true if it was a success.
    bool run(const char *package) {
        std::vector<char *> arguments;
        for (auto &word : command_)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        std::vector<char *> environment;
        for (char **variable = environ; *variable != nullptr; ++variable)
            if (!std::string_view(*variable).starts_with("DEBUGINFOD_URLS="))
                environment.push_back(*variable);
        environment.push_back(nullptr);

        pid_t pid = 0;
        const int error = posix_spawnp(&pid, arguments[0], &actions_, nullptr, arguments.data(),
                                       environment.data());
        if (error == ENOENT)
            throw std::runtime_error(command_[0] + " was not found: install " + package);
        if (error != 0)
            throw std::runtime_error("cannot run " + command_[0] + ": " + std::strerror(error));
        int status = 0;
        while (waitpid(pid, &status, 0) == -1)
            if (errno != EINTR)
                return false;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

private:
    std::vector<std::string> command_;
    posix_spawn_file_actions_t actions_{};
};

std::string paranoia() {
    std::string level;
    std::ifstream("/proc/sys/kernel/perf_event_paranoid") >> level;
    return level;
}

// perf's own complaints and reports and the program's complaints come in one stream.
[[noreturn]] void explain(const std::string &program, const std::string &complaints) {
    if (complaints.find("perf_event_paranoid") != std::string::npos)
        throw std::runtime_error("perf is not permitted to record: kernel.perf_event_paranoid is " +
                                 paranoia() +
                                 "; run 'sysctl -w kernel.perf_event_paranoid=1' as root, or "
                                 "ferry-bench itself as root");
    std::string said;
    std::istringstream lines(complaints);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && !line.starts_with("[ perf record:"))
            said += "\n" + line;
    throw std::runtime_error("'" + program + "' failed under perf record" +
                             (said.empty() ? "" : ":" + said));
}

// The stacks are unwound by the tables that every program carries, from a copy of the top of the
// stack. Frame pointers would be cheaper, but the C library and other shared libraries are compiled
// without: time in malloc or pthread_mutex_lock would be seen without the map that called it.
void record_with_perf(const std::vector<std::string> &command, const scratch_folder &scratch) {
    const streams files{.out = scratch.file("output"), .error = scratch.file("complaints")};
    std::vector<std::string> perf{"perf",
                                  "record",
                                  "-F997",
                                  "-ecpu-clock",
                                  "--call-graph=dwarf,4096",
                                  "-o",
                                  scratch.file("samples"),
                                  "--"};
    perf.insert(perf.end(), command.begin(), command.end());
    if (!child(std::move(perf), files).run("linux-perf"))
        explain(command[0], read_file(files.error));
}

machine_stacks read_recording(const scratch_folder &scratch) {
    const streams files{.out = scratch.file("stacks"), .error = scratch.file("complaints")};
    // perf would look inlined functions up address by address, which takes minutes.
    if (!child({"perf", "script", "--no-inline", "-F", "comm,tid,ip,sym,dso", "-i",
                scratch.file("samples")},
               files)
             .run("linux-perf"))
        throw std::runtime_error("perf script failed: " + read_file(files.error));
    std::ifstream in(files.out);
    return read_samples(in);
}

// perf gives addresses as offsets into the file, addr2line wants them as the program is linked.
// Where they differ is in the program headers.
class linked_addresses {
public:
    explicit linked_addresses(const std::string &program) {
        std::ifstream in(program, std::ios::binary);
        Elf64_Ehdr header{};
        if (!in.read(reinterpret_cast<char *>(&header), sizeof header) ||
            std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
            header.e_ident[EI_CLASS] != ELFCLASS64)
            return;
        in.seekg(static_cast<std::streamoff>(header.e_phoff));
        Elf64_Phdr segment{};
        for (unsigned i = 0; i < header.e_phnum; ++i)
            if (in.read(reinterpret_cast<char *>(&segment), sizeof segment) &&
                segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0)
                code_.push_back(segment);
    }

    std::uint64_t of(std::uint64_t offset) const {
        for (const auto &s : code_)
            if (offset >= s.p_offset && offset - s.p_offset < s.p_filesz)
                return offset - s.p_offset + s.p_vaddr;
        return offset;
    }

private:
    std::vector<Elf64_Phdr> code_;
};

// Asks about all addresses of the program at once.
source_table resolve(const machine_stacks &stacks, const std::string &program,
                     const scratch_folder &scratch) {
    const linked_addresses linked(program);
    std::map<std::uint64_t, std::uint64_t> offset_of; // by linked address
    for (const auto &[stack, samples] : stacks)
        for (const auto &f : stack)
            if (f.object == program)
                offset_of[linked.of(f.address)] = f.address;

    const streams files{.in = scratch.file("addresses"),
                        .out = scratch.file("functions"),
                        .error = scratch.file("complaints")};
    {
        std::ofstream out(files.in);
        for (const auto &[address, offset] : offset_of)
            out << "0x" << std::hex << address << '\n';
    }
    if (!child({"addr2line", "-e", program, "-a", "-i", "-f"}, files).run("binutils"))
        throw std::runtime_error("addr2line failed: " + read_file(files.error));

    std::ifstream in(files.out);
    source_table by_offset;
    for (auto &[address, functions] : read_source_functions(in))
        by_offset[offset_of.at(address)] = std::move(functions);
    return by_offset;
}

} // namespace

folded_stacks take_profile(const std::vector<std::string> &command, std::string_view through) {
    std::error_code error;
    const std::string program = fs::canonical(command.at(0), error).string();
    if (error)
        throw std::runtime_error("there is no program '" + command[0] + "' to profile");
    auto words = command;
    words[0] = program; // as perf will call it

    const scratch_folder scratch;
    record_with_perf(words, scratch);
    const auto stacks = read_recording(scratch);
    if (stacks.empty())
        throw std::runtime_error("perf recorded nothing: let the program run longer");
    auto folded = fold(stacks, program, resolve(stacks, program, scratch), through);
    if (folded.empty())
        throw std::runtime_error("none of perf's samples lies within '" + std::string(through) +
                                 "': build with -g1 and let the program run longer");
    return folded;
}

} // namespace ferry::bench
