// SPDX-License-Identifier: BSL-1.0

// A map that belongs to one thread. The others share it by communicating: each sends what is to be
// done with the map through a channel, and waits for the reply.

#include "adapters/by_hand/channel.hpp"
#include "adapters/by_hand/locked_map.hpp"
#include "adapters/entries.hpp"
#include "adapters/entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>

namespace ferry::bench {

namespace {

template <class Key, class Value>
class channel_map {
public:
    using thread_scope = no_thread_scope;
    // An operation wakes two threads; with more threads than processors that takes milliseconds.
    using is_slow = void;

    explicit channel_map(sizing size) {
        if (!size.from_empty)
            map_.reserve(size.expected);
        owner_ = std::thread([this] { serve(); });
    }
    ~channel_map() {
        requests_.close();
        owner_.join();
    }

    channel_map(const channel_map &) = delete;
    channel_map &operator=(const channel_map &) = delete;

    std::optional<Value> find(const Key &key) {
        return ask([&key](contents &map) {
            const auto it = map.find(key);
            return it == map.end() ? std::nullopt : std::optional(it->second);
        });
    }
    bool insert(const Key &key, const Value &value) {
        return ask([&](contents &map) { return map.try_emplace(key, value).second; });
    }
    bool assign(const Key &key, const Value &value) {
        return ask([&](contents &map) { return map.insert_or_assign(key, value).second; });
    }
    void add(const Key &key) requires std::is_integral_v<Value> {
        ask([&key](contents &map) { return ++map[key]; });
    }
    bool erase(const Key &key) {
        return ask([&key](contents &map) { return map.erase(key) != 0; });
    }
    // Past the channel: what the owner did with the map before came before a reply, and what is
    // done here comes before the next request.
    void load(const Key &key, const Value &value) { map_.try_emplace(key, value); }
    std::size_t size() {
        return ask([](contents &map) { return map.size(); });
    }
    void shrink() {
        ask([](contents &map) {
            map.rehash(0);
            return true;
        });
    }

private:
    using contents = by_hand::plain_map<Key, Value>;

    struct reply {};

    // A closure without an allocation: the caller, who waits, keeps what is to be done.
    struct request {
        void (*run)(void *what, contents &) noexcept;
        void *what;
        by_hand::channel<reply> *answered;
    };

    // One slot is enough: a thread waits for the reply before it asks again.
    static by_hand::channel<reply> &own_replies() {
        static thread_local by_hand::channel<reply> replies(1);
        return replies;
    }

    // Has it done by the owner. The result must be default constructible.
    template <class Function>
    auto ask(Function function) {
        auto &answered = own_replies();
        std::invoke_result_t<Function &, contents &> result{};
        auto what = [&](contents &map) { result = function(map); };
        const auto run = [](void *w, contents &map) noexcept {
            (*static_cast<decltype(what) *>(w))(map);
        };
        requests_.send({run, &what, &answered});
        answered.receive();
        return result;
    }

    void serve() {
        while (const auto next = requests_.receive()) {
            next->run(next->what, map_);
            next->answered->send({});
        }
    }

    static constexpr std::size_t capacity = 64; // more than there are threads: they do not queue

    contents map_;
    by_hand::channel<request> requests_{capacity};
    std::thread owner_;
};

} // namespace

map_entry channel_entry() {
    return entry_of<channel_map>(family::by_hand, "channel",
                                 "a map owned by one thread, asked through a bounded channel");
}

} // namespace ferry::bench
