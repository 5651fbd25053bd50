// SPDX-License-Identifier: BSL-1.0
#include "flame/graph.hpp"
#include "flame/profile.hpp"
#include "flame/stacks.hpp"
#include "flame/symbols.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace {

using namespace ferry::bench;

// What perf wrote of a program, shortened: a map's insert that allocates, with a page fault within;
// a lookup that is inlined; and the filling of the map.
constexpr const char *some_samples = R"(ferry-bench 25544 
	ffffffff81000c82 asm_exc_page_fault ([kernel.kallsyms])
	           98b30 _int_malloc (/usr/lib/x86_64-linux-gnu/libc.so.6)
	           99e1a malloc (/usr/lib/x86_64-linux-gnu/libc.so.6)
	           ae98b operator new (/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30)
	            2100 ferry::abi_1::sse2_plain::engine::put<ferry::abi_1::sse2_plain::engine::core<unsigned long, ferry::bench::(anonymous namespace)::set> > (/opt/ferry bench)
	            1100 ferry::bench::subject_of<ferry::bench::(anonymous namespace)::ferry_map<unsigned long>, unsigned long>::measured_loop (/opt/ferry bench)
	           d44a2 [unknown] (/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30)

ferry-bench 25546 
	            1200 ferry::bench::subject_of<ferry::bench::(anonymous namespace)::ferry_map<unsigned long>, unsigned long>::measured_loop (/opt/ferry bench)
	           d44a2 [unknown] (/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30)

ferry-bench 25544 
	            1200 ferry::bench::subject_of<ferry::bench::(anonymous namespace)::ferry_map<unsigned long>, unsigned long>::measured_loop (/opt/ferry bench)
	           d44a2 [unknown] (/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30)

ferry-bench 25539 
	            2100 ferry::abi_1::sse2_plain::engine::put<ferry::abi_1::sse2_plain::engine::core<unsigned long, ferry::bench::(anonymous namespace)::set> > (/opt/ferry bench)
	            3100 ferry::bench::subject_of<a_measured_loop_type>::fill (/opt/ferry bench)
	           27249 [unknown] ([unknown])

)";

// And addr2line of its addresses.
constexpr const char *some_functions = R"(0x0000000000001100
insert
/src/bench/adapters/ferry_map.cpp:27
measured_loop
/src/bench/runner/subject_of.hpp:124
0x0000000000001200
_ZN5ferry5abi_110sse2_plain6engine4findIiEEvv
/src/include/ferry/detail/table/find.hpp:33 (discriminator 2)
find
/src/bench/adapters/ferry_map.cpp:26
measured_loop
/src/bench/runner/subject_of.hpp:124
0x0000000000002100
??
??:0
)";

folded_stacks folded(const char *samples, const char *functions, std::string_view through) {
    std::istringstream in(samples);
    std::istringstream names(functions);
    return fold(read_samples(in), "/opt/ferry bench", read_source_functions(names), through);
}

std::string names_of(const std::vector<frame> &stack) {
    std::string names;
    for (const auto &f : stack)
        names += (names.empty() ? "" : "; ") + f.name;
    return names;
}

std::vector<layer> owners_of(const std::vector<frame> &stack) {
    std::vector<layer> owners;
    std::ranges::transform(stack, std::back_inserter(owners), &frame::owner);
    return owners;
}

// The only stack of one sample.
std::vector<frame> stack_of(const std::string &lines) {
    const auto stacks = folded(("ferry-bench 1 \n" + lines + "\n").c_str(), "", "loop");
    REQUIRE(stacks.size() == 1);
    return stacks.begin()->first;
}

std::string drawn(const flame_graph &g) {
    std::ostringstream out;
    draw_graph(out, g);
    return out.str();
}

std::size_t count(const std::string &text, std::string_view part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++times;
    return times;
}

constexpr auto map = layer::map;
constexpr auto allocator = layer::allocator;
constexpr auto kernel = layer::kernel;
constexpr auto harness = layer::harness;

} // namespace

TEST_CASE("perf's samples are read with addresses, names with spaces, and objects") {
    std::istringstream in(some_samples);
    const auto stacks = read_samples(in);
    CHECK(stacks.size() == 3);
    const auto looked_up = std::ranges::find(stacks, 2u, &machine_stacks::value_type::second);
    REQUIRE(looked_up != stacks.end());
    REQUIRE(looked_up->first.size() == 2);
    const auto &innermost = looked_up->first[0];
    CHECK(innermost.address == 0x1200);
    CHECK(innermost.object == "/opt/ferry bench");
    CHECK(innermost.symbol.ends_with("::ferry_map<unsigned long>, unsigned long>::measured_loop"));
    CHECK(looked_up->first[1].symbol == "[unknown]");
}

TEST_CASE("samples without objects, and functions that perf itself found inlined, are read") {
    std::istringstream in("ferry-bench 7 \n"
                          "\t            10a0 ferry::find (inlined)\n"
                          "\t            10a0 std::function<void (int)>::operator()\n");
    const auto stacks = read_samples(in);
    REQUIRE(stacks.size() == 1);
    const auto &stack = stacks.begin()->first;
    REQUIRE(stack.size() == 2);
    CHECK(stack[0] == machine_frame{0x10a0, "ferry::find", "inlined"});
    CHECK(stack[1] == machine_frame{0x10a0, "std::function<void (int)>::operator()", ""});
}

