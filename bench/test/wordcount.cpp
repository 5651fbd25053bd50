// SPDX-License-Identifier: BSL-1.0
#include "adapters/by_hand/locked_map.hpp"
#include "test/scratch_folder.hpp"
#include "wordcount/counter_of.hpp"
#include "wordcount/job.hpp"
#include "wordcount/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace {

using namespace ferry::bench;
using test::complaint_of;
using test::scratch_folder;

constexpr auto piece_size = text::piece_size;

std::vector<std::string> words_of(std::string_view piece) {
    std::vector<std::string> words;
    for_each_word(piece, ~std::uint64_t{0}, [&](const std::string &word) {
        words.push_back(word);
        return true;
    });
    return words;
}

std::vector<std::string> words_of(const text &what) {
    std::vector<std::string> words;
    for (const auto piece : what.pieces())
        for (auto &word : words_of(piece))
            words.push_back(std::move(word));
    return words;
}

// Some thousand words, most of them often.
std::string many_words(unsigned count) {
    std::string all;
    for (unsigned i = 0; i < count; ++i)
        all += "word" + std::to_string(i % 7 == 0 ? i : i % 50) + (i % 10 == 9 ? "\n" : " ");
    return all;
}

enum class fault { none, loses, invents, slow };

template <fault Fault>
class faulty_map : public by_hand::locked_map<std::string, std::uint64_t, std::mutex> {
public:
    using locked_map::locked_map;

    void add(const std::string &word) {
        // relaxed: a count.
        const auto before = additions_.fetch_add(1, std::memory_order_relaxed);
        if (Fault == fault::slow && before >= 500)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const bool strikes = before % 1000 == 999;
        if (Fault == fault::loses && strikes)
            return;
        if (Fault == fault::invents && strikes)
            locked_map::add("nonsense");
        locked_map::add(word);
    }

private:
    std::atomic<std::uint64_t> additions_{0};
};

class slow_faulty_map : public faulty_map<fault::slow> {
public:
    using is_slow = void;
    using faulty_map::faulty_map;
};

// Loses some, and then patience.
class slow_loser : public faulty_map<fault::loses> {
public:
    using is_slow = void;
    using faulty_map::faulty_map;

