// SPDX-License-Identifier: BSL-1.0
#include "flame/symbols.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>

namespace ferry::bench {

namespace {

void remove_all(std::string &text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
}

// The length of "operator" and its sign at the start of a text, 0 if there is none. Signs with
// brackets in them must not be taken for brackets; the longer come first.
std::size_t operator_length(std::string_view text) {
    constexpr std::string_view word = "operator";
    constexpr std::array<std::string_view, 13> signs{"()", "[]", "<=>", "<<=", ">>=", "->*", "<<",
                                                     ">>", "<=", ">=",  "->",  "<",   ">"};
    if (!text.starts_with(word))
        return 0;
    const auto rest = text.substr(word.size());
    for (const auto sign : signs)
        if (rest.starts_with(sign))
            return word.size() + sign.size();
    // "operator new", or a conversion such as "operator unsigned long".
    return rest.starts_with(' ') ? std::min(text.find('('), text.size()) : 0;
}

bool within_word(std::string_view text, std::size_t at) {
    return at != 0 &&
           (std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0 || text[at - 1] == '_');
}

// The length of the bracketed group a text starts with, brackets included. perf cuts long symbols
// off: a group may be without an end.
std::size_t group_length(std::string_view text) {
    std::size_t open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto sign = within_word(text, i) ? 0 : operator_length(text.substr(i));
        if (sign != 0)
            i += sign - 1;
        else if (std::string_view("<({[").find(text[i]) != std::string_view::npos)
            ++open;
        else if (text[i] == '>' && text[i - 1] == '-')
            continue;
        else if (std::string_view(">)}]").find(text[i]) != std::string_view::npos && --open == 0)
            return i + 1;
    }
    return text.size();
}

// Reads a symbol once from left to right.
class shortener {
public:
    explicit shortener(std::string_view symbol) : rest_(symbol) {}

    std::string result() && {
        while (!rest_.empty() && rest_[0] != '@' && rest_[0] != '.') // "@GLIBC_2.2.5", ".isra.0"
            step();
        drop_namespaces();
        if (out_.ends_with("operator()()"))
            out_.resize(out_.size() - 2);
        return std::move(out_);
    }

private:
    bool at_name_start() const { return out_.empty() || out_.ends_with("::"); }

    void step() {
        const std::size_t sign = at_name_start() ? operator_length(rest_) : 0;
        if (sign != 0)
            take(sign);
        else if (rest_.starts_with("(anonymous namespace)::"))
            skip(23);
        else if (rest_.starts_with("{lambda(") ||
                 (at_name_start() && rest_.starts_with("<lambda(")))
            take_lambda();
        else if (rest_[0] == '<')
            take_template_arguments();
        else if (rest_[0] == '(')
            replace(group_length(rest_), "()");
        else if (rest_[0] == '[')
            skip(group_length(rest_)); // "[abi:cxx11]", "[clone .cold]"
        else if (rest_[0] == ' ')
            take_space();
        else
            take(1);
    }

    void skip(std::size_t length) { rest_.remove_prefix(length); }
    void take(std::size_t length) {
        out_ += rest_.substr(0, length);
        skip(length);
    }
    void replace(std::size_t length, std::string_view by) {
        out_ += by;
        skip(length);
    }

    // "{lambda(int)#2}::operator()" becomes "lambda#2".
    void take_lambda() {
        const auto length = group_length(rest_);
        const auto group = rest_.substr(0, length);
        out_ += "lambda";
        if (const auto number = group.rfind(")#"); number != group.npos)
            out_ += group.substr(number + 1, group.size() - number - 2);
        skip(length);
        constexpr std::string_view call = "::operator()";
        if (rest_.starts_with(call))
            skip(call.size());
        if (rest_.starts_with('<'))
            skip(group_length(rest_));
    }

    void take_template_arguments() {
        constexpr std::size_t short_enough = 16;
        const auto length = group_length(rest_);
        if (length <= short_enough)
            take(length);
        else
            replace(length, "<…>");
    }

    // What stands before a space was a return type, unless a qualifier follows.
    void take_space() {
        for (const std::string_view qualifier : {" const", " volatile", " noexcept", " &&", " &"})
            if (out_.ends_with(')') && rest_.starts_with(qualifier))
                return skip(qualifier.size());
        skip(1);
        if (rest_.starts_with('<')) // "operator<< <int>"
            return;
        out_.clear();
        while (!rest_.empty() && std::string_view("*&").find(rest_[0]) != std::string_view::npos)
            skip(1);
    }

    void drop_namespaces() {
        remove_all(out_, "ferry::bench::");
        remove_all(out_, "__cxx11::");
        if (out_.starts_with("__GI_"))
            out_.erase(0, 5);
        // ferry's inline namespaces: one for the layout of its objects, one for its engine.
        const auto version = out_.find("::abi_");
        if (version == std::string::npos)
            return;
        const auto start = version + 2;
        if (out_.find("::", start) == std::string::npos)
            return;
        auto end = out_.find("::", start) + 2;
        const auto engine = out_.find("::", end);
        const auto name = std::string_view(out_).substr(end, engine - end);
        if (engine != std::string::npos && (name.ends_with("_plain") || name.ends_with("_checked")))
            end = engine + 2;
        out_.erase(start, end - start);
    }

    std::string_view rest_;
    std::string out_;
};

// The namespaces and classes of a mangled name up to its first template arguments: what can be told
// without a demangler, which gives up on some names of several hundred letters.
std::string outermost_names(std::string_view mangled) {
    std::string names;
    auto rest = mangled;
    rest.remove_prefix(std::min(mangled.find_first_of("0123456789"), mangled.size()));
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        names.append(rest.substr(0, length)).append("::");
        rest.remove_prefix(std::min(length, rest.size()));
    }
    return names + "…";
}

} // namespace

std::string demangled(const std::string &symbol) {
    if (!symbol.starts_with("_Z"))
        return symbol;
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
    if (text)
        return text.get();
    return symbol.starts_with("_ZN") ? outermost_names(symbol) : symbol;
}

std::string shorten(std::string_view symbol) {
    return symbol.starts_with('[') ? std::string(symbol) : shortener(symbol).result();
}

} // namespace ferry::bench
