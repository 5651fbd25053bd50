// SPDX-License-Identifier: BSL-1.0
#pragma once

// Not a map: shows what the server itself costs. It stores nothing. A visit finds 100 bytes, the
// same under every key; compute() finds nothing.

#include "maps/item_map.hpp"

#include <string>

namespace ferry::service {

class null_items {
public:
    using holds_nothing = void;

    template <class F>
    bool visit(std::string_view, F &&f) const {
        f(only_item_);
        return true;
    }

    template <class F>
    void visit_many(std::span<const std::string_view> keys, F &&f) const {
        for (std::size_t i = 0; i != keys.size(); ++i)
            f(i, only_item_);
    }

    template <class F>
    void compute(std::string_view, F &&f) {
        f(nullptr);
    }

    template <class F>
    void sample(std::uint64_t, F &&) const {}
    template <class F>
    void scan(std::size_t, std::size_t, F &&) const {}
    std::size_t size() const { return 0; }
    template <class Line>
    void stats(Line &&) const {}
    void idle() {}

private:
    // The largest cas number: no flush_all ends it.
    const item only_item_{shared_bytes::joined(std::string(100, 'x'), {}), ~std::uint64_t{0}};
};

static_assert(item_map<null_items>);

} // namespace ferry::service
