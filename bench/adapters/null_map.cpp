// SPDX-License-Identifier: BSL-1.0

// Maps that do nothing but say what the harness expects to hear. One does nothing at all: what the
// harness itself costs, and what pauses the machine makes without any map. The other allocates a
// node for each insertion, and has no table: what pauses a map of nodes has that never grows.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <atomic>
#include <string>
#include <utility>

namespace ferry::bench {

namespace {

template <class Key, class Value>
class null_map {
public:
    using thread_scope = no_thread_scope;
    using holds_nothing = void;

    explicit null_map(sizing) {}

    std::optional<Value> find(const Key &key) {
        take(key);
        return Value{};
    }
    bool insert(const Key &key, const Value &value) {
        take(key);
        take(value);
        return true;
    }
    bool assign(const Key &key, const Value &value) { return insert(key, value); }
    bool erase(const Key &key) {
        take(key);
        return true;
    }
    std::size_t size() { return 0; }

private:
    // As far as the compiler knows, it is looked at.
    template <class T>
    static void take(const T &object) {
        asm volatile("" : : "m"(object));
    }
};

template <class Key, class Value>
class nodes_without_a_table : public null_map<Key, Value> {
public:
    using null_map<Key, Value>::null_map;

    ~nodes_without_a_table() {
        // relaxed, here and below: the list is followed when all threads have ended
        for (node *n = last_.load(std::memory_order_relaxed); n != nullptr;)
            delete std::exchange(n, n->earlier);
    }

    bool insert(const Key &key, const Value &value) {
        node *made = new node{key, value, nullptr};
        made->earlier = last_.exchange(made, std::memory_order_relaxed);
        return true;
    }

private:
    struct node {
        Key key;
        Value value;
        node *earlier;
    };

    std::atomic<node *> last_{nullptr};
};

} // namespace

map_entry null_entry() {
    const form any = form_of_all<null_map>();
    return {.name = "null",
            .family = family::floor,
            .note = "does nothing: the harness's own cost",
            .plain = any,
            .replacing = any,
            .storing = any};
}

map_entry null_nodes_entry() {
    return {.name = "null-nodes",
            .family = family::floor,
            .note =
                "allocates a node for each insertion, and frees none before its end; has no table",
            .plain = form_of_all<nodes_without_a_table>(),
            .on_request = true};
}

} // namespace ferry::bench
