// SPDX-License-Identifier: BSL-1.0

// A map that does nothing but say what the harness expects to hear: what the harness itself costs,
// and what pauses the machine makes without any map.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <string>

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

} // namespace ferry::bench
