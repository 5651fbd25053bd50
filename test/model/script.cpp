// SPDX-License-Identifier: BSL-1.0
#include "script.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace ferry::model {

namespace {

struct entry {
    verb what;
    std::string_view name;
    unsigned numbers;
    bool key;
};

constexpr entry verbs[] = {
    {verb::get, "get", 1, true},
    {verb::contains, "contains", 1, true},
    {verb::visit, "visit", 1, true},
    {verb::find, "find", 1, true},
    {verb::find_guarded, "find_guarded", 1, true},
    {verb::erase, "erase", 1, true},
    {verb::extract, "extract", 1, true},
    {verb::keep, "keep", 1, true},
    {verb::insert, "insert", 2, true},
    {verb::try_emplace, "try_emplace", 2, true},
    {verb::insert_or_assign, "insert_or_assign", 2, true},
    {verb::exchange, "exchange", 2, true},
    {verb::get_or_emplace, "get_or_emplace", 2, true},
    {verb::get_or_emplace_with, "get_or_emplace_with", 2, true},
    {verb::update, "update", 2, true},
    {verb::upsert, "upsert", 2, true},
    {verb::put, "put", 2, true},
    {verb::flip, "flip", 2, true},
    {verb::compare_erase, "compare_erase", 2, true},
    {verb::erase_if, "erase_if", 2, true},
    {verb::compare_exchange, "compare_exchange", 3, true},
    {verb::hold, "hold", 1, true},
    {verb::look, "look", 0, false},
    {verb::stare, "stare", 1, false},
    {verb::let_go, "let_go", 0, false},
    {verb::pass_pin, "pass_pin", 1, true},
    {verb::take_pin, "take_pin", 0, false},
    {verb::clear, "clear", 0, false},
    {verb::erase_all, "erase_all", 0, false},
    {verb::for_each, "for_each", 0, false},
    {verb::for_each_part, "for_each_part", 0, false},
    {verb::items, "items", 0, false},
    {verb::visit_many, "visit_many", 1, true},
    {verb::size, "size", 0, false},
    {verb::stats, "stats", 0, false},
    {verb::reserve, "reserve", 1, false},
    {verb::shrink_to_fit, "shrink_to_fit", 0, false},
    {verb::migrate, "migrate", 1, false},
    {verb::reclaim, "reclaim", 0, false},
    {verb::advance, "advance", 0, false},
    {verb::drain, "drain", 0, false},
    {verb::pin, "pin", 0, false},
    {verb::refresh, "refresh", 0, false},
    {verb::unpin, "unpin", 0, false},
    {verb::leave, "leave", 0, false},
    {verb::told, "told", 0, false},
    {verb::desert, "desert", 0, false},
    {verb::end_late, "end_late", 0, false},
    {verb::turn, "turn", 0, false},
    {verb::turn_elsewhere, "turn_elsewhere", 0, false},
    {verb::count, "count", 1, false},
    {verb::elsewhere, "elsewhere", 0, false},
    {verb::finish, "finish", 1, false},
};

const entry &entry_of(verb what) {
    return *std::find_if(std::begin(verbs), std::end(verbs),
                         [what](const entry &e) { return e.what == what; });
}

call parse_one(const std::string &text) {
    std::istringstream words(text);
    std::string name;
    words >> name;
    const auto *const it = std::find_if(std::begin(verbs), std::end(verbs),
                                        [&name](const entry &e) { return e.name == name; });
    if (it == std::end(verbs))
        throw std::invalid_argument("there is no call \"" + name + "\" in a script");
    call one{.what = it->what};
    unsigned *const numbers[] = {&one.a, &one.b, &one.c};
    for (unsigned i = 0; i != it->numbers; ++i)
        if (!(words >> *numbers[i]))
            throw std::invalid_argument("\"" + name + "\" takes " + std::to_string(it->numbers) +
                                        " numbers in a script: \"" + text + "\"");
    if (words >> name)
        throw std::invalid_argument("a script has too much behind a call: \"" + text + "\"");
    if (it->key && one.a >= most_keys)
        throw std::invalid_argument("a script's keys are 0 to 15: \"" + text + "\"");
    return one;
}

} // namespace

calls parse(std::string_view text) {
    calls all;
    std::istringstream parts{std::string(text)};
    for (std::string part; std::getline(parts, part, ';');)
        if (part.find_first_not_of(' ') != std::string::npos)
            all.push_back(parse_one(part));
    return all;
}

std::string in_words(const call &one) {
    const entry &e = entry_of(one.what);
    std::string words(e.name);
    const unsigned numbers[] = {one.a, one.b, one.c};
    for (unsigned i = 0; i != e.numbers; ++i)
        words += " " + std::to_string(numbers[i]);
    return words;
}

std::string in_words(const calls &all) {
    std::string words;
    for (const call &one : all)
        words += (words.empty() ? "" : "; ") + in_words(one);
    return words;
}

bool has_key(verb what) noexcept { return entry_of(what).key; }

} // namespace ferry::model