TEST_CASE("stacks begin at the given function, and inlined functions stand on it") {
    const auto stacks = folded(some_samples, some_functions, "measured_loop");
    REQUIRE(stacks.size() == 2);
    CHECK(samples_of(stacks) == 3);
    const auto &[lookup, lookups] = *stacks.begin();
    CHECK(lookups == 2);
    CHECK(names_of(lookup) == "subject_of<…>::measured_loop(); find(); ferry::engine::find<int>()");
    CHECK(owners_of(lookup) == std::vector{harness, map, map});
    const auto &insertion = stacks.rbegin()->first;
    CHECK(names_of(insertion) ==
          "subject_of<…>::measured_loop(); insert(); ferry::engine::put<…>(); operator new; "
          "malloc; _int_malloc; asm_exc_page_fault");
    CHECK(owners_of(insertion) ==
          std::vector{harness, map, map, allocator, allocator, allocator, kernel});
}

TEST_CASE("a function that others only have among their template arguments is not passed through") {
    CHECK(folded(some_samples, some_functions, "fill").size() == 1);
    CHECK(folded(some_samples, some_functions, "nowhere").empty());
}

TEST_CASE("where addr2line names the outer function for an inner one, the inner one is left out") {
    const auto stacks = folded("ferry-bench 1 \n\t 1100 loop() (/opt/ferry bench)\n",
                               "0x1100\n_Z4loopv\n/src/a.cpp:3\nmiddle\n/src/a.cpp:9\n"
                               "_Z4loopv\n/src/a.cpp:20\n",
                               "loop");
    REQUIRE(stacks.size() == 1);
    CHECK(names_of(stacks.begin()->first) == "loop(); middle()");
}

TEST_CASE("hidden kernel frames are one frame, and so is a function that calls its namesake") {
    CHECK(names_of(stack_of("\tffffffff81000001 [unknown] ([kernel.kallsyms])\n"
                            "\tffffffff81000002 [unknown] ([kernel.kallsyms])\n"
                            "\t 20 grow (/opt/map.so)\n\t 20 grow (/opt/map.so)\n"
                            "\t 10 loop (/opt/x)\n")) == "loop; grow; [kernel]");
}

TEST_CASE("code that serves its caller belongs to it, locks and allocators do not") {
    const auto stack = stack_of("\t 50 __lll_lock_wait (/usr/lib/libc.so.6)\n"
                                "\t 40 pthread_mutex_lock@@GLIBC_2.2.5 (/usr/lib/libc.so.6)\n"
                                "\t 30 __memcmp_evex_movbe (/usr/lib/libc.so.6)\n"
                                "\t 20 cds::find (/usr/lib/libcds.so.2.3.3)\n"
                                "\t 10 loop (/opt/x)\n");
    CHECK(owners_of(stack) == std::vector{harness, map, map, layer::locks, layer::locks});
    CHECK(names_of(stack) ==
          "loop; cds::find(); __memcmp_evex_movbe; pthread_mutex_lock; __lll_lock_wait");
}

TEST_CASE("symbols are shortened to what people read") {
    CHECK(shorten("std::optional<unsigned long> ferry::abi_1::sse2_plain::concurrent_map<unsigned "
                  "long, unsigned long, ferry::bench::fixed_hash<unsigned long> >::get<unsigned "
                  "long>(unsigned long const&) const") ==
          "ferry::concurrent_map<…>::get<unsigned long>()");
    CHECK(shorten("ferry::abi_1::detail::garbage_stripe::drain<int>(int)") ==
          "ferry::detail::garbage_stripe::drain<int>()");
    CHECK(shorten("bool ferry::bench::(anonymous namespace)::f(int (*)(char))") == "f()");
    CHECK(shorten("std::string* std::__cxx11::name[abi:cxx11]() const &") == "std::name()");
    CHECK(shorten("finish_task_switch.isra.0") == "finish_task_switch");
    CHECK(shorten("cfree@GLIBC_2.2.5") == "cfree");
    CHECK(shorten("[unknown]") == "[unknown]");
    CHECK(shorten("") == "");
}

TEST_CASE("lambdas are told by their function and number") {
    CHECK(shorten("ferry::bench::team::run_for(std::function<void (unsigned int)> const&) "
                  "const::{lambda(unsigned int)#2}::operator()(unsigned int) const") ==
          "team::run_for()::lambda#2()");
    CHECK(shorten("auto f<int>(int)::{lambda(auto:1&&)#1}::operator()<a_long::type_name>(a_long) "
                  "const") == "f<int>()::lambda#1()");
    CHECK(shorten("run(int)::<lambda(int)>") == "run()::lambda");
}

