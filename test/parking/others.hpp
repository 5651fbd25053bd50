// SPDX-License-Identifier: BSL-1.0
#pragma once

// What goes on while a thread is parked: three others insert, find and erase keys of their own and
// change the key of the parked one; then everything is looked at.

#include "subject.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/crew.hpp"
#include "support/unpaced.hpp"

namespace ferry::test::parking {

inline constexpr unsigned others = 3;

// One of them. Of its keys, which it numbers, it erases the fourth of each four.
template <class Kind>
class worker {
    using map_type = typename Kind::map;

public:
    worker(map_type &map, unsigned id) : books_(map), map_(map), first_(key{id + 1} << 32) {}

    void step(std::uint64_t i, findings &found) {
        switch (i % 8) {
        case 0:
        case 2:
        case 4:
        case 6:
            found.expect(map_.insert(first_ + inserted_, Kind::value(inserted_)),
                         "others insert their keys");
            ++inserted_;
            break;
        case 1:
            if (i % 16 == 1)
                change_held(i / 16);
            else
                look_at(i * 7919 % inserted_, found);
            break;
        case 5:
            erase(found);
            break;
        default:
            look_at(i * 7919 % inserted_, found);
            break;
        }
    }

    // Whether each of its keys is there with its value, or is not.
    void look_at_all(findings &found) const {
        for (std::uint64_t n = 0; n < inserted_; ++n)
            look_at(n, found);
    }
    std::size_t present() const { return inserted_ - erased_; }
    const books<Kind> &of_held() const { return books_; }

private:
    void look_at(std::uint64_t n, findings &found) const {
        const bool erased = n % 4 == 3 && n / 4 < erased_;
        const auto handle = map_.find(first_ + n);
        found.expect(static_cast<bool>(handle) != erased, "others' keys are there until erased");
        if (handle)
            found.expect(Kind::intact(*handle) && Kind::number(*handle) == n,
                         "others' keys have their values");
    }

    void erase(findings &found) {
        const std::uint64_t n = erased_ * 4 + 3;
        if (n >= inserted_)
            return;
        found.expect(map_.erase(first_ + n) == 1, "others erase their keys");
        ++erased_;
    }

    void change_held(std::uint64_t turn) {
        const std::uint64_t number = (first_ << 8) + turn * 1000;
        switch (turn % 7) {
        case 0:
            return books_.upsert(number);
        case 1:
            return books_.update();
        case 2:
            return books_.assign(number);
        case 3:
            return books_.erase();
        case 4:
            return books_.insert(number);
        case 5:
            return books_.compute(number);
        default:
            return books_.extract();
        }
    }

    books<Kind> books_;
    map_type &map_;
    key first_;
    std::uint64_t inserted_ = 0;
    std::uint64_t erased_ = 0;
};

// Their work on one map.
template <class Kind>
class crowd {
    using map_type = typename Kind::map;

public:
    explicit crowd(map_type &map) : map_(map) {
        for (unsigned id = 0; id < others; ++id)
            all_.emplace_back(map, id);
    }

    // All together so many operations. They come to an end, or the watchdog of a crew ends it all.
    void work(std::size_t operations, findings &found) {
        // In this program each turn attempts an advance. Barriers would take most of the time.
        const with_pace<300'000, detail::attempt_interval> rarer;
        found.add(crew(others, [&](unsigned id, findings &mine) {
            for (std::uint64_t i = 0; i < operations / others; ++i)
                all_[id].step(i, mine);
        }));
    }

    // With nobody at work but one who is `parked`, or none.
    // Returns how many keys with one home are there besides.
    std::size_t look_at_everything(std::size_t residents, bool parked, findings &found) {
        std::size_t expected = 0;
        for (const worker<Kind> &each : all_) {
            each.look_at_all(found);
            expected += each.present();
        }
        for (key each = 0; each < residents; ++each)
            if (each != held)
                look_at_resident(each, found);
        expected += residents > held ? residents - 1 : residents;
        expected += map_.contains(held);
        std::size_t seen = 0;
        std::size_t colliding = 0;
        map_.for_each([&](const key &each, const auto &value) {
            found.expect(Kind::intact(value), "iteration shows values that are alive");
            ++(each < first_colliding ? seen : colliding);
        });
        found.expect(seen == expected, "iteration shows each key once");
        // A thread that is parked between its effect and its count leaves the count one off.
        const std::size_t size = map_.size() - colliding;
        found.expect(parked ? size + 1 >= expected && size <= expected + 1 : size == expected,
                     "the size is right");
        return colliding;
    }

    books<Kind> of_held() const {
        books<Kind> sum = all_[0].of_held();
        for (unsigned id = 1; id < others; ++id)
            sum.add(all_[id].of_held());
        return sum;
    }

private:
    void look_at_resident(key each, findings &found) {
        const auto handle = map_.find(each);
        found.expect(static_cast<bool>(handle), "residents stay");
        if (handle)
            found.expect(Kind::intact(*handle) && Kind::number(*handle) == value_of(each),
                         "residents keep their values");
    }

    map_type &map_;
    std::vector<worker<Kind>> all_;
};

} // namespace ferry::test::parking