    void add(const std::string &word) { // by one thread
        faulty_map::add(word);
        if (++additions_ == 5'000)
            std::this_thread::sleep_for(std::chrono::milliseconds(600));
    }

private:
    unsigned additions_ = 0;
};

template <class Map>
counting_contender entry(const std::string &name) {
    return {name, make_counter<Map>};
}

const job_options usual{{1, 2}, 2, false, std::chrono::minutes(5)};

struct outcome_of_job {
    int code;
    std::string table;
    std::string json;
};

outcome_of_job count(const std::vector<counting_contender> &maps, std::string_view words,
                     const job_options &o = usual) {
    const scratch_folder folder;
    folder.write("text/words", words);
    std::ostringstream out;
    const int code = count_words(maps, o, folder.path() / "text", folder.path() / "runs.json", out);
    return {code, out.str(), folder.read("runs.json")};
}

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("words are letters and digits of ASCII and whatever is beyond it; A to Z become small") {
    CHECK(words_of("Don't PANIC, 42_times!") ==
          std::vector<std::string>{"don", "t", "panic", "42", "times"});
    CHECK(words_of("Stra\xc3\x9f"
                   "e \xc3\x84RGER\xe2\x80\x94x") ==
          std::vector<std::string>{"stra\xc3\x9f"
                                   "e",
                                   "\xc3\x84rger\xe2\x80\x94x"});
    CHECK(words_of(" .\n").empty());
}

TEST_CASE("no more words are taken than asked for, and none after a refusal") {
    CHECK(for_each_word("a b c", 2, [](const std::string &) { return true; }) == 2);
    CHECK(for_each_word("a b c", 9, [](const std::string &) { return true; }) == 3);
    CHECK(for_each_word("a b c", 9, [](const std::string &word) { return word != "b"; }) == 2);
}

TEST_CASE("a word at the border of two pieces stays whole, wherever the border meets it") {
    for (std::size_t before = piece_size - 8; before != piece_size + 3; ++before) {
        CAPTURE(before);
        const scratch_folder folder;
        folder.write("text", std::string(before - 2, 'x') + ". border tail");
        const text what(folder.path());
        CHECK(words_of(what) ==
              std::vector<std::string>{std::string(before - 2, 'x'), "border", "tail"});
    }
}

TEST_CASE("long text falls into pieces of like size, and no word is cut or lost") {
    const auto all = many_words(100'000);
    const scratch_folder folder;
    folder.write("text", all);
    const text what(folder.path());
    REQUIRE(what.pieces().size() > 5);
    for (const auto piece : what.pieces())
        CHECK(piece.size() < piece_size + 20);
    CHECK(words_of(what) == words_of(all));
    CHECK(what.files() == 1);
    CHECK(what.bytes() == all.size());
}

TEST_CASE("a word longer than a piece is not cut") {
    const std::string longest(3 * piece_size, 'y');
    const scratch_folder folder;
    folder.write("text", "short " + longest + " end");
    CHECK(words_of(text(folder.path())) == std::vector<std::string>{"short", longest, "end"});
}

TEST_CASE("files come in the order of their paths, from all folders below") {
    const scratch_folder folder;
    folder.write("c", "third");
    folder.write("b/deep/er", "second");
    folder.write("a", "first");
    CHECK(words_of(text(folder.path())) == std::vector<std::string>{"first", "second", "third"});
}

TEST_CASE("links, empty files, files with a zero byte and unreadable ones are no text") {
    const scratch_folder folder;
    const auto real = folder.write("real", "word");
    folder.write("empty", "");
    folder.write("binary", std::string_view("early\0zero", 10));
    folder.write("large-binary", many_words(50'000) + std::string(1, '\0'));
    std::filesystem::create_symlink(real, folder.path() / "link");
    std::filesystem::create_directory_symlink(folder.path(), folder.path() / "loop");
    if (geteuid() != 0) // nothing is unreadable to root
        std::filesystem::permissions(folder.write("secret", "hidden"),
                                     std::filesystem::perms::none);
    const text what(folder.path());
    CHECK(what.files() == 1);
    CHECK(words_of(what) == std::vector<std::string>{"word"});
}

TEST_CASE("what cannot be counted is said in a sentence") {
    const scratch_folder folder;
    const auto complaint = [](const std::filesystem::path &where) {
        return complaint_of([&] { text{where}; });
    };
    const auto name = folder.path().string();
    CHECK(complaint(folder.path() / "none") == "there is no folder '" + name + "/none'");
    CHECK(complaint(folder.path()) ==
          "there is no text in the folder '" + name +
              "': no readable file below it has words and no zero byte");
    CHECK(complaint(folder.write("file", ". . .")) ==
          "'" + name + "/file' is not a folder; words are counted in all files below one");
    CHECK(contains(complaint(folder.path()), "there is no text"));
}

TEST_CASE("the count by one thread agrees with the words, all of them and some of each piece") {
    const scratch_folder folder;
    folder.write("text", many_words(30'000));
    const text what(folder.path());
    std::vector<std::uint64_t> some;
    word_counts all_words;
    word_counts some_words;
    for (const auto piece : what.pieces()) {
        const auto words = words_of(piece);
        some.push_back(words.size() * some.size() / 3); // of the first piece none
        for (std::size_t i = 0; i < words.size(); ++i) {
            ++all_words[words[i]];
            if (i < some.back())
                ++some_words[words[i]];
        }
    }
    REQUIRE(some.size() >= 3);
    CHECK(count_alone(what) == all_words);
    CHECK(count_alone(what, some) == some_words);
}

TEST_CASE("maps that count rightly pass, and one of them is the best for each number of threads") {
    using sound = faulty_map<fault::none>;
    const auto [code, table, json] =
        count({entry<sound>("one"), entry<sound>("other")}, many_words(30'000));
    CHECK(code == 0);
    CHECK(std::count(table.begin(), table.end(), '*') == 2);
    CHECK(contains(table, "wordcount: 30000 words, 4328 distinct, in 1 files of "));
    CHECK(!contains(table, "WRONG"));
    CHECK(contains(json, "\"wordcount/workers:2/other/round:1/"));
    CHECK(contains(json, "\"ops_per_s\""));
    CHECK(contains(json, "\"finished\": 1.0"));
}

TEST_CASE("a map that loses one addition in a thousand is called wrong, and is listed") {
    const auto [code, table, json] =
        count({entry<faulty_map<fault::none>>("sound"), entry<faulty_map<fault::loses>>("loser")},
              many_words(30'000));
    CHECK(code == 1);
    CHECK(contains(table, "sound"));
    CHECK(contains(table, "loser        2   WRONG: the word 'word"));
    CHECK(contains(table, "(2 of 2 rounds were wrong)"));
    CHECK(contains(json, "\"error_message\": \"the word"));
}

TEST_CASE("a map with a word that is not in the text is called wrong") {
    const auto [code, table, json] =
        count({entry<faulty_map<fault::invents>>("inventor")}, many_words(3'000));
    CHECK(code == 1);
    CHECK(contains(table, "there are 472 words in place of 471"));
}

TEST_CASE("a map that runs out of patience is compared with what it did, and cannot be the best") {
    auto o = usual;
    o.patience = std::chrono::milliseconds(300);
    o.rounds = 1;
    const auto [code, table, json] =
        count({entry<slow_faulty_map>("slow"), entry<faulty_map<fault::none>>("sound")},
              many_words(30'000), o);
    const std::string &said = table;
    CAPTURE(said);
    CHECK(code == 0);
    CHECK(!contains(table, "WRONG"));
    const auto slow_line = table.substr(table.find("slow "));
    CHECK(contains(slow_line.substr(0, slow_line.find('\n')), "unfinished: "));
    CHECK(!contains(slow_line.substr(0, slow_line.find('\n')), "*"));
}

TEST_CASE("a map that is both slow and wrong is called wrong") {
    auto o = usual;
    o.threads = {1};
    o.patience = std::chrono::milliseconds(500);
    CHECK(count({entry<slow_loser>("loser")}, many_words(30'000), o).code == 1);
}

TEST_CASE("without a map that counts, or a place for the results, the job says so") {
    const scratch_folder folder;
    folder.write("text", "some words");
    const auto complaint = [&](const std::vector<counting_contender> &maps,
                               const std::filesystem::path &json) {
        std::ostringstream out;
        return complaint_of([&] { count_words(maps, usual, folder.path(), json, out); });
    };
    CHECK(complaint({}, folder.path() / "j") ==
          "none of the chosen maps can count words: choose others with --maps");
    const auto json = folder.path() / "none" / "j";
    CHECK(complaint({entry<faulty_map<fault::none>>("sound")}, json) ==
          "the results cannot be written to '" + json.string() + "': No such file or directory");
}
