// SPDX-License-Identifier: BSL-1.0

// What a client sends, on two maps: to one in pieces of sizes that the input chooses, to the other
// at once. Both must answer alike. An input is the bytes that are sent, and a piece of every so
// many bytes, which are taken from its end.

#include "bytes.hpp"
#include "conversation.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace ferry::service;
    ferry::fuzz::bytes pieces(data, size);
    const std::string_view sent(reinterpret_cast<const char *>(data), size);
    conversation in_pieces(make_ferry_store);
    conversation at_once(make_mutex_store);
    const std::string first =
        in_pieces.say(sent, [&] { return std::size_t{pieces.take_last()} % 32 + 1; });
    const std::string second = at_once.say(sent);
    ferry::fuzz::tell([&] { return first; });
    // Statistics differ: the maps, times, and the bytes that were read.
    if (first != second && first.find("STAT ") == std::string::npos)
        ferry::fuzz::wrong("in pieces:\n" + first + "\nat once:\n" + second);
    return 0;
}
