// SPDX-License-Identifier: BSL-1.0
#include "adapters/libcds/runtime.hpp"

#include <cds/threading/model.h>

namespace ferry::bench::libcds {

namespace {

// The order libcds asks for: itself, its reclamation schemes, then threads; backwards at the end.
class runtime {
public:
    runtime() { cds::threading::Manager::attachThread(); }
    ~runtime() { cds::threading::Manager::detachThread(); }
    runtime(const runtime &) = delete;
    runtime &operator=(const runtime &) = delete;

private:
    struct library {
        library() { cds::Initialize(); }
        ~library() { cds::Terminate(); }
    };

    library library_;
    // All parameters are libcds' defaults, but for the hazard pointers of a thread: Feldman's map
    // needs more than eight when its guarded pointers are counted.
    hazard_pointers hazard_pointers_{16};
    buffered_rcu rcu_;
};

} // namespace

void require_runtime() { static runtime instance; }

thread_scope::thread_scope() { cds::threading::Manager::attachThread(); }
thread_scope::~thread_scope() { cds::threading::Manager::detachThread(); }

} // namespace ferry::bench::libcds
