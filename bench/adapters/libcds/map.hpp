// SPDX-License-Identifier: BSL-1.0
#pragma once

// The adapter that all libcds maps share: they differ in type and in how they are told their size.
// A value is assigned in place, atomically; replacing.hpp has the forms that replace it.

#include "adapters/in_place.hpp"
#include "adapters/libcds/runtime.hpp"
#include "maps/concept.hpp"

#include <memory>
#include <string>

namespace ferry::bench::libcds {

// One number for three-way comparison, so that a string is read once, not twice.
struct compare {
    int operator()(std::uint64_t a, std::uint64_t b) const noexcept {
        return a < b ? -1 : a > b ? 1 : 0;
    }
    int operator()(const std::string &a, const std::string &b) const noexcept {
        return a.compare(b);
    }
};

// Make: has `using map`, `static std::unique_ptr<map> make(sizing)`, and `key(k)`, what to look for
// in the map when asked for k.
template <class Key, class Value, class Make>
class map_adapter {
public:
    using thread_scope = libcds::thread_scope;

    explicit map_adapter(sizing size) {
        require_runtime();
        map_ = Make::make(size);
    }

    // What the map has retired is freed with it: it must not burden the next one.
    ~map_adapter() {
        map_.reset();
        Make::map::gc::force_dispose();
    }

    map_adapter(const map_adapter &) = delete;
    map_adapter &operator=(const map_adapter &) = delete;

    std::optional<Value> find(const Key &key) {
        std::optional<Value> value;
        map_->find(make_.key(key), [&value](auto &item) { value = load_in_place(item.second); });
        return value;
    }

    bool insert(const Key &key, const Value &value) { return map_->insert(make_.key(key), value); }

    bool assign(const Key &key, const Value &value) requires can_be_stored_into<Value> {
        for (;;) {
            const bool present = map_->find(
                make_.key(key), [value](auto &item) { store_in_place(item.second, value); });
            if (present)
                return false;
            if (insert(key, value))
                return true;
        }
    }

    void add(const Key &key) requires can_be_stored_into<Value> {
        const auto add_one = [](auto &item) { add_one_in_place(item.second); };
        while (!map_->find(make_.key(key), add_one))
            if (insert(key, 1))
                return;
    }

    bool erase(const Key &key) { return map_->erase(make_.key(key)); }

    std::size_t size() { return map_->size(); }

private:
    [[no_unique_address]] Make make_;
    std::unique_ptr<typename Make::map> map_;
};

} // namespace ferry::bench::libcds
