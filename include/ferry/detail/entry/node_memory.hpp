// SPDX-License-Identifier: BSL-1.0
#pragma once

// Making and freeing nodes and boxes through the user's allocator. Nothing here is shared yet, or
// any more: no atomics but those of initialization.
//
// Exceptions: allocation and construction may throw, and leave nothing behind.

#include "ferry/detail/entry/node.hpp"

#include <memory>
#include <new>
#include <utility>

namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine {

template <class Node, class Allocator>
class node_memory {
public:
    using value_type = typename Node::value_type;
    using box_type = typename Node::box_type;

    explicit node_memory(const Allocator &allocator) noexcept : allocator_(allocator) {}

    const Allocator &allocator() const noexcept { return allocator_; }

    /// A node with the key made by `make_key(place)`, and no value.
    template <class MakeKey>
    Node *make_node(std::uint64_t hash, MakeKey &&make_key) {
        Node *made = allocate<Node>();
        ::new (static_cast<void *>(made)) Node(value_word::live_inline());
        unless_kept<Node> cleanup{*this, made};
        make_key(&made->key);
        if constexpr (Node::keeps_hash) {
            made->hash.value = hash;
        }
        return cleanup.keep();
    }

    /// A box with no value.
    box_type *make_box() { return ::new (static_cast<void *>(allocate<box_type>())) box_type; }

    /// Makes a value at `place` from the arguments, as the allocator constructs.
    template <class T, class... Args>
    void construct(T *place, Args &&...args) {
        auto allocator = rebound<T>();
        std::allocator_traits<decltype(allocator)>::construct(allocator, place,
                                                              std::forward<Args>(args)...);
    }

    /// Makes a value at `place` from what `f()` returns; moves it only where the allocator has to
    /// see its construction.
    template <class T, class F>
    void construct_from(T *place, F &&f) {
        auto allocator = rebound<T>();
        if constexpr (requires { allocator.construct(place, std::forward<F>(f)()); }) {
            allocator.construct(place, std::forward<F>(f)());
        } else {
            ::new (static_cast<void *>(place)) T(std::forward<F>(f)());
        }
    }

    template <class T>
    void destroy(T *object) noexcept {
        auto allocator = rebound<T>();
        std::allocator_traits<decltype(allocator)>::destroy(allocator, object);
    }

    void destroy_first_value(Node *of) noexcept {
        if constexpr (!std::is_trivially_destructible_v<value_type>) {
            destroy(of->first.address());
        } else {
            static_cast<void>(of);
        }
    }

    void free_box(box_type *old) noexcept {
        destroy(&old->value);
        deallocate(old);
    }

    /// Frees a node whose first value is gone or never was.
    void free_node(Node *old) noexcept {
        destroy(&old->key);
        deallocate(old);
    }

    /// Frees a node that was never linked, with its first value.
    void free_spare(Node *old) noexcept {
        destroy_first_value(old);
        free_node(old);
    }

    template <class T>
    void deallocate(T *memory) noexcept {
        auto allocator = rebound<T>();
        std::allocator_traits<decltype(allocator)>::deallocate(allocator, memory, 1);
    }

private:
    template <class T>
    auto rebound() const noexcept {
        using traits = typename std::allocator_traits<Allocator>::template rebind_traits<T>;
        return typename traits::allocator_type(allocator_);
    }

    template <class T>
    T *allocate() {
        auto allocator = rebound<T>();
        T *memory = std::allocator_traits<decltype(allocator)>::allocate(allocator, 1);
        FERRY_ASSERT(slot_word_fits(memory),
                     "the allocator returned an address of more than 48 bits or not aligned to 8: "
                     "ferry's slots cannot hold it");
        return memory;
    }

    static bool slot_word_fits(const void *memory) noexcept {
        const auto address = reinterpret_cast<std::uintptr_t>(memory);
        return address > 2 && (address >> 48) == 0 && address % 8 == 0;
    }

    template <class T>
    struct unless_kept {
        node_memory &memory;
        T *object;
        T *keep() noexcept { return std::exchange(object, nullptr); }
        ~unless_kept() {
            if (object != nullptr) {
                memory.deallocate(object);
            }
        }
    };

    [[no_unique_address]] Allocator allocator_;
};

} // namespace ferry::inline FERRY_ABI::inline FERRY_ENGINE::engine
