// SPDX-License-Identifier: BSL-1.0

// Feeds a target without libFuzzer: the files of folders, then random inputs. Inputs run in a child
// process, so that one that ends it can be named, and the rest go on.
//
//   replay-TARGET [--random N] [--seed S] [FOLDER | FILE]...
//   replay-TARGET --tell FILE             prints each step of one input
//   replay-TARGET --save FILE --seed S    writes a random input, for a fuzzer to minimise

#include "target.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <new>
#include <random>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using input = std::vector<std::uint8_t>;

struct request {
    std::vector<fs::path> files;
    std::uint64_t random = 0;
    std::uint64_t seed = 0;
    bool seed_given = false;
    std::string save;

    std::uint64_t count() const { return files.size() + random; }
};

input read(const fs::path &file) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw std::invalid_argument("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

// Bytes in runs of a few, so that a call comes again with other keys; mostly short.
input random_input(std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    input made(1 + dice() % (dice() % 4 == 0 ? 1500 : 200));
    for (std::size_t i = 0; i != made.size(); ++i)
        made[i] = i >= 8 && dice() % 4 == 0 ? made[i - 1 - dice() % 8]
                                            : static_cast<std::uint8_t>(dice());
    return made;
}

input nth(const request &asked, std::uint64_t i) {
    return i < asked.files.size() ? read(asked.files[i])
                                  : random_input(asked.seed + (i - asked.files.size()));
}

std::string how_to_repeat(const request &asked, std::uint64_t i) {
    return i < asked.files.size()
               ? "--tell " + asked.files[i].string()
               : "--random 1 --seed " + std::to_string(asked.seed + (i - asked.files.size()));
}

void run_one(const input &bytes) {
    // An array of the very size: AddressSanitizer sees reads past the end.
    const std::unique_ptr<std::uint8_t[]> exact(new std::uint8_t[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    LLVMFuzzerTestOneInput(exact.get(), bytes.size());
}

// How many inputs ended their process.
std::uint64_t run(const request &asked, const char *program) {
    void *const shared = mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        throw std::runtime_error("no memory to share with a child process");
    // The input that runs.
    auto &present = *::new (shared) std::atomic<std::uint64_t>(0);
    constexpr std::uint64_t enough = 10;
    std::uint64_t failed = 0;
    for (; present != asked.count() && failed != enough; ++present) {
        std::fflush(stdout);
        const pid_t child = fork();
        if (child == 0) {
            for (; present != asked.count(); ++present)
                run_one(nth(asked, present));
            std::exit(0);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) != child)
            throw std::runtime_error("cannot run a child process");
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            break;
        ++failed;
        // Past the last one: what a sanitizer found when the child ended, such as a leak.
        if (present == asked.count()) {
            std::puts("WRONG after the last input");
            break;
        }
        std::printf("WRONG\n    again: %s %s\n", program, how_to_repeat(asked, present).c_str());
    }
    return failed;
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw std::invalid_argument("\"" + std::string(text) + "\" is no number");
    return value;
}

void add_files(request &asked, const fs::path &from) {
    if (!fs::is_directory(from)) {
        asked.files.push_back(from);
        return;
    }
    for (const auto &each : fs::directory_iterator(from))
        if (each.is_regular_file())
            asked.files.push_back(each.path());
    std::sort(asked.files.begin(), asked.files.end());
}

request parse(int argc, char **argv) {
    request asked;
    for (int i = 1; i != argc; ++i) {
        const std::string_view word = argv[i];
        const auto next = [&]() -> std::string_view {
            if (i + 1 == argc)
                throw std::invalid_argument(std::string(word) + " needs something behind it");
            return argv[++i];
        };
        if (word == "--random") {
            asked.random = number(next());
        } else if (word == "--seed") {
            asked.seed = number(next());
            asked.seed_given = true;
        } else if (word == "--save") {
            asked.save = next();
        } else if (word == "--tell") {
            ferry::fuzz::telling = true;
        } else {
            add_files(asked, fs::path(word));
        }
    }
    if (!asked.seed_given)
        asked.seed = std::random_device{}();
    return asked;
}

} // namespace

int main(int argc, char **argv) {
    try {
        const request asked = parse(argc, argv);
        if (!asked.save.empty()) {
            const input made = random_input(asked.seed);
            std::ofstream(asked.save, std::ios::binary)
                .write(reinterpret_cast<const char *>(made.data()),
                       static_cast<std::streamsize>(made.size()));
            return 0;
        }
        const auto began = std::chrono::steady_clock::now();
        const std::uint64_t failed = run(asked, argv[0]);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        std::printf("%zu inputs from files, %llu random ones from seed %llu on, %.1f s, %llu "
                    "wrong\n",
                    asked.files.size(), static_cast<unsigned long long>(asked.random),
                    static_cast<unsigned long long>(asked.seed), took.count(),
                    static_cast<unsigned long long>(failed));
        return failed == 0 ? 0 : 1;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 2;
    }
}
