// SPDX-License-Identifier: BSL-1.0
#include "replay/job.hpp"
#include "replay/player_of.hpp"
#include "replay/transcript.hpp"
#include "test/scratch_folder.hpp"
#include "workloads/random.hpp"
#include "workloads/zipf.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>
#include <unordered_map>

namespace {

using namespace ferry::bench;
using test::complaint_of;
using test::scratch_folder;
using kind = request::kind;

constexpr std::chrono::minutes long_patience(5);

// As a cache sees it: gets by Zipf's law, a set after each miss and now and then after a hit, and
// some dels.
trace cache_trace(std::size_t requests, std::uint32_t keys, unsigned del_percent) {
    trace what;
    for (std::uint32_t key = 0; key < keys; ++key)
        what.keys.push_back("key:" + std::to_string(key));
    split_mix random(5);
    std::vector<bool> cached(keys);
    for (const auto key : zipf_indices(keys, 0.99, requests)) {
        if (random() % 100 < del_percent) {
            cached[key] = false;
            what.requests.push_back({kind::del, key, 0});
            continue;
        }
        what.requests.push_back({kind::get, key, 0});
        if (!cached[key] || random() % 10 == 0)
            what.requests.push_back({kind::set, key, static_cast<std::uint32_t>(random() % 300)});
        cached[key] = true;
    }
    return what;
}

std::string lines_of(const trace &what) {
    std::ostringstream lines;
    for (const auto &r : what.requests) {
        lines << (r.what == kind::get   ? "get "
                  : r.what == kind::set ? "set "
                                        : "del ")
              << what.keys[r.key];
        if (r.what == kind::set)
            lines << ' ' << r.size;
        lines << '\n';
    }
    return lines.str();
}

enum class fault {
    none,
    assign_loses,
    assign_reinserts,
    erase_forgets,
    find_misses,
    find_invents,
    find_confuses,
    slow
};

// Correct but for one operation in a thousand.
template <fault Fault>
class faulty_map {
public:
    using thread_scope = no_thread_scope;

    explicit faulty_map(sizing) {}

    std::optional<std::string> find(const std::string &key) {
        if (Fault == fault::slow)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const std::lock_guard lock(mutex_);
        const auto it = map_.find(key);
        const bool present = it != map_.end();
        if (present && strikes(fault::find_misses))
            return std::nullopt;
        if (!present && strikes(fault::find_invents) && !map_.empty())
            return map_.begin()->second;
        if (!present)
            return std::nullopt;
        return strikes(fault::find_confuses) ? map_.begin()->second : it->second;
    }
    bool insert(const std::string &key, const std::string &value) {
        const std::lock_guard lock(mutex_);
        return map_.try_emplace(key, value).second;
    }
    bool assign(const std::string &key, const std::string &value) {
        const std::lock_guard lock(mutex_);
        if (strikes(fault::assign_loses))
            return true;
        return map_.insert_or_assign(key, value).second || strikes(fault::assign_reinserts);
    }
    bool erase(const std::string &key) {
        const std::lock_guard lock(mutex_);
        return strikes(fault::erase_forgets) || map_.erase(key) != 0;
    }
    std::size_t size() { return map_.size(); }

private:
    bool strikes(fault which) { return Fault == which && ++strikes_ % 1000 == 0; }

    std::mutex mutex_;
    std::unordered_map<std::string, std::string> map_;
    std::uint64_t strikes_ = 0;
};

// Says that all is well, and has dropped a key at the end.
class dropping_map : public faulty_map<fault::none> {
public:
    using faulty_map::faulty_map;

    bool assign(const std::string &key, const std::string &value) {
        const bool inserted = faulty_map::assign(key, value);
        if (key == "key:7" && faulty_map::erase(key))
            ++dropped_;
        return inserted;
    }
    std::size_t size() { return faulty_map::size() + dropped_; }

private:
    std::size_t dropped_ = 0;
};

class slow_map_of_strings : public faulty_map<fault::slow> {
public:
    using is_slow = void;
    using faulty_map::faulty_map;
};

template <class Map>
std::string complaint(const trace &what, unsigned threads) {
    return make_player<Map>(what)->play(team(threads), long_patience, what).wrong;
}

template <class Map>
replaying_contender entry(const std::string &name) {
    return {name, make_player<Map>};
}

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a trace is read: comments, empty lines, blanks, tabs, CRLF, sizes given and usual") {
    const scratch_folder folder;
    const auto what = read_trace(
        folder.write("trace", "# a comment\r\n\r\n  set\ta 100 \r\nget a\nset b\n\n \ndel a\n"
                              "set a 0\nset c 1048576\nget d"));
    CHECK(what.keys == std::vector<std::string>{"a", "b", "c", "d"});
    std::ostringstream all;
    for (const auto &r : what.requests) {
        all << static_cast<int>(r.what) << r.key;
        if (r.what == kind::set)
            all << ':' << r.size;
        all << ' ';
    }
    CHECK(all.str() == "10:100 00 11:64 20 10:0 12:1048576 03 ");
}

