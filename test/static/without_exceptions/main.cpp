// SPDX-License-Identifier: BSL-1.0

// A program that is compiled without exceptions uses the whole interface; what would throw ends it.

#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __cpp_exceptions
#error "this is to be compiled without exceptions"
#endif

namespace {

int failures = 0;

void expect(bool held, const char *sentence) {
    if (!held) {
        std::printf("does not hold: %s\n", sentence);
        ++failures;
    }
}

template <class T, class Make>
void use_map(Make &&make) {
    ferry::concurrent_map<std::uint64_t, T> map(ferry::options{.capacity = 10});
    for (std::uint64_t key = 0; key < 5000; ++key) {
        map.insert(key, make(1));
        map.try_emplace(key, make(2));
        map.insert_or_assign(key, make(3));
        map.exchange(key, make(4));
        map.get_or_emplace(key, make(5));
        map.get_or_emplace_with(key, [&] { return make(6); });
        map.update(key, [&](const T &) { return make(7); });
        map.upsert(
            key, [&](const T &) { return make(8); }, make(9));
        map.compute(key, [&](const T *) { return std::optional(make(10)); });
        map.compare_exchange(key, make(10), make(11));
    }
    expect(map.size() == 5000 && map.get(4999) == make(11), "all keys have their last values");
    {
        auto guard = map.pin();
        expect(map.find(7, guard) != nullptr, "a key is found under a guard");
        std::size_t seen = 0;
        for (const auto &each : map.items(guard))
            seen += each.value == make(11);
        expect(seen == 5000, "items are all elements");
    }
    std::vector<std::uint64_t> keys{1, 2, 10'000};
    expect(map.visit_many(keys.begin(), keys.end(), [](std::size_t, const T &) {}) == 2,
           "two of three keys are there");
    expect(map.extract(1) && map.compare_erase(2, make(11)) &&
               map.erase_if(3, [](const T &) { return true; }) && map.erase(4) == 1,
           "elements are erased");
    expect(map.erase_if([](const std::uint64_t &key, const T &) { return key % 2 == 0; }) != 0,
           "elements are erased by a predicate");
    expect(map.snapshot().size() == map.size(), "a snapshot has all elements");
    map.reserve(100'000);
    map.shrink_to_fit();
    map.clear();
    map.reclaim();
    expect(map.empty() && map.stats().live == 0, "a map is empty when it was cleared");
}

// Refuses memory once it has given some.
template <class T>
struct poor_allocator {
    using value_type = T;
    inline static int left = 0;

    poor_allocator() = default;
    template <class U>
    poor_allocator(const poor_allocator<U> &) noexcept {}
    T *allocate(std::size_t n) {
        if (left-- == 0)
            return nullptr;
        return static_cast<T *>(std::malloc(n * sizeof(T)));
    }
    void deallocate(T *place, std::size_t) noexcept { std::free(place); }
    template <class U>
    friend bool operator==(const poor_allocator &, const poor_allocator<U> &) noexcept {
        return true;
    }
};

// Whether `body` ends its process by std::abort.
template <class Body>
bool aborts(Body &&body) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        body();
        ::_exit(0);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

} // namespace

int main() {
    use_map<int>([](int n) { return n; });
    use_map<std::string>([](int n) { return std::string(30, static_cast<char>('a' + n)); });

    ferry::concurrent_set<std::string> words;
    expect(words.insert("a") && !words.insert("a") && words.contains("a") && words.erase("a") == 1,
           "a set takes a word once");

    expect(aborts([] {
               ferry::concurrent_map<int, std::string, ferry::hash<int>, std::equal_to<>,
                                     poor_allocator<std::pair<const int, std::string>>>
                   map;
               map.insert(1, "a");
           }),
           "an insertion without memory ends the program");

    int sum = 0;
    ferry::concurrent_map<int, int> map;
    std::thread([&] { map.insert(1, 2); }).join();
    map.for_each([&](int, int value) { sum += value; });
    expect(sum == 2, "what one thread inserts another sees");
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
