// SPDX-License-Identifier: BSL-1.0
#pragma once

// The maps by name, each with a file of its own that makes a store on it.

#include "store/store.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace ferry::service {

struct map_choice {
    const char *name;
    std::unique_ptr<store> (*make)(std::size_t memory_limit);
};

// The first one is ferry's.
std::span<const map_choice> all_maps();

std::unique_ptr<store> make_ferry_store(std::size_t memory_limit);
std::unique_ptr<store> make_ferry_strings_store(std::size_t memory_limit);
std::unique_ptr<store> make_mutex_store(std::size_t memory_limit);
std::unique_ptr<store> make_shared_mutex_store(std::size_t memory_limit);
std::unique_ptr<store> make_sharded_store(std::size_t memory_limit);
std::unique_ptr<store> make_tbb_hash_store(std::size_t memory_limit);
std::unique_ptr<store> make_libcuckoo_store(std::size_t memory_limit);
std::unique_ptr<store> make_null_store(std::size_t memory_limit);

} // namespace ferry::service
