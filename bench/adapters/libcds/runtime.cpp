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
    // With libcds' default parameters. Larger buffers for RCU and hazard pointers were tried and
    // made no difference that would have shown through the noise.
    hazard_pointers hazard_pointers_;
    dynamic_hazard_pointers dynamic_hazard_pointers_;
    buffered_rcu rcu_;
};

} // namespace

void require_runtime() { static runtime instance; }

thread_scope::thread_scope() { cds::threading::Manager::attachThread(); }
thread_scope::~thread_scope() { cds::threading::Manager::detachThread(); }

} // namespace ferry::bench::libcds
