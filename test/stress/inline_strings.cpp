// SPDX-License-Identifier: BSL-1.0

// Strings in the nodes, while threads insert and erase them: whoever is shown one sees all of it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/inline_string.hpp>

#include "support/counted.hpp"
#include "support/crew.hpp"
#include "support/maps.hpp"
#include "support/random.hpp"
#include "support/scale.hpp"

namespace stress_inline_strings {

using namespace ferry::test;

namespace {

// The characters follow from the number, and so does the length.
std::string text_of(std::uint64_t number) {
    std::string text = std::to_string(number) + ':';
    for (std::uint64_t i = 0; i < number % 150; ++i)
        text += static_cast<char>('a' + (number + i) % 26);
    return text;
}

bool is_whole(std::string_view text) {
    std::uint64_t number = 0;
    for (const char c : text.substr(0, text.find(':')))
        number = 10 * number + static_cast<std::uint64_t>(c - '0');
    return text == text_of(number);
}

using counted_map = ferry::concurrent_map<ferry::inline_string, counted_value>;
using number_map = ferry::concurrent_map<ferry::inline_string, std::uint64_t>;

template <class Map>
void come_and_go(bool drop_on_erase, std::uint64_t texts) {
    FERRY_SHOW_SEED();
    Map map(ferry::options{.drop_on_erase = drop_on_erase});
    CHECK(crew(4, [&](unsigned id, findings &found) {
              prng random(id);
              std::vector<typename Map::handle> held(8);
              for (std::size_t i = 0; i < scaled(60'000); ++i) {
                  const std::string text = text_of(random.below(texts));
                  switch (random.below(6)) {
                  case 0:
                  case 1:
                      map.try_emplace(text, 1u);
                      break;
                  case 2:
                      map.insert_or_assign(text, typename Map::mapped_type(2u));
                      break;
                  case 3:
                      map.erase(text);
                      break;
                  case 4:
                      held[random.below(8)] = map.extract(text);
                      break;
                  default:
                      held[random.below(8)] = map.find(text);
                  }
                  for (const auto &one : held)
                      found.expect(!one || is_whole(one.key()), "a key that is held is whole");
                  if (i % 1024 == 0) {
                      map.for_each([&](std::string_view key, const auto &) {
                          found.expect(is_whole(key), "a key that is shown is whole");
                      });
                      held = std::vector<typename Map::handle>(8);
                      let_epochs_pass(map, i);
                  }
              }
          }).text() == "");
    map.clear();
    map.shrink_to_fit();
    CHECK(reclaim_everything(map));
}

} // namespace

TEST_CASE("strings that come and go are whole wherever they are shown") {
    for (const bool drop_on_erase : {false, true}) {
        come_and_go<counted_map>(drop_on_erase, 40); // on which threads meet
        come_and_go<number_map>(drop_on_erase, 40);
        come_and_go<counted_map>(drop_on_erase, 5000);
    }
    CHECK(counted_value::alive() == 0);
    CHECK(counted_value::damaged() == 0);
}

} // namespace stress_inline_strings
