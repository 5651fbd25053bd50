// SPDX-License-Identifier: BSL-1.0

// In a model build a bucket has two slots and the least table two homes, so that it takes three
// keys before it grows; it quadruples then. An erased key is reason for a sweep as soon as there
// are more dead keys than live ones.

#include "catalog.hpp"

#include "elements.hpp"
#include "subject.hpp"

#include "sched/strategy.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace ferry::model {

const char *in_words(element_kind kind) noexcept {
    switch (kind) {
    case element_kind::numbers:
        return "numbers";
    case element_kind::objects:
        return "objects";
    case element_kind::flat:
        return "flat";
    case element_kind::cells:
        return "cells";
    case element_kind::members:
        break;
    }
    return "members";
}

const char *in_words(hash_kind kind) noexcept {
    switch (kind) {
    case hash_kind::spread:
        return "spread";
    case hash_kind::one_home:
        return "one home";
    case hash_kind::last_home:
        return "last home";
    case hash_kind::equal:
        break;
    }
    return "equal";
}

namespace {

constexpr auto numbers = element_kind::numbers;
constexpr auto objects = element_kind::objects;
constexpr auto members = element_kind::members;
constexpr auto flat = element_kind::flat;
constexpr auto cells = element_kind::cells;
constexpr auto spread = hash_kind::spread;
constexpr auto one_home = hash_kind::one_home;
constexpr auto last_home = hash_kind::last_home;
constexpr auto equal = hash_kind::equal;

struct family {
    const char *name;
    std::vector<element_kind> elements;
    std::vector<hash_kind> hashes;
    const char *before;
    std::vector<const char *> threads;
    setting set = {};
    unsigned orders = 1;
    const char *turns = "";
};

const std::vector<family> &families() {
    static const std::vector<family> all = {
        // --- one key ---
        {"two inserts of one key",
         {numbers, objects},
         {spread},
         "",
         {"insert 1 10; get 1", "insert 1 20; get 1"}},
        {"three inserts of one key",
         {objects, members},
         {spread},
         "",
         {"insert 1 10", "insert 1 20", "insert 1 30; contains 1"}},
        {"insert and erase of one key",
         {numbers, objects, members},
         {spread},
         "",
         {"insert 1 10; erase 1", "insert 1 20; erase 1"}},
        {"a key comes and goes",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"erase 1; insert 1 20", "get 1; get 1", "erase 1; get 1"}},
        {"a revival by two",
         {numbers, objects},
         {spread},
         "insert 1 10; erase 1",
         {"insert 1 20; get 1", "insert 1 30; get 1"}},
        {"assigning by two",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"insert_or_assign 1 20; get 1", "insert_or_assign 1 30; get 1"}},
        {"assigning to a key that goes",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"insert_or_assign 1 20; get 1", "erase 1; get 1"}},
        {"counting",
         {numbers, objects},
         {spread},
         "insert 1 1",
         {"update 1 10; update 1 100", "update 1 1000; get 1"}},
        {"counting from nothing",
         {numbers, objects},
         {spread},
         "",
         {"upsert 1 10; upsert 1 100", "upsert 1 1000; get 1"}},
        {"counting while the key goes",
         {numbers, objects},
         {spread},
         "insert 1 1",
         {"upsert 1 10; update 1 100", "erase 1; upsert 1 1000"}},
        {"exchanges",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"exchange 1 20; exchange 1 21", "exchange 1 30; extract 1"}},
        {"compare and exchange",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"compare_exchange 1 10 20; compare_exchange 1 20 30", "compare_exchange 1 10 40; get 1"}},
        {"compare and exchange, and back again",
         {numbers},
         {spread},
         "insert 1 10",
         {"compare_exchange 1 10 20; compare_exchange 1 20 10", "compare_exchange 1 10 30; get 1",
          "get 1; get 1"}},
        {"compare and erase",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"compare_erase 1 10; insert 1 10", "compare_erase 1 10; get 1"}},
        {"erasing if",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"erase_if 1 10; insert 1 20", "insert_or_assign 1 30; erase_if 1 20"}},
        {"computing",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"flip 1 20; flip 1 21", "flip 1 30; keep 1"}},
        {"computing and putting",
         {numbers, objects},
         {spread},
         "",
         {"put 1 20; flip 1 21", "flip 1 30; put 1 31"}},
        {"get or emplace",
         {numbers, objects},
         {spread},
         "",
         {"get_or_emplace 1 10; erase 1", "get_or_emplace_with 1 20; get 1"}},
        {"an extracted value stays",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"extract 1; insert 1 20; extract 1", "extract 1; insert 1 30"}},
        {"a visited value stays",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"visit 1; find 1; find_guarded 1", "insert_or_assign 1 20; insert_or_assign 1 30"}},
        {"a held value stays",
         {numbers, objects},
         {spread},
         "insert 1 10",
         {"hold 1; look; look; let_go",
          "insert_or_assign 1 20; insert_or_assign 1 30; erase 1; insert 1 40"}},
        {"a held member stays",
         {members},
         {spread},
         "insert 1 0",
         {"hold 1; look; look; let_go", "erase 1; insert 2 0; erase 2; insert 3 0; erase 3"}},
        {"places are used again",
         {numbers},
         {spread},
         "insert 1 10; insert_or_assign 1 11; insert_or_assign 1 12; reclaim",
         {"hold 1; look; look; let_go",
          "insert_or_assign 1 20; insert_or_assign 1 21; insert_or_assign 1 22; insert_or_assign 1 "
          "23"}},
        {"places are used again by two",
         {numbers},
         {spread},
         "insert 1 10; insert_or_assign 1 11; reclaim; reclaim",
         {"insert_or_assign 1 20; reclaim; insert_or_assign 1 21",
          "insert_or_assign 1 30; reclaim; insert_or_assign 1 31", "visit 1; visit 1"}},
        // 1 holds the box's place when 2 erases the key, and ends without a value. What it held is
        // gone by then: were it given back, 2 would put its next value where 3 reads the last one.
        {"a place that is gone is not given back",
         {numbers},
         {spread},
         "insert 1 5; insert 2 5; insert 0 1; insert_or_assign 0 2; advance; advance; advance; "
         "advance; insert_or_assign 0 3; advance; advance; advance; advance",
         {"update 0 1", "erase 0; insert 0 20", "hold 0; look; let_go"},
         {},
         1,
         "3.1[19-22]2.1.2.3.3."},
        {"a place is given back",
         {numbers},
         {spread},
         "insert 1 10; insert_or_assign 1 11; reclaim; reclaim",
         {"update 1 1; update 1 2", "erase 1; insert 1 30", "compare_exchange 1 11 40"}},
        {"a place and a key that goes",
         {numbers},
         {spread},
         "insert 1 10; insert_or_assign 1 11; reclaim; reclaim",
         {"exchange 1 20; extract 1", "extract 1; exchange 1 30"}},
        // --- several keys in one bucket and one path ---
        {"neighbours",
         {numbers, objects, members},
         {one_home, equal},
         "",
         {"insert 1 10; contains 2", "insert 2 20; contains 1"}},
        {"neighbours come and go",
         {objects, members},
         {one_home, equal},
         "insert 1 10",
         {"erase 1; insert 2 20", "insert 3 30; erase 3"}},
        {"one slot for two keys",
         {numbers, objects},
         {one_home, equal},
         "insert 1 10",
         {"insert 2 20; get 2", "insert 3 30; get 3"}},
        // --- growth ---
        {"growth by two",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1; insert 1 2",
         {"insert 2 20; insert 3 30; contains 0", "insert 4 40; insert 5 50; contains 1"}},
        {"growth by three",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; get 0", "insert 4 40; get 1", "insert 5 50; get 2"}},
        {"finds while the table grows",
         {numbers, objects, members},
         {spread, one_home, last_home},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; insert 4 40; migrate 8", "contains 0; contains 1; contains 2"}},
        {"an absent key while the table grows",
         {numbers, objects},
         {spread, equal},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "get 9; get 3; get 9"}},
        {"erasing while the table grows",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "erase 0; erase 1; contains 2"}},
        {"a key comes and goes while the table grows",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "erase 0; insert 0 40; erase 0"}},
        {"assigning while the table grows",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "insert_or_assign 0 40; insert_or_assign 0 50; get 0"}},
        {"computing while the table grows",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "flip 0 40; flip 0 50; update 1 7"}},
        {"the same new key on both sides",
         {numbers, objects},
         {spread, equal},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; insert 4 40; get 4", "insert 4 50; insert 3 60; get 3"}},
        {"a held value while the table grows",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"hold 0; look; look; let_go", "insert 3 30; erase 0; migrate 8; reclaim"}},
        {"two migrations one after the other",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"reserve 5; reserve 11", "insert 0 20; erase 1; get 2"}},
        {"reserve by two",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2",
         {"reserve 5; insert 3 30", "reserve 4; insert 4 40"}},
        {"who ends a migration reads on",
         {numbers, objects, members},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4",
         {"migrate 8", "migrate 4; contains 0; contains 1; contains 2"}},
        // No barrier of an advance passes on what the other helper has linked.
        {"who ends a migration reads on, under symmetric barriers",
         {numbers, objects, members},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4",
         {"contains 0; migrate 8", "migrate 8; contains 1; contains 3"},
         {.symmetric = true},
         1,
         "1.1?2.2.2."},
        // One has set the last bit, another promotes.
        {"who finds all done reads on, under symmetric barriers",
         {numbers, objects},
         {last_home},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; migrate 1",
         {"contains 0; migrate 8", "migrate 8; contains 0; contains 1; contains 2; contains 3"},
         {.symmetric = true},
         1,
         "1.1?2.2.2.2.2."},
        {"a late helper",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"migrate 1; migrate 1; migrate 8", "reserve 5; erase 0; shrink_to_fit",
          "erase 1; insert 1 20"}},
        {"a late helper meets a drop",
         {objects, numbers},
         {spread, one_home},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4",
         {"migrate 8", "erase 0; migrate 8; shrink_to_fit"}},
        {"growth without memory to spare",
         {numbers},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; insert 4 5",
         {"insert 5 6; insert 6 7", "insert 7 8; insert 8 9"},
         {.capacity = 4}},
        // --- a path that runs out ---
        // Seven keys come to one path of six slots in the next table, which gets a successor so. As
        // it is not the root yet none of its slots may be settled: else the helper that comes to
        // key 1 meets SEALED there, takes the key for linked further long ago, and it is lost (M1;
        // the mutant "a table is migrated before it is the root").
        {"a path of the next table runs out",
         {numbers, objects},
         {spread},
         "reserve 12; insert 1 1; insert 0 2; insert 2 3",
         {"shrink_to_fit", "insert 4 4; insert 6 5; insert 8 6; insert 10 7; insert 12 8; "
                           "update 0 1; update 0 1; update 0 1; update 0 1"},
         {},
         1,
         "1[12-42]2.2.2.2.2.2.2.2.2.1."},
        {"a path's end",
         {numbers, objects, members},
         {equal},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; insert 4 5",
         {"insert 5 60; contains 0", "insert 6 70; contains 5"}},
        {"the tail's end",
         {numbers, objects},
         {last_home},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4",
         {"insert 4 50; insert 5 60", "insert 6 70; get 4"}},
        {"a path's end while the key goes",
         {objects},
         {equal},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; insert 4 5",
         {"insert 5 60; erase 0", "erase 5; insert 0 20"}},
        // --- sweeping and shrinking ---
        {"a sweep",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1; insert 1 2; insert 2 3",
         {"erase 0; erase 1; erase 2; migrate 8", "insert 0 20; contains 1"}},
        {"a sweep by two",
         {numbers, objects, members},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"erase 0; erase 1; migrate 4", "erase 2; insert 1 20; migrate 4"}},
        {"a revival against a drop",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1; insert 1 2; erase 0; erase 1",
         {"shrink_to_fit", "insert 0 20; erase 0; insert 0 30"}},
        {"two drop the same",
         {objects, members},
         {spread},
         "insert 0 1; insert 1 2; erase 0",
         {"shrink_to_fit", "shrink_to_fit; contains 1"}},
        {"a drop while readers look",
         {numbers, objects, members},
         {spread},
         "insert 0 1; insert 1 2; erase 0",
         {"shrink_to_fit; reclaim", "contains 0; contains 1", "contains 0; insert 0 20"}},
        {"shrinking",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; erase 0; erase 1; erase 2",
         {"shrink_to_fit; get 3", "insert 0 20; erase 3"},
         {.capacity = 8}},
        {"shrinking against growing",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2",
         {"shrink_to_fit; get 0", "reserve 5; get 1"},
         {.capacity = 4}},
        {"garbage goes while readers hold",
         {objects, numbers},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"hold 0; look; let_go", "erase 0; shrink_to_fit; reclaim; reclaim",
          "hold 0; look; let_go"}},
        {"dropping at once",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1",
         {"erase 0; insert 0 20", "erase 0; contains 0"},
         {.drop_on_erase = true}},
        {"dropping at once while the table grows",
         {objects, members},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "erase 0; insert 0 40; erase 1"},
         {.drop_on_erase = true}},
        // With two tombstones before it a key is kept when it is erased, and revived in place.
        {"a key that comes and goes",
         {numbers, objects, members},
         {spread, one_home},
         "insert 0 1; erase 0",
         {"insert 0 20; erase 0; insert 0 30; erase 0", "insert 0 40; erase 0; contains 0"},
         {.capacity = 4, .drop_on_erase = true}},
        {"a key that comes and goes while the table is swept",
         {numbers, objects, members},
         {spread},
         "insert 0 1; erase 0; insert 0 2; erase 0; insert 1 3",
         {"shrink_to_fit", "insert 0 20; erase 0; insert 0 30; erase 0; contains 0"},
         {.capacity = 4, .drop_on_erase = true}},
        {"two keys of one home come and go, and a reader looks",
         {objects, members},
         {one_home},
         "insert 0 1; erase 0; insert 1 2; erase 1",
         {"insert 0 20; erase 0; insert 0 30", "insert 1 40; erase 1; insert 1 50",
          "contains 0; contains 1; reclaim"},
         {.capacity = 4, .drop_on_erase = true}},
        // The path that runs out in the next table is full of keys that came and went.
        {"tombstones fill a path of the next table",
         {numbers, objects},
         {one_home},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4",
         {"erase 0; insert 4 5; erase 4; insert 5 6; erase 5; insert 6 7; erase 6",
          "insert 7 8; erase 7; migrate 8"},
         {.drop_on_erase = true}},
        {"dropping at once by two helpers",
         {objects, numbers},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4",
         {"migrate 8", "erase 0; erase 1", "migrate 8"},
         {.drop_on_erase = true}},
        // --- the whole map ---
        {"iterating while keys come",
         {numbers, objects, members},
         {spread},
         "insert 0 1",
         {"for_each", "insert 1 20; insert 2 30; insert 3 40"}},
        {"iterating while the table grows",
         {numbers, objects, members},
         {spread, one_home, equal},
         "insert 0 1; insert 1 2; insert 2 3",
         {"for_each", "insert 3 40; insert 4 50; migrate 8"}},
        {"iterating while the table shrinks",
         {objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3; erase 1",
         {"for_each_part", "shrink_to_fit"},
         {.capacity = 8}},
        {"items while the table grows",
         {numbers, members},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"items", "insert 3 40; migrate 8"}},
        {"clearing",
         {numbers, objects, members},
         {spread},
         "insert 0 1; insert 1 2",
         {"clear", "insert 2 30; erase 0"}},
        {"clearing while the table grows",
         {objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"clear", "insert 3 30; migrate 8"}},
        {"erasing all by two",
         {numbers, objects, members},
         {spread},
         "insert 0 1; insert 1 2",
         {"erase_all", "erase_all; insert 0 20"}},
        {"erasing all while values change",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2",
         {"erase_all", "insert_or_assign 0 20; update 1 30"}},
        {"many at once",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"visit_many 3", "insert 3 40; erase 0; migrate 8"}},
        {"counting the whole",
         {numbers, members},
         {spread},
         "insert 0 1",
         {"size; stats; size", "insert 1 20; erase 0; insert 2 30", "erase 0; size"}},
        // --- pins, guards and threads ---
        {"a guard that is refreshed",
         {numbers, objects},
         {spread},
         "insert 0 1",
         {"pin; get 0; refresh; get 0; unpin", "insert_or_assign 0 20; erase 0; reclaim"}},
        {"a guard across a migration",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"pin; contains 0; contains 2; unpin", "reserve 5; erase 0; shrink_to_fit; reclaim"}},
        {"threads that end",
         {numbers, objects},
         {spread},
         "insert 0 1",
         {"erase 0; leave; insert 0 20", "insert_or_assign 0 30; leave; erase 0"}},
        {"reclaiming by two",
         {numbers, objects},
         {spread},
         "insert 0 1; insert 1 2",
         {"erase 0; reclaim", "erase 1; reclaim", "contains 0; contains 1"}},
        {"much garbage",
         {objects, numbers},
         {spread},
         "insert 0 1",
         {"insert_or_assign 0 20; insert_or_assign 0 21; insert_or_assign 0 22; insert_or_assign 0 "
          "23",
          "hold 0; look; let_go; hold 0; look; let_go"}},
        {"one unlinks, one reclaims, one reads",
         {objects, numbers},
         {spread},
         "insert 0 1",
         {"insert_or_assign 0 20", "reclaim", "hold 0; stare 24; let_go"}},
        {"one drops, one reclaims, one reads",
         {objects, members},
         {spread},
         "insert 0 1; insert 1 2",
         {"erase 0", "reclaim", "hold 0; stare 24; let_go"},
         {.drop_on_erase = true}},
        // --- the places of a node ---
        // The values of key 1 are replaced to move the epoch on.
        {"a place is left, and one reads on",
         {numbers},
         {spread},
         "insert 0 1",
         {"insert_or_assign 0 20", "reclaim", "hold 0; stare 4", "reclaim; insert_or_assign 0 21"},
         {},
         8,
         "1?2.3.1.4.4.3."},
        {"a place is left in the middle of a scan, and one reads on, under symmetric barriers",
         {numbers},
         {spread},
         "insert 0 1",
         {"get 0; insert_or_assign 0 20", "get 0; hold 0; stare 3", "advance; advance; advance",
          "get 0; insert_or_assign 0 21"},
         {.symmetric = true},
         1,
         "1.2.4.1[11-13]3.3[5-5]2.1.3.4.2."},
        {"the box is left, and one reads on",
         {numbers},
         {spread},
         "insert 0 1; insert_or_assign 0 2; insert 1 1; insert_or_assign 1 2; insert_or_assign 1 "
         "3; insert_or_assign 1 4; insert_or_assign 1 5; insert_or_assign 1 6",
         {"hold 0; stare 4", "insert_or_assign 0 20", "insert_or_assign 0 21"},
         {},
         1,
         "1.2.3.1."},
        {"the box goes while one writes to it",
         {numbers},
         {spread},
         "insert 0 1; insert_or_assign 0 2; insert 1 1; insert_or_assign 1 2; insert_or_assign 1 "
         "3; insert_or_assign 1 4; insert_or_assign 1 5; insert_or_assign 1 6; insert_or_assign 0 "
         "3; insert_or_assign 1 7; insert_or_assign 1 8; insert_or_assign 1 9; insert_or_assign 1 "
         "10; insert_or_assign 1 11",
         {"insert_or_assign 0 20; get 0", "erase 0; insert 0 30", "reclaim"},
         {},
         1,
         "1?2.2.1."},
        // --- the other barrier ---
        {"growth under symmetric barriers",
         {objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "erase 0; insert 0 40; get 0"},
         {.symmetric = true}},
        {"one unlinks, one reclaims, one reads, under symmetric barriers",
         {objects},
         {spread},
         "insert 0 1",
         {"insert_or_assign 0 20", "reclaim", "hold 0; stare 24; let_go"},
         {.symmetric = true}},
        {"garbage under symmetric barriers",
         {objects},
         {spread},
         "insert 0 1",
         {"insert_or_assign 0 20; insert_or_assign 0 21; erase 0; reclaim",
          "hold 0; look; let_go; hold 0; look; let_go"},
         {.symmetric = true}},
        {"a sweep under symmetric barriers",
         {objects},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"erase 0; erase 1; erase 2; migrate 8; reclaim", "insert 0 20; contains 1"},
         {.symmetric = true}},
        // Why a dropped node passes the grace period twice. Thread 1 drops key 5; 2, which does not
        // know of it, links the node further at the last epoch at which it can still be pinned, and
        // there 3 finds it, pinned two epochs after the drop, which does not hold back the third.
        {"a reader meets a late link, under symmetric barriers",
         {numbers},
         {last_home},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; insert 4 5; insert 5 6",
         {"contains 0; erase 5", "contains 0; migrate 1", "contains 0; contains 5",
          "advance; advance; advance; reclaim"},
         {.drop_on_erase = true, .symmetric = true},
         1,
         "1.2.3.1[36-60]4.4[5-5]2[18-40]1.4.3[13-20]2.4.4.3."},
        // 1 drops key 5, and has retired it, before 2, which does not know of it, links the node
        // further. A child in which 2 is lost before it looks at the node again has the link.
        {"a helper is lost between a late link and its undoing",
         {numbers, objects, members},
         {last_home},
         "insert 0 1; insert 1 2; insert 2 3; insert 3 4; insert 4 5; insert 5 6",
         {"contains 0; erase 5", "contains 0; migrate 1"},
         {.drop_on_erase = true},
         1,
         "1.2.2[9-40]1.2."},
        // --- flat maps by themselves ---
        {"a key comes while a table moves that is half empty",
         {flat},
         {spread, one_home},
         "insert 0 1",
         {"reserve 12", "insert 2 40; get 2; erase 2; get 2"},
         {},
         2},
        {"a key comes and goes behind a full home that moves",
         {flat},
         {one_home},
         "insert 0 1; insert 1 2",
         {"reserve 12", "insert 2 40; erase 2; get 2"},
         {},
         2},
        {"a full home is marked while its last key changes",
         {flat},
         {one_home},
         "insert 0 1; insert 1 2",
         {"insert 2 30; get 2", "erase 1; insert 1 20; erase 1"},
         {},
         4},
        {"a key is moved late, after it was erased in the next table",
         {flat},
         {spread, one_home},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30; migrate 8", "insert_or_assign 0 20; erase 0; get 0", "get 0; migrate 8"},
         {},
         2},
        {"a key is moved late, over two tables",
         {flat},
         {spread},
         "insert 0 1; insert 1 2; insert 2 3",
         {"insert 3 30", "migrate 8; erase 0; erase 1; erase 2; migrate 8; get 0; get 1"},
         {},
         2},
        // --- reclamation by itself ---
        {"one replaces, one reclaims, one holds",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20", "reclaim; reclaim; reclaim; reclaim", "hold 0; stare 3; let_go"}},
        {"one replaces, two reclaim, one holds",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20", "reclaim; reclaim", "reclaim; reclaim", "hold 0; stare 3; let_go"}},
        {"one replaces and reclaims, one holds",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20; reclaim; reclaim; reclaim; exchange 0 21",
          "get 0; hold 0; stare 2; let_go; get 0"}},
        {"two replace and reclaim",
         {cells},
         {spread},
         "exchange 0 1; exchange 1 2",
         {"exchange 0 20; reclaim; reclaim; exchange 1 21; reclaim",
          "exchange 1 30; reclaim; reclaim; exchange 0 31; reclaim"}},
        {"pins within pins",
         {cells},
         {spread},
         "exchange 0 1",
         {"pin; hold 0; refresh; stare 2; let_go; refresh; get 0; unpin",
          "exchange 0 20; reclaim; reclaim; reclaim; reclaim"}},
        // A label that was loaded before the pin could be seen would be old.
        {"one is slow to pin, then replaces",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "reclaim; reclaim; reclaim; reclaim; reclaim",
          "hold 0; stare 3; let_go"},
         {},
         1,
         "1.1?2.2.2.2.3.1.2.3."},
        // What an advance's scan has seen, who pins at the new epoch sees as well.
        {"one unlinks in the middle of a scan, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; hold 0; stare 3; let_go", "reclaim; reclaim; reclaim"},
         {.symmetric = true},
         1,
         "1.2.1?3.3?1.3.2.3.2."},
        // A scan has seen a pin, and then that its thread has left.
        {"a reader leaves in the middle of a scan, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "hold 0; look; let_go; leave; get 0",
          "reclaim; reclaim; reclaim"},
         {.symmetric = true},
         1,
         "1.1?3.2.1.3.3?2.2.2.3."},
        {"a reader leaves between two looks of a scan, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; hold 0; look; let_go; leave; get 0",
          "get 0; advance; advance; advance; drain"},
         {.symmetric = true},
         1,
         "3.1.2.1[5-9]3.2.1.3.3[4-5]2.2.2.3.3.2."},
        {"a scan comes in the middle of a refresh, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; pin; get 0; refresh; unpin",
          "get 0; advance; advance; advance; drain"},
         {.symmetric = true},
         1,
         "3.1.2.1[5-9]3.2.2.1.3.2[1-1]3.3."},
        {"a reader deserts, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"hold 0; look; desert; get 0", "exchange 0 20; reclaim; reclaim; reclaim; reclaim"},
         {.symmetric = true}},
        {"a reader deserts between two looks of a scan, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; hold 0; look; desert; get 0",
          "get 0; advance; advance; advance; drain"},
         {.symmetric = true},
         1,
         "3.1.2.1[4-8]3.2.1.3.3[4-5]2.2.3.3.2."},
        // The thread's record is not another's while the thread may end its pin.
        {"a reader ends its pin when it has deserted",
         {cells},
         {spread},
         "exchange 0 1",
         {"hold 0; look; desert; end_late; get 0", "exchange 0 20; reclaim; reclaim; reclaim",
          "hold 0; stare 2; let_go"}},
        {"a reader that is told of its end holds on",
         {cells},
         {spread},
         "exchange 0 1",
         {"hold 0; look; told; stare 2; let_go; leave; get 0",
          "exchange 0 20; reclaim; reclaim; reclaim", "hold 0; stare 2; let_go"}},
        {"a domain ends that a reader has deserted",
         {cells},
         {spread},
         "exchange 0 1",
         {"hold 0; desert; end_late; finish 2", "exchange 0 20; finish 2"},
         {},
         4},
        // Wherever the one is stopped.
        {"an attempt to advance stops no other domain",
         {cells},
         {spread},
         "exchange 0 1",
         {"turn; turn; exchange 0 20", "turn_elsewhere; turn; turn_elsewhere"}},
        {"attempts to advance, in turn",
         {cells},
         {spread},
         "exchange 0 1",
         {"turn; turn; turn", "exchange 0 20; turn; turn; drain", "hold 0; stare 2; let_go; turn"}},
        // The one with the attempt is slow to end it. Who pins after its barrier is not seen.
        {"a barrier that is over serves nobody who comes later",
         {cells},
         {spread},
         "exchange 0 1",
         {"turn", "get 0; hold 0; stare 3; let_go",
          "get 0; exchange 0 20; turn; turn; turn; turn; turn; turn; drain"},
         {},
         1,
         "2.3.1[6-20]2.3.3.3.3.3.3.3.3.2."},
        // The first counts in the common stripe, the second is its guest until it has one.
        {"two count for the first time", {cells}, {spread}, "", {"count 2", "count 4"}},
        {"two guests make stripes at once",
         {cells},
         {spread},
         "count 1",
         {"count 2", "count 3", "count 3"}},
        {"one adds the stripes up while they are made",
         {cells},
         {spread},
         "count 1",
         {"count 3", "size; size"}},
        {"a thread counts on in the stripe of one that has ended",
         {cells},
         {spread},
         "",
         {"count 3; leave; count 2", "count 3; leave; count 2"}},
        // What is put back as expired may be taken by one who was pinned before it was.
        {"one who was pinned before takes what is put back, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"pin; exchange 0 20; exchange 0 21; exchange 0 22; exchange 0 23; exchange 0 24; unpin",
          "hold 0; stare 2; let_go", "advance; advance; advance; drain", "pin; drain; unpin"},
         {.symmetric = true},
         1,
         "1.1.1.1.1.1.3.2.1.3.4.2.2.3.3.4."},
        // Whoever finds nothing lowers the flag, if nothing has come since it began to look.
        {"one looks for garbage while it comes",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20; exchange 0 21", "drain; drain; drain"}},
        {"one looks for garbage while another has it in hand",
         {cells},
         {spread},
         "exchange 0 1; exchange 0 2; exchange 0 3; exchange 0 4; exchange 0 5; exchange 0 6; "
         "advance; advance; advance",
         {"drain; exchange 0 20", "drain; drain", "drain"}},
        // A list is put back while another's is there: before its items, which are not yet all
        // gone.
        {"two put back what is expired",
         {cells},
         {spread},
         "exchange 0 1; exchange 2 1; exchange 2 2; exchange 2 3; advance; exchange 2 4; exchange "
         "2 5; "
         "exchange 2 6; advance; advance; advance",
         {"drain; drain; drain", "drain; drain; drain", "drain; drain"},
         {.symmetric = true}},
        {"two put back what is expired, and a third takes it",
         {cells},
         {spread},
         "exchange 2 1; exchange 2 2; exchange 2 3; advance; exchange 2 4; exchange 2 5; exchange "
         "2 6; "
         "advance; advance; advance",
         {"get 0; drain", "get 0; drain", "get 0; drain; drain"},
         {.symmetric = true},
         1,
         "1.2.3.1?2?1.2.3.3."},
        // Thread 1 retires one part at an epoch, and the other at the next. 3 puts the list back
        // that
        // ends with the one, while 4 frees the other.
        {"one part is put back while the other goes",
         {cells},
         {spread},
         "exchange 0 1; exchange 2 1; exchange 0 2; exchange 0 3; exchange 0 4; advance",
         {"get 0; exchange 2 20",
          "get 0; exchange 0 20; exchange 0 21; advance; advance; advance; advance", "get 0; drain",
          "get 0; drain; drain"},
         {},
         1,
         "1.2.3.4.1[9-10]2.2.2.1.2.2.3[9-9]4.3[4-4]2.4.3."},
        {"two parts of one thing go",
         {cells},
         {spread},
         "exchange 2 1",
         {"exchange 2 20; advance; drain; drain; drain", "advance; advance; drain; drain",
          "hold 2; look; let_go"}},
        {"two parts of one thing go at once",
         {cells},
         {spread},
         "exchange 2 1; exchange 2 2; exchange 2 3; exchange 2 4; advance; advance; advance",
         {"drain; drain; drain", "drain; drain; drain"},
         {},
         4},
        // What the new epoch allows, after what the advance to it has seen.
        {"a drain in the middle of which the epoch moves, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; hold 0; stare 2; let_go", "advance; advance; advance",
          "get 0; drain"},
         {.symmetric = true},
         1,
         "1.2.4.1[5-9]3.2.1.3.4[3-4]2.2.3.4."},
        // The last reads of a reader come after the barrier of the advance that passes it.
        {"one reads in the middle of a scan, and leaves",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; hold 0; look; let_go; get 0",
          "get 0; advance; advance; advance; drain"},
         {},
         1,
         "3.1.2.3[5-9]1[5-9]3.2.1.3.3[6-7]2.2.3.3."},
        {"one reads in the middle of a scan, and pins again",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; exchange 0 20", "get 0; hold 0; look; let_go; get 0",
          "get 0; advance; advance; advance; drain"},
         {},
         1,
         "3.1.2.3[5-9]1[5-9]3.2.1.3.3[6-7]2.2.2[4-6]3.3."},
        // Whichever goes last, a thread or the domain, frees the thread's record.
        {"a domain ends while its threads do",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20; finish 2", "get 0; finish 2"},
         {},
         4},
        {"a domain ends, and its threads go elsewhere",
         {cells},
         {spread},
         "exchange 0 1; leave",
         {"exchange 0 20; finish 2; elsewhere", "get 0; finish 2; elsewhere; elsewhere"},
         {},
         4},
        // The epoch never goes back.
        {"one is slow to advance",
         {cells},
         {spread},
         "exchange 0 1",
         {"advance", "advance; advance; advance; exchange 0 20; reclaim",
          "hold 0; stare 3; let_go"},
         {},
         1,
         "1?2.2.2.3.2.1.2.3."},
        // The reads before a refresh, by a scan that sees the pin after it.
        {"a refresh in the middle of a scan",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20", "reclaim; reclaim; reclaim", "pin; get 0; refresh; get 0; unpin"},
         {},
         1,
         "2?1.2.3.2.2?3.3.2."},
        {"pins that are refreshed",
         {cells},
         {spread},
         "exchange 0 1",
         {"pin; get 0; refresh; get 0; refresh; get 0; unpin",
          "exchange 0 20; reclaim; reclaim; exchange 0 21; reclaim; reclaim"}},
        {"draining little by little",
         {cells},
         {spread},
         "exchange 0 1; exchange 0 2; exchange 0 3; exchange 0 4; exchange 0 5; exchange 0 6; "
         "advance; advance; advance",
         {"drain; exchange 0 20; drain", "drain; drain; exchange 0 30", "drain; advance; drain"}},
        {"readers come while others leave",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; leave; hold 0; look; let_go", "exchange 0 20; leave; reclaim; reclaim; reclaim",
          "hold 0; leave; hold 0; look"}},
        {"a record that is left and taken again, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; leave; hold 0; look", "exchange 0 20; reclaim; reclaim; reclaim"},
         {.symmetric = true},
         1,
         "1.2.2.2.2.1.1.1."},
        {"a record that another takes, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1; leave",
         {"hold 0; look", "exchange 0 20; reclaim; reclaim; reclaim"},
         {.symmetric = true}},
        {"a reader's first pin",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20; reclaim; reclaim; reclaim", "hold 0; stare 2; let_go"}},
        {"one replaces, one reclaims, one holds, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20", "reclaim; reclaim; reclaim; reclaim", "hold 0; stare 3; let_go"},
         {.symmetric = true}},
        {"one replaces and reclaims, one holds, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"exchange 0 20; reclaim; reclaim; reclaim; exchange 0 21",
          "get 0; hold 0; stare 2; let_go; get 0"},
         {.symmetric = true}},
        {"readers come while others leave, under symmetric barriers",
         {cells},
         {spread},
         "exchange 0 1",
         {"get 0; leave; hold 0; look; let_go", "exchange 0 20; leave; reclaim; reclaim; reclaim",
          "hold 0; leave; hold 0; look"},
         {.symmetric = true}},
    };
    return all;
}