TEST_CASE("what is wrong with a line is said with the file and the line's number") {
    const scratch_folder folder;
    const std::string form = "; a line is 'get KEY', 'set KEY [SIZE]' or 'del KEY'";
    const std::string size = " is not a size; it is a whole number of bytes, at most 1048576";
    const std::pair<std::string, std::string> cases[] = {
        {"gett a", "'gett' is not a request" + form},
        {"GET a", "'GET' is not a request" + form},
        {"get", "'get' names no key" + form},
        {"set \r", "'set' names no key" + form},
        {"get a b", "'b' is a word too many" + form},
        {"del a 5", "'5' is a word too many" + form},
        {"set a 5 6", "'6' is a word too many" + form},
        {"set a 5x", "'5x'" + size},
        {"set a -1", "'-1'" + size},
        {"set a 1048577", "'1048577'" + size},
        {"set a 99999999999999999999", "'99999999999999999999'" + size},
        {"\x1f\x8b\x1b", "'?\?\?' is not a request" + form},
        {std::string(50, 'z'), "'" + std::string(40, 'z') + "...' is not a request" + form}};
    for (const auto &[line, sentence] : cases) {
        const auto file = folder.write("trace", "get fine\n# comment\n" + line + "\nget fine\n");
        CHECK(complaint_of([&] { read_trace(file); }) == file.string() + ":3: " + sentence);
    }
}

TEST_CASE("a trace that is not there, a folder and one without a request are refused") {
    const scratch_folder folder;
    const auto name = folder.path().string();
    CHECK(complaint_of([&] { read_trace(folder.path() / "none"); }) ==
          "the trace '" + name + "/none' cannot be read: No such file or directory");
    CHECK(complaint_of([&] { read_trace(folder.path()); }) ==
          "'" + name + "' is a folder; a trace is a file");
    CHECK(complaint_of([&] { read_trace(folder.write("trace", "# get a\n\n")); }) ==
          "there is no request in the trace '" + name +
              "/trace'; a line is 'get KEY', 'set KEY [SIZE]' or 'del KEY'");
}

namespace {

// Two workers: worker 0 does the first batch, worker 1 the second. Requests and answers of each, as
// in "set, get hit", all for one key.
struct said {
    kind what;
    answer map_said;
};

tally judge(const std::vector<said> &first, const std::vector<said> &second) {
    trace what{{"key"}, std::vector(2 * transcript::batch_size, request{kind::get, 0, 0})};
    transcript script(what.requests.size());
    script.workers = {0, 1};
    std::size_t begin = 0;
    for (const auto *batch : {&first, &second}) {
        for (std::size_t i = 0; i < batch->size(); ++i) {
            what.requests[begin + i].what = (*batch)[i].what;
            script.answers[begin + i] = (*batch)[i].map_said;
        }
        begin += transcript::batch_size;
    }
    return contradictions(what, script);
}

constexpr said set{kind::set, answer::done};
constexpr said del{kind::del, answer::done};
constexpr said hit{kind::get, answer::hit};
constexpr said miss{kind::get, answer::miss};

} // namespace

TEST_CASE("a worker that set a key must find it, unless another deletes it") {
    CHECK(judge({set, miss}, {}).missed == 1);
    CHECK(judge({set, miss}, {set, miss, miss}).missed == 3);
    CHECK(judge({set, miss}, {del}).missed == 0);
    CHECK(judge({set, hit, del, set, miss}, {hit, miss}).missed == 1);
}

TEST_CASE("a worker that never set a key or deleted it must miss it, unless another sets it") {
    CHECK(judge({hit}, {hit}).phantom == 2);
    CHECK(judge({set, del, hit}, {hit}).phantom == 1);
    CHECK(judge({hit, del, hit}, {set}).phantom == 0);
    CHECK(judge({del, hit}, {del, miss}).phantom == 1);
}

