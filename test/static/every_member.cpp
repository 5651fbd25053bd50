// SPDX-License-Identifier: BSL-1.0
// All public headers in one unit, and every member that no argument is deduced for, compiled once.

#include <ferry/atomic_value.hpp>
#include <ferry/concurrent_flat_map.hpp>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
#include <ferry/fwd.hpp>
#include <ferry/guard.hpp>
#include <ferry/hash.hpp>
#include <ferry/inline_string.hpp>
#include <ferry/metrics.hpp>
#include <ferry/print.hpp>
#include <ferry/stats.hpp>
#include <ferry/unusable_address.hpp>
#include <ferry/version.hpp>

#include <cstdint>
#include <string>

template class ferry::atomic_value<std::uint64_t>;
template class ferry::concurrent_map<std::uint64_t, std::uint64_t>;
template class ferry::concurrent_map<std::string, std::string>;
template class ferry::concurrent_map<ferry::inline_string, std::string>;
template class ferry::concurrent_set<std::string>;
template class ferry::concurrent_set<ferry::inline_string>;
template class ferry::concurrent_flat_map<std::uint64_t, std::uint64_t>;
template class ferry::concurrent_flat_set<int>;
