// SPDX-License-Identifier: BSL-1.0
#pragma once

// Declarations of ferry's types.

#include "ferry/detail/platform/abi.hpp"

#if FERRY_CXX20

#include <functional>
#include <memory>
#include <utility>
#include <version>
#ifdef __cpp_lib_memory_resource
#include <memory_resource>
#endif

namespace ferry {

template <class Key>
struct hash;

inline namespace FERRY_ABI {

class epoch_domain;
struct inline_string;
struct map_stats;
struct options;

inline namespace FERRY_ENGINE {

class guard;
class owned_guard;

template <class Key, class T, class Hash = ferry::hash<Key>, class KeyEqual = std::equal_to<>,
          class Allocator = std::allocator<std::pair<const Key, T>>>
class concurrent_map;

template <class Key, class Hash = ferry::hash<Key>, class KeyEqual = std::equal_to<>,
          class Allocator = std::allocator<Key>>
class concurrent_set;

template <class Key, class T, class Hash = ferry::hash<Key>>
class concurrent_flat_map;

template <class Key, class Hash = ferry::hash<Key>>
class concurrent_flat_set;

#ifdef __cpp_lib_memory_resource
/// Containers with polymorphic allocators. Many threads call the memory resource at once, so it
/// must be a synchronized one. Not with a standard library that has no <memory_resource>, such as
/// libc++ 14.
namespace pmr {

template <class Key, class T, class Hash = ferry::hash<Key>, class KeyEqual = std::equal_to<>>
using concurrent_map =
    ferry::concurrent_map<Key, T, Hash, KeyEqual,
                          std::pmr::polymorphic_allocator<std::pair<const Key, T>>>;

template <class Key, class Hash = ferry::hash<Key>, class KeyEqual = std::equal_to<>>
using concurrent_set =
    ferry::concurrent_set<Key, Hash, KeyEqual, std::pmr::polymorphic_allocator<Key>>;

} // namespace pmr
#endif
} // namespace FERRY_ENGINE
} // namespace FERRY_ABI
} // namespace ferry

#endif
