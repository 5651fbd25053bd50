// SPDX-License-Identifier: BSL-1.0
#pragma once

// A reference to a function object (function_ref, P0792): two words, and nothing is allocated or
// copied. It must not outlive the call that it is passed to. The store's virtual functions take it,
// as they cannot be templates.

#include <memory>
#include <type_traits>
#include <utility>

namespace ferry::service {

template <class Signature>
class callback;

template <class Result, class... Args>
class callback<Result(Args...)> {
public:
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, callback>) callback(F &&f)
    noexcept
        : object_(const_cast<void *>(static_cast<const void *>(std::addressof(f)))),
          call_([](void *object, Args... args) -> Result {
              return (*static_cast<std::remove_reference_t<F> *>(object))(
                  std::forward<Args>(args)...);
          }) {}

    Result operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

private:
    void *object_;
    Result (*call_)(void *, Args...);
};

} // namespace ferry::service
