// SPDX-License-Identifier: BSL-1.0
#include "flame/stacks.hpp"

#include "flame/symbols.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>
#include <optional>

namespace ferry::bench {

namespace {

constexpr std::string_view unknown = "[unknown]";

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), [&](auto p) { return contains(text, p); });
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), [&](auto p) { return text.starts_with(p); });
}

// A function on its way to becoming a frame.
struct function {
    std::string name; // shortened
    std::string file; // empty if it is not known
    std::string_view object;
    bool kernel;
};

// Kernels live in the upper half of the address space.
bool is_kernel(const machine_frame &f) { return f.address >> 63 != 0; }

// Code that works for whoever called it: the standard library, C's, the compiler's intrinsics.
bool serves_its_caller(const function &f) {
    if (!f.file.empty())
        return contains_any(f.file, {"/include/c++/", "-gnu/c++/", "/lib/gcc/"});
    const auto file_name = f.object.substr(f.object.rfind('/') + 1);
    return f.name.starts_with("std::") ||
           starts_with_any(file_name,
                           {"libc.", "libc-", "libstdc++", "libm.", "libgcc", "ld-", "["});
}

bool is_allocator(std::string_view name) {
    const auto end = name.find('(');
    const auto bare = name.substr(0, end);
    return starts_with_any(bare,
                           {"operator new", "operator delete", "std::allocator",
                            "std::__new_allocator", "_int_malloc", "_int_free", "_int_realloc",
                            "malloc_consolidate", "sysmalloc", "mi_", "tc_", "je_"}) ||
           std::ranges::any_of(std::array{"malloc", "free", "cfree", "calloc", "realloc",
                                          "aligned_alloc", "posix_memalign", "__libc_malloc",
                                          "__libc_free"},
                               [&](std::string_view call) { return bare == call; });
}

bool is_lock(std::string_view name) {
    return contains_any(name, {"pthread_mutex", "pthread_rwlock", "pthread_spin", "lll_lock",
                               "std::mutex::", "std::lock_guard<", "std::unique_lock<",
                               "scoped_lock", "std::shared_lock<", "std::shared_mutex::",
                               "rw_mutex::", "spin_mutex::", "spin_lock", "spinlock"});
}

layer owner_of(const function &f, layer caller) {
    if (f.kernel)
        return layer::kernel;
    if (is_allocator(f.name))
        return layer::allocator;
    if (is_lock(f.name))
        return layer::locks;
    if (contains(f.file, "/bench/adapters/"))
        return layer::map;
    if (contains_any(f.file, {"/bench/flame/", "/bench/runner/", "/bench/workloads/"}))
        return layer::harness;
    return serves_its_caller(f) || f.name == unknown ? caller : layer::map;
}

// Steps between two functions that only pass the call on.
bool passes_on(const frame &f) {
    const bool harness_lambda =
        f.owner == layer::harness && (f.name == "operator()" || contains(f.name, "::lambda"));
    return harness_lambda || contains_any(f.name, {"__invoke", "_M_invoke", "__atomic_base"});
}

// perf leaves the argument lists out.
std::string with_call(std::string name) {
    const bool complete = name.ends_with(')') || name.ends_with("…") || name.starts_with('[');
    return complete ? name : name + "()";
}

// The functions of one address of the program, outermost first.
void add_chain(std::vector<function> &functions, const machine_frame &f,
               const std::vector<source_function> &chain) {
    for (auto s = chain.rbegin(); s != chain.rend(); ++s) {
        const bool outermost = s == chain.rbegin();
        const bool mangled = s->name.starts_with("_Z");
        // Of a local function the debug information has an unqualified name only; perf has the
        // symbol of the outermost.
        const bool perf_knows_better = outermost && !mangled && f.symbol != unknown;
        auto name = with_call(shorten(perf_knows_better ? f.symbol : demangled(s->name)));
        // And if it is the innermost, addr2line names the outermost in its place.
        const bool innermost = std::next(s) == chain.rend();
        if (innermost && !outermost && mangled && name == with_call(shorten(f.symbol)))
            break;
        functions.push_back({std::move(name), s->file, f.object, false});
    }
}