TEST_CASE("operators keep their signs") {
    CHECK(shorten("std::hash<int>::operator()(int) const") == "std::hash<int>::operator()");
    CHECK(
        shorten("std::ostream& ferry::bench::operator<< <std::a_long_type_name>(std::ostream&)") ==
        "operator<<<…>()");
    CHECK(shorten("bool a::operator< <int>(int)") == "a::operator<<int>()");
    CHECK(shorten("a::operator<=>(a const&) const") == "a::operator<=>()");
    CHECK(shorten("a::operator->() const") == "a::operator->()");
    CHECK(shorten("apply<my::binary_operator<int>, std::pair<int, int> >(int)") == "apply<…>()");
    CHECK(shorten("my_operator<int>::find(int)") == "my_operator<int>::find()");
    CHECK(shorten("operator new(unsigned long)") == "operator new()");
    CHECK(shorten("operator delete[](void*)") == "operator delete[]()");
    CHECK(shorten("a<1>::operator unsigned long() const") == "a<1>::operator unsigned long()");
    CHECK(shorten("void f<&(a::operator>>(int)), some_other_type>(int)") == "f<…>()");
}

TEST_CASE("a mangled name that cannot be demangled is told by its classes") {
    CHECK(names_of(stack_of("\t 20 _ZN3cds3mapIbad_name (/opt/map.so)\n\t 10 loop (/opt/x)\n")) ==
          "loop; cds::map::…");
}

TEST_CASE("a symbol that perf has cut off is shortened as far as it goes") {
    CHECK(shorten("cds::intrusive::MichaelList<cds::gc::HP, std::pair<int") ==
          "cds::intrusive::MichaelList<…>");
}

TEST_CASE("boxes are as wide as their samples, and those on a box are within it") {
    const frame root{"loop", harness}, a{"a", map}, b{"b", map}, c{"c", kernel};
    const folded_stacks stacks{
        {{root}, 1}, {{root, a}, 10}, {{root, a, c}, 5}, {{root, b, c}, 7}, {{root, c}, 2}};
    const auto boxes = lay_out(stacks);
    REQUIRE(boxes.size() == 6);
    CHECK(boxes[0].samples == samples_of(stacks));
    std::vector<std::uint64_t> of_depth(3);
    for (const auto &inner : boxes) {
        of_depth[inner.depth] += inner.samples;
        CHECK(std::ranges::any_of(boxes, [&](const box &outer) {
            return inner.depth == 0 ||
                   (outer.depth + 1 == inner.depth && outer.start <= inner.start &&
                    inner.start + inner.samples <= outer.start + outer.samples);
        }));
    }
    // What is missing on a row was spent in the functions below.
    CHECK(of_depth == std::vector<std::uint64_t>{25, 24, 12});
    for (std::size_t i = 0; i + 1 < boxes.size(); ++i)
        CHECK((boxes[i].depth != boxes[i + 1].depth ||
               boxes[i].start + boxes[i].samples <= boxes[i + 1].start));
}

TEST_CASE("a drawing escapes names, and fits them into their boxes") {
    const std::string name = "space::operator<=>(a & \"b\")";
    const auto svg = drawn({"<map>",
                            "a & b",
                            2,
                            {{{{"loop", harness}}, 999}, {{{"loop", harness}, {name, map}}, 60}}});
    CHECK(svg.find("&lt;map&gt;") != svg.npos);
    CHECK(svg.find("a &amp; b, 2 threads, 1,059 samples") != svg.npos);
    CHECK(svg.find("<title>space::operator&lt;=&gt;(a &amp; &quot;b&quot;)\n5.7 %, 60 samples, "
                   "the map</title>") != svg.npos);
    CHECK(svg.find(">oper") != svg.npos);
    CHECK(svg.find("…</text>") != svg.npos);
    CHECK(count(svg, "class=\"frame\"") == 2);
    CHECK(count(svg, "width=\"1176.000\"") == 1);
}

TEST_CASE("a drawing of nothing says so") {
    const auto svg = drawn({"ferry", "find-hit", 1, {}});
    CHECK(svg.find("Nothing was sampled.") != svg.npos);
    CHECK(svg.find("1 thread, 0 samples") != svg.npos);
    CHECK(svg.find("nan") == svg.npos);
}

TEST_CASE("a page holds every graph under its load, with one style and one script") {
    const measured_graph ferry{{"ferry", "find-hit", 2, {{{{"loop", harness}}, 4}}}, 12'345'678};
    const measured_graph other{{"other", "find-hit", 2, {}}, 1e6};
    std::ostringstream out;
    write_graph_page(out, "A & B", {{"high-read", {ferry, other}}, {"high-write", {ferry}}});
    const auto page = out.str();
    CHECK(page.find("<title>A &amp; B</title>") != page.npos);
    CHECK(page.find("high-read") < page.find("high-write"));
    CHECK(page.find("12.35 million operations/s") != page.npos);
    CHECK(count(page, "<svg xmlns") == 3);
    CHECK(count(page, "<script>") == 1);
    CHECK(count(page, "<style>") == 1);
}

TEST_CASE("a program that is not there cannot be profiled, and the error says so") {
    CHECK_THROWS_WITH_AS(take_profile({"/nowhere/program"}, "loop"),
                         "there is no program '/nowhere/program' to profile", std::runtime_error);
}
