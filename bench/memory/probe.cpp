// SPDX-License-Identifier: BSL-1.0
#include "memory/steps.hpp"
#include "memory/usage.hpp"
#include "stage/stage.hpp"

#include <iomanip>
#include <iostream>
#include <string>

namespace ferry::bench {

namespace {

void print(const std::string &name, std::size_t now, std::size_t before) {
    std::cout << name << ' ' << static_cast<double>(now) - static_cast<double>(before) << '\n';
}

void print(const std::string &when, const memory_usage &now, const memory_usage &before) {
    if (now.allocated && before.allocated)
        print("allocated" + when, *now.allocated, *before.allocated);
    print("resident" + when, now.resident, before.resident);
}

} // namespace

int run_memory_probe(const options &o, std::vector<std::string> strings) {
    const auto of = o.elements.front();
    const auto n =
        of == element::u64 ? o.large_sizes.front() : static_cast<std::uint32_t>(strings.size());
    stage stage(std::move(strings));
    const team who(o.threads.front(), o.pinned);
    // The threads' stacks and whatever else comes with a thread are no map's.
    who.run_to_end(hours{}.patience, [](unsigned, gate &gate) { gate.pass(); });

    subject &map = stage.set({map_use::own_maps, of, n, 0}, o.maps.front());
    const auto before = current_usage();
    forget_peak();
    std::cout << std::fixed << std::setprecision(0) << "elements " << n << '\n';
    const auto wrong = o.keys_a_map != 0 ? map.grow_many(o.keys_a_map) : map.grow(who);
    if (!wrong.empty()) {
        std::cout << "wrong " << wrong << '\n';
        return 0;
    }
    print("", current_usage(), before);
    print("resident_peak", resident_peak(), before.resident);
    if (o.keys_a_map != 0)
        return 0;
    if (map.erase_most())
        print("_erased", current_usage(), before);
    if (map.shrink())
        print("_shrunk", current_usage(), before);
    return 0;
}

} // namespace ferry::bench
