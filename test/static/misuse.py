# SPDX-License-Identifier: BSL-1.0
"""Checks that each misuse below is refused with its sentence, and that classes can derive from maps.

    misuse.py TREE COMPILE_COMMANDS LIKE
"""

import sys

from build_flags import compiler_of

PRELUDE = '''
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <memory>
#include <string>
struct throws_at_its_end { ~throws_at_its_end() noexcept(false); bool operator==(const throws_at_its_end &) const; };
struct any_hash { template <class K> std::size_t operator()(const K &) const; };
template <class T> struct fancy_pointer { T *at; };
template <class T> struct fancy_allocator : std::allocator<T> {
    using pointer = fancy_pointer<T>;
    template <class U> struct rebind { using other = fancy_allocator<U>; };
};
template <class... As> using map = ferry::concurrent_map<As...>;
'''

# Sentences, each with the uses that it refuses.
REFUSED = {
    'Key and T must be object types without const, volatile or &': [
        'map<int, const int> m;',
        'map<int, volatile int> m;',
        'map<int, int &> m;',
        'map<const int, int> m;',
        'ferry::concurrent_set<const int> m;',
    ],
    'destructors of keys and values must not throw': [
        'map<int, throws_at_its_end> m;',
        'map<throws_at_its_end, int, any_hash> m;',
    ],
    'allocators must use plain pointers': [
        'map<int, int, any_hash, std::equal_to<>, fancy_allocator<std::pair<const int, int>>> m;',
    ],
    'the Hash cannot be called, as const, with this key': [
        'struct no_hash {}; map<int, int, no_hash> m; bool b = m.contains(1);',
    ],
    'there is no hash for this key': [
        'struct k { bool operator==(const k &) const = default; }; map<k, int> m;',
    ],
    'these keys cannot be compared': [
        'struct k {}; map<k, int, any_hash> m; bool b = m.contains(k{});',
    ],
    'the function is called with a const T & and must return the new value, a T': [
        'map<int, int> m; m.update(1, [](const int &) {});',
        'map<int, int> m; m.update(1, [](int &n) { return n; });',
        'map<int, int> m; m.upsert(1, [](const int &) {}, 1);',
        'ferry::concurrent_flat_map<int, int> m; m.update(1, [](int) {});',
    ],
    'the function is called with a const T &, the value alone': [
        'map<int, int> m; m.erase_if(1, [](const int &, const int &) { return true; });',
    ],
    'the function is called with a const Key & and a const T &': [
        'map<int, int> m; m.for_each([](const int &) {});',
        'map<int, int> m; m.erase_if([](const int &) { return true; });',
        'ferry::concurrent_flat_map<int, int> m; m.sample(1, [](int) {});',
    ],
    'the function is called with a const Key &, the key alone': [
        'ferry::concurrent_set<int> s; s.for_each([](const int &, const int &) {});',
    ],
    'the function is called with a const T &, or with a const Key & and a const T &': [
        'map<int, int> m; m.visit(1, []() {});',
        'map<int, int> m; m.visit(1, [](int &) {});',
    ],
    'this cannot become a key': [
        'struct x {}; map<int, int> m; bool b = m.try_emplace(x{}, 1);',
    ],
    'a value cannot be made of these arguments': [
        'map<int, int> m; bool b = m.try_emplace(1, std::string());',
    ],
}

# A class that derives from a map or set keeps all names that are its own.
ACCEPTED = [
    '''struct Key { int n; bool operator==(const Key &) const = default; };
    } template <> struct ferry::hash<case_0::Key> {
        std::uint64_t operator()(const case_0::Key &k) const noexcept; };
    namespace case_0 {
    struct table : map<Key, std::string> { bool has(const Key &k) const { return contains(k); } };
    struct keys : ferry::concurrent_set<Key> { bool has(const Key &k) { return insert(k); } };''',
    '''template <class T> struct cache : map<int, int> { T extra{}; };
    template struct cache<std::string>;''',
    '''using Hash = unsigned; using KeyEqual = int; using Allocator = int; using T = double;
    using mapped_type = int;
    struct x : map<int, int> { Hash h; KeyEqual e; Allocator a; T t; };
    struct y : ferry::concurrent_set<int> { Hash h; KeyEqual e; Allocator a; T t; mapped_type m; };''',
]


def unit(cases):
    """One translation unit of the cases, each in a namespace of its own."""
    return PRELUDE + ''.join(f'namespace case_{i} {{\n{text}\n}}\n' for i, text in enumerate(cases))


def main(_root, database, like):
    compiler = compiler_of(database, like)
    # clang stops at twenty errors unless it is told not to; g++ does not know the option.
    all_errors = ['-ferror-limit=0'] if any('clang' in word for word in compiler.command) else []
    failed = 0
    _, said = compiler.check(unit([f'void use() {{ {use} }}'
                                   for uses in REFUSED.values() for use in uses]), *all_errors)
    errors = [line for line in said.splitlines() if 'error:' in line]
    for sentence, uses in REFUSED.items():
        found = sum(f'ferry: {sentence}' in line for line in errors)
        if found != len(uses):
            failed += 1
            print(f'"{sentence}" is said {found} times for these:', *uses, sep='\n  ')
    status, said = compiler.check(unit(ACCEPTED))
    if status:
        failed += 1
        print(said)
    print(f'{len(REFUSED)} misuses, {failed} not as expected')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
