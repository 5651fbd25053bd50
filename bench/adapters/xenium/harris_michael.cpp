// SPDX-License-Identifier: BSL-1.0

// xenium's harris_michael_hash_map: a fixed array of lock-free ordered lists. Their number is part
// of the type: it is compiled with several, and the least that gives each element a list of its own
// is taken, also where other maps have to grow.

#include "adapters/entries.hpp"
#include "adapters/entry.hpp"
#include "adapters/hash.hpp"
#include "adapters/in_place.hpp"
#include "adapters/xenium/reclaimer.hpp"

#include <xenium/harris_michael_hash_map.hpp>

#include <string>

namespace ferry::bench {

namespace {

template <class Key, class Value, std::size_t Buckets>
class harris_michael_map {
public:
    using thread_scope = no_thread_scope;

    explicit harris_michael_map(sizing) {}
    ~harris_michael_map() { xenium_maps::free_retired(); }

    harris_michael_map(const harris_michael_map &) = delete;
    harris_michael_map &operator=(const harris_michael_map &) = delete;

    std::optional<Value> find(const Key &key) {
        const auto it = map_.find(key);
        return it == map_.end() ? std::nullopt : std::optional(load_in_place((*it).second));
    }
    // Not emplace(), which makes a node before it looks.
    bool insert(const Key &key, const Value &value) {
        return map_.get_or_emplace(key, value).second;
    }
    bool assign(const Key &key, const Value &value) requires can_be_stored_into<Value> {
        return !change(key, value, [value](Value &present) { store_in_place(present, value); });
    }
    void add(const Key &key) requires can_be_stored_into<Value> {
        change(key, 1, add_one_in_place);
    }
    bool erase(const Key &key) { return map_.erase(key); }

    // The map does not count.
    std::size_t size() {
        std::size_t count = 0;
        for (auto it = map_.begin(); it != map_.end(); ++it)
            ++count;
        return count;
    }

private:
    // false: absent, `first` was inserted.
    template <class Change>
    bool change(const Key &key, const Value &first, Change f) {
        auto it = map_.find(key);
        if (it == map_.end()) {
            auto [place, is_new] = map_.get_or_emplace(key, first);
            if (is_new)
                return false;
            it = std::move(place);
        }
        f((*it).second);
        return true;
    }

    xenium::harris_michael_hash_map<Key, Value, xenium::policy::reclaimer<xenium_maps::reclaimer>,
                                    xenium::policy::hash<fixed_hash<Key>>,
                                    xenium::policy::buckets<Buckets>>
        map_;
};

constexpr std::size_t least_buckets = std::size_t{1} << 14;
constexpr std::size_t most_buckets = std::size_t{1} << 24;
constexpr std::size_t step = 4;

// Calls make<Buckets>() with the number for so many elements.
template <std::size_t Buckets = least_buckets, class Make>
auto with_buckets(std::size_t elements, Make make) {
    if constexpr (Buckets < most_buckets)
        if (elements > Buckets)
            return with_buckets<Buckets * step>(elements, make);
    return make.template operator()<Buckets>();
}

template <class Key, class Value>
std::unique_ptr<subject> make_sized_subject(const key_space<Key> &keys) {
    return with_buckets(keys.n(), [&keys]<std::size_t Buckets>() {
        return make_subject<harris_michael_map<Key, Value, Buckets>, Key, Value>(keys);
    });
}

std::unique_ptr<counter> make_sized_counter(std::size_t distinct_words) {
    return with_buckets(distinct_words, [distinct_words]<std::size_t Buckets>() {
        return make_counter<harris_michael_map<std::string, std::uint64_t, Buckets>>(
            distinct_words);
    });
}

} // namespace

map_entry harris_michael_entry() {
    const auto u64 = make_sized_subject<std::uint64_t, std::uint64_t>;
    const form any{.u64 = u64,
                   .string = make_sized_subject<std::string, std::uint64_t>,
                   .string_64 = make_sized_subject<std::string, wide_value>,
                   .erases = true};
    return {.name = "harris-michael",
            .family = family::libraries,
            .note = "xenium's; one to four buckets an element from the start, as it cannot grow; "
                    "epochs; cannot replace values",
            .plain = any,
            .storing = {.u64 = u64},
            .counting = make_sized_counter};
}

} // namespace ferry::bench
