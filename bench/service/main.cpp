// SPDX-License-Identifier: BSL-1.0

// ferry-cached: memcached's protocol over TCP and Unix sockets, on a map of one's choice.

#include "options.hpp"
#include "store/upkeep.hpp"

#include <algorithm>
#include <exception>
#include <iostream>

#include <sys/resource.h>

namespace {

// As many descriptors as connections, if the system allows it.
void allow_descriptors(unsigned connections) {
    constexpr rlim_t others = 64;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + others)
        return;
    limit.rlim_cur = std::min<rlim_t>(connections + others, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
}

void say_where(const ferry::service::facts &about, const ferry::service::endpoints &at) {
    std::cout << "ferry-cached: " << about.map << ", " << about.threads << " threads, at";
    if (at.port)
        std::cout << ' ' << at.address << ':' << about.port;
    if (!at.socket.empty())
        std::cout << ' ' << at.socket;
    std::cout << std::endl; // flushed: whoever started it may wait for this line
}

} // namespace

int main(int argc, char **argv) {
    using namespace ferry::service;
    int code = 0;
    const auto o = parse_options(argc, argv, code);
    if (!o)
        return code;
    try {
        allow_descriptors(o->connections);
        const auto store = o->map.make(o->memory_limit);
        facts about{.store = *store,
                    .map = o->map.name,
                    .threads = o->threads,
                    .most_connections = o->connections};
        const upkeep behind(*store);
        server serving(about, o->at);
        say_where(about, o->at);
        serving.run();
        return 0;
    } catch (const std::exception &error) {
        std::cerr << "ferry-cached: " << error.what() << '\n';
        return 1;
    }
}