TEST_CASE("requests that nobody asked do not count") {
    CHECK(judge({set, miss}, {{kind::del, answer::none}}).missed == 1);
    CHECK(judge({hit}, {{kind::set, answer::none}}).phantom == 1);
}

TEST_CASE("a correct map passes every trace with any number of threads") {
    for (const unsigned threads : {1u, 2u, 5u}) {
        CAPTURE(threads);
        CHECK(complaint<faulty_map<fault::none>>(cache_trace(60'000, 3'000, 0), threads) == "");
        CHECK(complaint<faulty_map<fault::none>>(cache_trace(60'000, 300, 5), threads) == "");
        CHECK(complaint<faulty_map<fault::none>>(cache_trace(20, 300, 5), threads) == "");
    }
}

TEST_CASE("a map that loses, keeps or mixes up values is called wrong") {
    const auto plain = cache_trace(100'000, 10'000, 0);
    const auto deleting = cache_trace(100'000, 10'000, 10);
    for (const unsigned threads : {1u, 4u}) {
        CAPTURE(threads);
        CHECK(complaint<faulty_map<fault::assign_loses>>(plain, threads) != "");
        CHECK(complaint<faulty_map<fault::assign_reinserts>>(deleting, threads) != "");
        CHECK(complaint<faulty_map<fault::erase_forgets>>(deleting, threads) != "");
        CHECK(contains(complaint<faulty_map<fault::find_misses>>(plain, threads),
                       " present keys were not found"));
        CHECK(contains(complaint<faulty_map<fault::find_confuses>>(plain, threads),
                       " lookups gave another key's value"));
        CHECK(complaint<faulty_map<fault::find_invents>>(plain, threads) != "");
    }
}

TEST_CASE("a key that is counted and cannot be found at the end is noticed") {
    const trace what{{"key:6", "key:7"}, {{kind::set, 0, 9}, {kind::set, 1, 9}}};
    CHECK(complaint<faulty_map<fault::none>>(what, 1) == "");
    CHECK(complaint<dropping_map>(what, 1) == "the size is 2, and 1 keys are found");
}

TEST_CASE("the replay counts requests, gets and hits, and nothing is replayed twice") {
    const auto what = cache_trace(30'000, 1'000, 0);
    const auto gets = std::count_if(what.requests.begin(), what.requests.end(),
                                    [](const request &r) { return r.what == kind::get; });
    std::set<std::uint32_t> asked;
    for (const auto &r : what.requests)
        asked.insert(r.key);
    for (const unsigned threads : {1u, 3u}) {
        const auto result =
            make_player<faulty_map<fault::none>>(what)->play(team(threads), long_patience, what);
        CHECK(result.requests == what.requests.size());
        CHECK(result.finished == 1);
        CHECK(result.gets == static_cast<std::uint64_t>(gets));
        CHECK(result.hits <= result.gets);
        if (threads == 1) // each key that was asked for missed once
            CHECK(result.gets - result.hits == asked.size());
    }
}

TEST_CASE("the job lists all maps, says which are wrong or unfinished, and gives the code") {
    const scratch_folder folder;
    const auto file = folder.write("trace", lines_of(cache_trace(40'000, 2'000, 0)));
    job_options o{{1, 2}, 1, false, std::chrono::milliseconds(400)};
    const auto json = folder.path() / "runs.json";

    std::ostringstream out;
    CHECK(
        replay_trace({entry<faulty_map<fault::none>>("sound"), entry<slow_map_of_strings>("slow")},
                     o, file, json, out) == 0);
    CHECK(contains(out.str(), " requests (40000 get, "));
    CHECK(contains(out.str(), "unfinished: "));
    CHECK(contains(folder.read("runs.json"), "\"replay/workers:2/slow/round:0/"));
    CHECK(contains(folder.read("runs.json"), "\"hit_rate\""));

    o.patience = long_patience;
    std::ostringstream wrong;
    CHECK(replay_trace({entry<faulty_map<fault::none>>("sound"),
                        entry<faulty_map<fault::find_confuses>>("mixer")},
                       o, file, json, wrong) == 1);
    CHECK(contains(wrong.str(), "mixer        1   WRONG: "));
    CHECK(contains(folder.read("runs.json"), "\"error_message\": \""));

    CHECK(complaint_of([&] { replay_trace({}, o, file, json, wrong); }) ==
          "none of the chosen maps can replay a trace: choose others with --maps");
}
