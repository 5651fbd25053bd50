// SPDX-License-Identifier: BSL-1.0

// A scenario and its schedule, from bytes, on the machine of ../model, judged by all that judges
// its own scenarios. An input is what schedule/decode.hpp says, and then the decisions of
// schedule/tape.hpp.

#include "schedule/decode.hpp"
#include "schedule/tape.hpp"
#include "target.hpp"

#include "trial.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace ferry;
    using namespace ferry::fuzz;
    bytes in(data, size);
    const execution wanted = decode(in);
    tell([&] { return in_words(wanted); });
    model::trial one(wanted.what);
    tape decisions(in);
    model::trace told;
    if (telling)
        told = [](const std::string &line) { tell([&] { return line; }); };
    const model::verdict found =
        one.run(wanted.memory, decisions,
                {.stops = wanted.stops, .failing_point = wanted.failing_point}, told);
    tell([&] { return one.history(); });
    if (!found.fault.empty())
        wrong(found.fault + "\n  " + in_words(wanted));
    return 0;
}
