// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "maps/concept.hpp"
#include "replay/player.hpp"
#include "replay/transcript.hpp"
#include "runner/tally.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace ferry::bench {

template <class Map>
requires measurable_map<Map, std::string, std::string> && erasing_map<Map, std::string> &&
    assigning_map<Map, std::string, std::string>
class player_of final : public player {
public:
    explicit player_of(const trace &what)
        : map_(sizing{.expected = what.keys.size(), .from_empty = true}) {}

    replay_result play(const team &who, std::chrono::nanoseconds patience,
                       const trace &what) override {
        std::vector<played> by_worker(who.threads());
        transcript script(what.requests.size());
        std::atomic<std::size_t> next{0};
        replay_result result;
        result.time = who.run_to_end(patience, [&](unsigned worker, gate &gate) {
            [[maybe_unused]] const typename Map::thread_scope scope;
            played done;
            gate.pass();
            while (!gate.late()) {
                // relaxed: a ticket; the requests were there before the gate opened.
                const auto batch = next.fetch_add(1, std::memory_order_relaxed);
                if (batch >= script.workers.size())
                    break;
                script.workers[batch] = worker;
                play_batch(what, batch * transcript::batch_size, script, done, gate);
            }
            by_worker[worker] = done;
        });

        tally sum = contradictions(what, script);
        for (const auto &p : by_worker) {
            sum += p.counts;
            result.requests += p.counts.tried;
            result.gets += p.gets;
            result.hits += p.hits;
        }
        if (!what.requests.empty())
            result.finished =
                static_cast<double>(result.requests) / static_cast<double>(what.requests.size());
        result.wrong = fault_in_map(what, sum);
        return result;
    }

private:
    struct played {
        tally counts; // `tried`: requests
        std::uint64_t gets = 0;
        std::uint64_t hits = 0;
    };

    void play_batch(const trace &what, std::size_t begin, transcript &script, played &done,
                    const gate &gate) {
        const auto end = std::min(begin + transcript::batch_size, what.requests.size());
        for (std::size_t i = begin; i != end; ++i) {
            if (slow_map<Map> && gate.late())
                break;
            const request &r = what.requests[i];
            script.answers[i] = play_one(r, what.keys[r.key], done);
            ++done.counts.tried;
        }
    }

    answer play_one(const request &r, const std::string &key, played &done) {
        switch (r.what) {
        case request::kind::set:
            done.counts.inserted += map_.assign(key, value_of(r));
            return answer::done;
        case request::kind::del:
            done.counts.erased += map_.erase(key);
            return answer::done;
        case request::kind::get:
            break;
        }
        ++done.gets;
        const auto found = map_.find(key);
        if (!found)
            return answer::miss;
        ++done.hits;
        done.counts.foreign += !belongs_to(r.key, *found);
        return answer::hit;
    }

    // Looks at all that is left when all is done.
    std::string fault_in_map(const trace &what, const tally &counts) {
        [[maybe_unused]] const typename Map::thread_scope scope;
        tally sum = counts;
        std::uint64_t left = 0;
        for (std::uint32_t key = 0; key < what.keys.size(); ++key)
            if (const auto found = map_.find(what.keys[key])) {
                ++left;
                sum.foreign += !belongs_to(key, *found);
            }
        const std::uint64_t size = map_.size();
        const auto wrong = find_fault(sum, 0, size);
        if (wrong.empty() && left != size)
            return "the size is " + std::to_string(size) + ", and " + std::to_string(left) +
                   " keys are found";
        return wrong;
    }

    // As long as was asked for, but long enough to name its key.
    static std::string value_of(const request &r) {
        std::string value(std::max<std::size_t>(r.size, sizeof r.key), '.');
        std::memcpy(value.data(), &r.key, sizeof r.key);
        return value;
    }
    static bool belongs_to(std::uint32_t key, const std::string &value) {
        return value.size() >= sizeof key && std::memcmp(value.data(), &key, sizeof key) == 0;
    }

    alignas(128) Map map_; // on cache lines of its own: where a map lies must not decide
};

template <class Map>
std::unique_ptr<player> make_player(const trace &what) {
    return std::make_unique<player_of<Map>>(what);
}

} // namespace ferry::bench
