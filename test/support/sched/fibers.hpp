// SPDX-License-Identifier: BSL-1.0
#pragma once

// Stacks for the logical threads, over Boost.Context. A fiber that is never gone on with is simply
// forgotten: nothing on its stack is destroyed.

#include <boost/context/detail/fcontext.hpp>

#include <cxxabi.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace ferry::model {

class fibers {
public:
    // `body` runs when the fiber is first gone on with, and must not return.
    void make(unsigned which, std::function<void()> body);

    void from_hub(unsigned to) { jump(hub_, contexts_[to]); }
    void to_hub(unsigned from) { jump(contexts_[from], hub_); }
    void swap(unsigned from, unsigned to) { jump(contexts_[from], contexts_[to]); }

private:
    using context = boost::context::detail::fcontext_t;
    static constexpr std::size_t stack_bytes = std::size_t{128} << 10;
    static constexpr unsigned most = 32;

    static void enter(boost::context::detail::transfer_t);

    void jump(context &from, context to) {
        left_ = &from;
        // The exceptions that are being handled are the thread's, as the compiler sees it.
        const handled_exceptions mine = *handled_;
        // Whoever lands keeps the place that was left.
        const auto arrived = boost::context::detail::jump_fcontext(to, this);
        *left_ = arrived.fctx;
        *handled_ = mine;
    }

    // What __cxa_get_globals() gives, by the Itanium C++ ABI.
    struct handled_exceptions {
        void *innermost;
        unsigned uncaught;
    };

    // Of the one thread that all fibers run on.
    handled_exceptions *const handled_ =
        reinterpret_cast<handled_exceptions *>(abi::__cxa_get_globals());
    context hub_ = nullptr;
    context *left_ = nullptr;
    context contexts_[most] = {};
    std::function<void()> bodies_[most];
    std::unique_ptr<unsigned char[]> stacks_[most];
};

} // namespace ferry::model
