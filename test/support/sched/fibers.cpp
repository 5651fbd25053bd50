// SPDX-License-Identifier: BSL-1.0
#include "sched/fibers.hpp"

namespace ferry::model {

void fibers::make(unsigned which, std::function<void()> body) {
    if (!stacks_[which])
        stacks_[which].reset(new unsigned char[stack_bytes]);
    bodies_[which] = std::move(body);
    contexts_[which] = boost::context::detail::make_fcontext(stacks_[which].get() + stack_bytes,
                                                             stack_bytes, enter);
}

void fibers::enter(boost::context::detail::transfer_t arrived) {
    auto &all = *static_cast<fibers *>(arrived.data);
    *all.left_ = arrived.fctx;
    *all.handled_ = {};
    // Which fiber this is: the one whose stack we are on.
    const auto *const here = reinterpret_cast<const unsigned char *>(&arrived);
    for (unsigned i = 0; i != most; ++i)
        if (all.stacks_[i] && here >= all.stacks_[i].get() &&
            here < all.stacks_[i].get() + stack_bytes)
            all.bodies_[i]();
}

} // namespace ferry::model
