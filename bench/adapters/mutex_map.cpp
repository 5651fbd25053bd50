// SPDX-License-Identifier: BSL-1.0

// std::unordered_map behind one std::mutex: what a program has before it looks for anything better.

#include "adapters/catalogue.hpp"
#include "adapters/concept.hpp"
#include "adapters/hash.hpp"
#include "runner/subject_of.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace ferry::bench {

namespace {

// libstdc++ keeps the hash in the node only if computing it is slow or may throw, and without it
// walks every chain hashing strings. Not declaring noexcept gives the map its better form.
struct remembered_string_hash {
    fixed_hash<std::string> hash;

    std::size_t operator()(const std::string &key) const { return hash(key); }
};

template <class Key>
struct hash_for {
    using type = fixed_hash<Key>;
};
template <>
struct hash_for<std::string> {
    using type = remembered_string_hash;
};

template <class Key>
class mutex_map {
public:
    using thread_scope = no_thread_scope;

    explicit mutex_map(sizing size) {
        if (!size.from_empty)
            map_.reserve(size.expected);
    }

    std::optional<std::uint64_t> find(const Key &key) {
        const std::lock_guard lock(mutex_);
        const auto it = map_.find(key);
        return it == map_.end() ? std::nullopt : std::optional(it->second);
    }
    bool insert(const Key &key, std::uint64_t value) {
        const std::lock_guard lock(mutex_);
        return map_.try_emplace(key, value).second;
    }
    bool assign(const Key &key, std::uint64_t value) {
        const std::lock_guard lock(mutex_);
        return map_.insert_or_assign(key, value).second;
    }
    bool erase(const Key &key) {
        const std::lock_guard lock(mutex_);
        return map_.erase(key) != 0;
    }
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return map_.size();
    }

private:
    std::mutex mutex_;
    std::unordered_map<Key, std::uint64_t, typename hash_for<Key>::type> map_;
};

} // namespace

map_entry mutex_entry() {
    const form any{make_subject<mutex_map<std::uint64_t>, std::uint64_t>,
                   make_subject<mutex_map<std::string>, std::string>};
    return {.name = "mutex",
            .family = "std",
            .note = "one std::mutex around std::unordered_map",
            .plain = any,
            .replacing = any,
            .storing = any};
}

} // namespace ferry::bench
