// SPDX-License-Identifier: BSL-1.0
#include "adapters/ck/epoch.hpp"

namespace ferry::bench::ck {

namespace {

class domain {
public:
    domain() { ck_epoch_init(&epoch_); }

    // A record cannot be destroyed, only used again.
    ck_epoch_record_t *join() {
        if (auto *const used = ck_epoch_recycle(&epoch_, nullptr))
            return used;
        auto *const fresh = new ck_epoch_record_t;
        ck_epoch_register(&epoch_, fresh, nullptr);
        return fresh;
    }

private:
    ck_epoch_t epoch_;
};

thread_local unsigned participations = 0;

} // namespace

epoch_thread::epoch_thread() {
    static domain all;
    if (participations++ == 0)
        epoch_record = all.join();
}

epoch_thread::~epoch_thread() {
    if (--participations != 0)
        return;
    ck_epoch_barrier(epoch_record);
    ck_epoch_unregister(epoch_record);
    epoch_record = nullptr;
}

} // namespace ferry::bench::ck
