// SPDX-License-Identifier: BSL-1.0
#pragma once

// libcds' containers in the form in which a value is replaced by a new one while readers keep the
// old: sets of {key, value} with upsert. Its maps cannot do it: their update() shows the new
// element to readers before it lets the caller set the value (and MichaelHashMap::upsert, in 2.3.3,
// looks for the bucket by the value). Lists can do it only as IterableList, which exists with
// hazard pointers alone.

#include "adapters/hash.hpp"
#include "adapters/libcds/map.hpp"
#include "adapters/libcds/runtime.hpp"
#include "maps/concept.hpp"

#include <memory>
#include <string>

namespace ferry::bench::libcds {

template <class Key, class Value>
struct item {
    item(const Key &k, const Value &v) : key(k), value(v) {}

    Key key;
    Value value;
};

template <class Key, class Value>
struct item_hash {
    std::size_t operator()(const Key &key) const { return hash(key); }
    std::size_t operator()(const item<Key, Value> &i) const { return hash(i.key); }

    fixed_hash<Key> hash;
};

template <class Key, class Value>
struct item_compare {
    int operator()(const item<Key, Value> &a, const item<Key, Value> &b) const {
        return keys(a.key, b.key);
    }
    int operator()(const item<Key, Value> &a, const Key &b) const { return keys(a.key, b); }
    int operator()(const Key &a, const item<Key, Value> &b) const { return keys(a, b.key); }

    compare keys;
};

// Make: has `using set`, `static std::unique_ptr<set> make(sizing)`, `key(k)`, what to look for in
// the set when asked for k, and `static bool replace(set &, item &&)`, true if that was
// inserted.
template <class Key, class Value, class Make>
class set_adapter {
public:
    using thread_scope = libcds::thread_scope;

    explicit set_adapter(sizing size) {
        require_runtime();
        set_ = Make::make(size);
    }

    // What the set has retired is freed with it: it must not burden the next one.
    ~set_adapter() {
        set_.reset();
        Make::set::gc::force_dispose();
    }

    set_adapter(const set_adapter &) = delete;
    set_adapter &operator=(const set_adapter &) = delete;

    std::optional<Value> find(const Key &key) {
        std::optional<Value> value;
        const auto &wanted = make_.key(key);
        // Lists pass what was looked for along with the item.
        set_->find(wanted, [&value](const auto &found, const auto &...) { value = found.value; });
        return value;
    }

    bool insert(const Key &key, const Value &value) {
        return set_->insert(item<Key, Value>(make_.key(key), value));
    }

    bool assign(const Key &key, const Value &value) {
        return Make::replace(*set_, item<Key, Value>(make_.key(key), value));
    }

    bool erase(const Key &key) { return set_->erase(make_.key(key)); }

    std::size_t size() { return set_->size(); }

private:
    [[no_unique_address]] Make make_;
    std::unique_ptr<typename Make::set> set_;
};

} // namespace ferry::bench::libcds