// Outermost first.
std::vector<function> functions_of(const std::vector<machine_frame> &stack,
                                   std::string_view program, const source_table &sources) {
    std::vector<function> functions;
    for (auto f = stack.rbegin(); f != stack.rend(); ++f) {
        const auto found = f->object == program ? sources.find(f->address) : sources.end();
        if (found != sources.end() && !found->second.empty()) {
            add_chain(functions, *f, found->second);
            continue;
        }
        auto name = shorten(demangled(f->symbol));
        if (contains(name, "::"))
            name = with_call(std::move(name));
        functions.push_back({std::move(name), {}, f->object, is_kernel(*f)});
    }
    return functions;
}

// A function that calls another of its name, be it a helper or itself, is one frame with it.
std::vector<frame> frames_from(std::vector<function>::const_iterator first,
                               std::vector<function>::const_iterator last) {
    std::vector<frame> frames{{first->name, layer::harness}};
    for (++first; first != last; ++first) {
        const bool hidden = first->kernel && first->name == unknown;
        frame next{hidden ? "[kernel]" : first->name, owner_of(*first, frames.back().owner)};
        if (next != frames.back() && !passes_on(next))
            frames.push_back(std::move(next));
    }
    return frames;
}

std::optional<machine_frame> read_frame(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    char *end = nullptr;
    const std::string text(line);
    machine_frame f{std::strtoull(text.c_str(), &end, 16), {}, {}};
    if (end == text.c_str() || *end != ' ')
        return std::nullopt;
    f.symbol = end + 1;
    for (const std::string_view start : {" (/", " ([", " (inlined)"})
        if (const auto at = f.symbol.rfind(start); at != f.symbol.npos && f.symbol.back() == ')') {
            f.object = f.symbol.substr(at + 2, f.symbol.size() - at - 3);
            f.symbol.erase(at);
            break;
        }
    return f;
}

} // namespace

std::uint64_t samples_of(const folded_stacks &stacks) {
    return std::accumulate(stacks.begin(), stacks.end(), std::uint64_t{0},
                           [](auto sum, const auto &s) { return sum + s.second; });
}

machine_stacks read_samples(std::istream &in) {
    machine_stacks stacks;
    std::vector<machine_frame> stack;
    const auto finish = [&] {
        if (!stack.empty())
            ++stacks[std::move(stack)];
        stack.clear();
    };
    for (std::string line; std::getline(in, line);) {
        // A sample is a line with the thread, its frames indented, and an empty line.
        if (line.empty() || !contains(" \t", std::string_view(line).substr(0, 1)))
            finish();
        else if (auto f = read_frame(line))
            stack.push_back(std::move(*f));
    }
    finish();
    return stacks;
}

source_table read_source_functions(std::istream &in) {
    source_table table;
    std::vector<source_function> *functions = nullptr;
    for (std::string name, place; std::getline(in, name);) {
        if (name.starts_with("0x")) {
            functions = &table[std::strtoull(name.c_str(), nullptr, 16)];
            continue;
        }
        if (functions == nullptr || !std::getline(in, place))
            break;
        if (name != "??" && !place.starts_with("??"))
            functions->push_back({name, place.substr(0, place.rfind(':'))});
    }
    return table;
}

folded_stacks fold(const machine_stacks &stacks, std::string_view program,
                   const source_table &sources, std::string_view through) {
    folded_stacks folded;
    for (const auto &[stack, samples] : stacks) {
        const auto functions = functions_of(stack, program, sources);
        const auto first = std::ranges::find_if(
            functions, [&](const function &f) { return contains(f.name, through); });
        if (first != functions.end())
            folded[frames_from(first, functions.end())] += samples;
    }
    return folded;
}

} // namespace ferry::bench
