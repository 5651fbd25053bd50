// SPDX-License-Identifier: BSL-1.0
#pragma once

// The adapter of libcds' maps that lock: readers too, so that a value of any type can be assigned
// where it is. They need no reclamation, and their threads need not register.

#include "adapters/libcds/map.hpp"
#include "adapters/libcds/runtime.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace ferry::bench::libcds {

// Make: has `using map`, `static std::unique_ptr<map> make(sizing)`, `static bool insert(map &,
// key, value)`, and `static bool update(map &, key, first, change)`, which inserts the value
// `first` or calls change(present value) under the lock; true if it inserted.
template <class Key, class Value, class Make>
class locking_adapter {
public:
    using thread_scope = no_thread_scope;

    explicit locking_adapter(sizing size) {
        require_runtime();
        map_ = Make::make(size);
    }

    std::optional<Value> find(const Key &key) {
        std::optional<Value> value;
        map_->find(key, [&value](const auto &item) { value = item.second; });
        return value;
    }
    bool insert(const Key &key, const Value &value) { return Make::insert(*map_, key, value); }
    bool assign(const Key &key, const Value &value) {
        return Make::update(*map_, key, value, [&value](Value &present) { present = value; });
    }
    void add(const Key &key) requires std::is_integral_v<Value> {
        Make::update(*map_, key, 1, [](Value &present) { ++present; });
    }
    bool erase(const Key &key) { return map_->erase(key); }
    std::size_t size() { return map_->size(); }

private:
    std::unique_ptr<typename Make::map> map_;
};

} // namespace ferry::bench::libcds
