// SPDX-License-Identifier: BSL-1.0
#pragma once

// What a callback does to the map that calls it. With one thread, this is how an operation finds
// its key changed in the middle.

#include "world.hpp"

namespace ferry::fuzz {

template <class Elements>
class meddling {
public:
    meddling(world<Elements> &in, unsigned key) : world_(in), key_(key) {
        for (bool more = true; more && count_ != most_actions; ++count_) {
            const unsigned taken = in.in.take();
            action &next = actions_[count_];
            next.kind = taken % 32 < 14 ? taken % 32 : nothing; // mostly nothing
            if (next.kind == puts_other || next.kind == erases_other)
                next.other = in.key_number();
            if (count_ == 0)
                first_call_ = 1 + taken / 32 % 4;
            more = next.kind != nothing && taken >= 128;
            if (next.kind != nothing)
                tell([&] { return "    meddling " + std::to_string(next.kind); });
        }
    }

    // A callback is called; the key it is about, where it is about one.
    void called(unsigned key) {
        key_ = key;
        called();
    }
    void called() {
        if (++calls_ >= first_call_ && calls_ - first_call_ < count_) {
            act(actions_[calls_ - first_call_]);
            may_move();
        }
    }

    unsigned calls() const { return calls_; }
    bool idle() const { return actions_[0].kind == nothing; }
    // Whether a key may have been absent for a moment.
    bool removes() const {
        return std::any_of(actions_, actions_ + count_, [](const action &each) {
            return each.kind != nothing && each.kind <= clears && each.kind != puts;
        });
    }

private:
    enum : unsigned {
        nothing,
        puts,
        puts_and_erases,
        erases,
        erases_and_puts,
        puts_other,
        erases_other,
        clears,
        grows,
        shrinks,
        migrates,
        reclaims,
        finds,
        pins,
    };

    // One at a call, from the first one on.
    static constexpr unsigned most_actions = 3;
    struct action {
        unsigned kind = nothing;
        unsigned other = 0; // key
    };

    void act(const action &what) {
        const quiet now;
        world<Elements> &w = world_;
        auto &map = w.map();
        switch (what.kind) {
        case puts:
            return w.put(key_, w.fresh());
        case puts_and_erases:
            w.put(key_, w.fresh());
            return w.remove(key_);
        case erases:
            return w.remove(key_);
        case erases_and_puts:
            w.remove(key_);
            return w.put(key_, w.fresh());
        case puts_other:
            return w.put(what.other, w.fresh());
        case erases_other:
            return w.remove(what.other);
        case clears:
            map.clear();
            return w.here().becomes_empty();
        case grows: {
            const std::size_t wanted = map.capacity();
            map.reserve(wanted);
            w.here().reserved = std::max(w.here().reserved, wanted);
            return;
        }
        case shrinks:
            w.here().reserved = 0;
            return map.shrink_to_fit();
        case migrates:
            map.migrate(3);
            return;
        case reclaims:
            return map.reclaim();
        case finds: {
            auto found = map.find(Elements::key(key_));
            w.require(static_cast<bool>(found) == w.here().value(key_).has_value(),
                      "a find in it gave another result");
            if (found)
                w.hold(std::move(found), key_, *w.here().value(key_));
            return;
        }
        case pins:
            static_cast<void>(map.pin());
            static_cast<void>(map.pin_owned());
            return;
        default:
            return;
        }
    }

    // Most operations help a migration, which may move the callback's key. Then the callback runs
    // again, as if the key had changed.
    void may_move() {
        if constexpr (is_flat<Elements>)
            if (world_.here().noting != nullptr)
                world_.here().noting->keys.insert(key_);
    }

    world<Elements> &world_;
    unsigned key_;
    action actions_[most_actions];
    unsigned count_ = 0;
    unsigned first_call_ = 1;
    unsigned calls_ = 0;
};

} // namespace ferry::fuzz