scenario build(const family &from, element_kind elements, hash_kind hashes) {
    scenario made{.name = std::string(from.name) + " [" + in_words(elements) + ", " +
                          in_words(hashes) + "]",
                  .set = from.set,
                  .before = {},
                  .threads = {},
                  .orders = from.orders,
                  .turns = from.turns};
    made.set.elements = elements;
    made.set.hashes = hashes;
    // A set's elements have no values; its calls take none.
    const auto of_these = [&](const char *text) {
        calls all;
        for (const call &one : parse(text)) {
            if (!applies(one.what, elements))
                throw std::invalid_argument(made.name + ": there is no " + in_words(one));
            all.push_back(one);
        }
        return all;
    };
    made.before = of_these(from.before);
    for (const char *const each : from.threads)
        made.threads.push_back(of_these(each));
    return made;
}

// What is done to numbers in a map with nodes is done to a flat map, too, unless it is about what
// only nodes have: dropping, and turns that count their steps.
bool suits_flat_maps(const family &of) {
    return std::find(of.elements.begin(), of.elements.end(), numbers) != of.elements.end() &&
           !of.set.drop_on_erase && of.turns[0] == '\0';
}

} // namespace

scenario generated(unsigned number) {
    dice d(number + 77);
    scenario made{.name = "generated " + std::to_string(number),
                  .set = {},
                  .before = {},
                  .threads = {},
                  .orders = 1};
    made.set.elements = static_cast<element_kind>(d.below(3));
    made.set.hashes = static_cast<hash_kind>(d.below(4));
    made.set.drop_on_erase = d.below(4) == 0;
    made.set.symmetric = d.below(4) == 0;
    made.set.capacity = d.below(3) == 0 ? 4 : 0;
    constexpr verb verbs[] = {
        verb::contains,
        verb::get,
        verb::find,
        verb::visit,
        verb::erase,
        verb::erase,
        verb::extract,
        verb::insert,
        verb::insert,
        verb::insert,
        verb::insert_or_assign,
        verb::exchange,
        verb::update,
        verb::upsert,
        verb::put,
        verb::flip,
        verb::compare_erase,
        verb::compare_exchange,
        verb::hold,
        verb::look,
        verb::let_go,
        verb::clear,
        verb::erase_all,
        verb::for_each,
        verb::items,
        verb::reserve,
        verb::shrink_to_fit,
        verb::migrate,
        verb::migrate,
        verb::reclaim,
        verb::leave,
        verb::size,
    };
    unsigned next_value = 1;
    const auto some_call = [&] {
        for (;;) {
            call one{.what = verbs[d.below(std::size(verbs))]};
            if (!applies(one.what, made.set.elements))
                continue;
            one.a = has_key(one.what) ? d.below(5) : 1 + d.below(6);
            one.b = ++next_value;
            one.c = ++next_value;
            if (one.what == verb::compare_erase || one.what == verb::compare_exchange)
                one.b = 1 + d.below(next_value);
            return one;
        }
    };
    for (unsigned i = d.below(6); i != 0; --i)
        made.before.push_back({.what = verb::insert, .a = d.below(5), .b = ++next_value});
    for (unsigned i = d.below(3); i != 0; --i)
        made.before.push_back({.what = verb::erase, .a = d.below(5)});
    const unsigned threads = 2 + d.below(2);
    for (unsigned t = 0; t != threads; ++t) {
        calls script;
        for (unsigned i = 1 + d.below(4); i != 0; --i)
            script.push_back(some_call());
        made.threads.push_back(std::move(script));
    }
    return made;
}

const std::vector<scenario> &catalog() {
    static const std::vector<scenario> all = [] {
        std::vector<scenario> made;
        for (const family &each : families()) {
            for (const element_kind elements : each.elements)
                for (const hash_kind hashes : each.hashes)
                    made.push_back(build(each, elements, hashes));
            if (suits_flat_maps(each))
                for (const hash_kind hashes : each.hashes)
                    if (hashes != equal)
                        made.push_back(build(each, flat, hashes));
        }
        constexpr unsigned generated_ones = 60;
        for (unsigned i = 0; i != generated_ones; ++i)
            made.push_back(generated(i));
        return made;
    }();
    return all;
}

} // namespace ferry::model
