// SPDX-License-Identifier: BSL-1.0
#include "report/symbols.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string_view>
#include <vector>

// Of the linker: where the program was loaded.
extern "C" char __executable_start;

namespace ferry::sharing {

namespace {

std::string hexadecimal(std::uintptr_t number) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
    return text;
}

std::vector<std::string> lines_of(const std::string &command) {
    std::vector<std::string> lines;
    const std::unique_ptr<FILE, int (*)(FILE *)> output(popen(command.c_str(), "r"), pclose);
    char piece[4096];
    std::string line;
    while (output && std::fgets(piece, sizeof piece, output.get()) != nullptr) {
        line += piece;
        if (line.back() != '\n')
            continue;
        line.pop_back();
        lines.push_back(std::move(line));
        line.clear();
    }
    return lines;
}

// As the file itself has it, whether the program is loaded at a fixed address or not.
std::uintptr_t in_file(std::uintptr_t address, std::uintptr_t first_of_file) {
    return address - reinterpret_cast<std::uintptr_t>(&__executable_start) + first_of_file;
}

std::string program() {
    std::error_code none;
    // Not `"'" + string`: there g++ 12 with -O3 warns of an overlap that cannot be (-Wrestrict).
    std::string quoted = "'";
    quoted += std::filesystem::read_symlink("/proc/self/exe", none).string();
    quoted += "'";
    return quoted;
}

struct symbol {
    std::uintptr_t begin;
    std::uintptr_t bytes;
    std::string name;
};

class symbol_table {
public:
    symbol_table() {
        for (const auto &line : lines_of("nm -CSn --defined-only " + program() + " 2>/dev/null")) {
            std::istringstream in(line);
            symbol each{};
            char kind = 0;
            if (line.ends_with(" __executable_start"))
                first_ = std::stoull(line, nullptr, 16);
            else if (in >> std::hex >> each.begin >> each.bytes >> kind &&
                     std::getline(in >> std::ws, each.name))
                symbols_.push_back(std::move(each));
        }
    }

    std::uintptr_t first() const { return first_; }

    const symbol *find(std::uintptr_t address) const {
        const auto after =
            std::upper_bound(symbols_.begin(), symbols_.end(), address,
                             [](std::uintptr_t a, const symbol &s) { return a < s.begin; });
        if (after == symbols_.begin())
            return nullptr;
        const symbol &before = *std::prev(after);
        return address - before.begin < before.bytes ? &before : nullptr;
    }

private:
    std::uintptr_t first_ = 0;
    std::vector<symbol> symbols_;
};

const symbol_table &symbols() {
    static const symbol_table all;
    return all;
}

// Without the types of templates and parameters, which fill lines.
std::string shortened(const std::string &name) {
    std::string result;
    int depth = 0;
    for (const char c : name) {
        depth += c == '<' || c == '(';
        if (depth == 0)
            result += c;
        depth -= c == '>' || c == ')';
    }
    for (const std::string_view noise : {"abi_1::", "scalar_plain::", "scalar_checked::"})
        for (auto at = result.find(noise); at != result.npos; at = result.find(noise))
            result.erase(at, noise.size());
    return result;
}

} // namespace

std::string function_at(const void *code) {
    const auto address = reinterpret_cast<std::uintptr_t>(code);
    // A return address may be the next function's first.
    const symbol *found = symbols().find(in_file(address, symbols().first()) - 1);
    return found != nullptr ? shortened(found->name) : hexadecimal(address);
}

std::string code_at(const void *code) {
    constexpr std::size_t most_frames = 6;
    const auto address = in_file(reinterpret_cast<std::uintptr_t>(code), symbols().first()) - 1;
    std::string text;
    const auto frames =
        lines_of("addr2line -Cfipse " + program() + " " + hexadecimal(address) + " 2>/dev/null");
    for (std::size_t i = 0; i < std::min(frames.size(), most_frames); ++i) {
        const auto inlined = frames[i].find("(inlined by)");
        text +=
            (i == 0 ? "" : " < ") +
            shortened(inlined == std::string::npos ? frames[i] : frames[i].substr(inlined + 13));
    }
    return text.empty() ? function_at(code) : text;
}

std::string variable_at(std::uintptr_t address) {
    const auto there = in_file(address, symbols().first());
    const symbol *found = symbols().find(there);
    return found == nullptr ? hexadecimal(address)
                            : shortened(found->name) + " +" + std::to_string(there - found->begin);
}

} // namespace ferry::sharing
