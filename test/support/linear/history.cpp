// SPDX-License-Identifier: BSL-1.0
#include "support/linear/history.hpp"

namespace ferry::test::linear {

namespace {

using of_absent = transition::of_absent;
using of_present = transition::of_present;
using values = transition::values;

std::string present_ones(const transition &what) {
    switch (what.which) {
    case values::expected:
        return std::to_string(what.expected);
    case values::others:
        return "something other than " + std::to_string(what.expected);
    case values::any:
        break;
    }
    return "something";
}

std::string effect_on_present(const transition &what) {
    switch (what.something) {
    case of_present::becomes:
        return ", put " + std::to_string(what.from_something);
    case of_present::grows:
        return ", added " + std::to_string(what.from_something);
    case of_present::goes:
        return ", erased it";
    case of_present::excluded:
    case of_present::stays:
        break;
    }
    return "";
}

} // namespace

std::string in_words(const transition &what) {
    std::string words;
    if (what.nothing != of_absent::excluded) {
        words = "found nothing";
        if (what.nothing == of_absent::becomes)
            words += ", put " + std::to_string(what.from_nothing);
    }
    if (what.something != of_present::excluded) {
        words += words.empty() ? "found " : "; or found ";
        words += present_ones(what) + effect_on_present(what);
    }
    return words.empty() ? "a result that cannot be" : words;
}

std::string in_words(const event &one) {
    std::string words =
        "thread " + std::to_string(one.thread) + " [" + std::to_string(one.invoked) + ", ";
    words += one.returned == pending ? "never returned] " : std::to_string(one.returned) + "] ";
    return words + one.what.operation + ": " + in_words(one.what);
}

std::string in_words(const state &one) { return one ? std::to_string(one.value) : "absent"; }

} // namespace ferry::test::linear
