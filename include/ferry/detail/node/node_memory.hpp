// SPDX-License-Identifier: BSL-1.0
#pragma once

// Making and freeing nodes and boxes through the user's allocator. No other thread can reach these
// objects yet, or any more, so only their initialization uses atomics.
//
// Exceptions: allocation and construction may throw, and leave nothing behind. Memory at an address
// that a slot cannot hold is given back, and unusable_address is thrown.

#include "ferry/detail/node/node.hpp"
#include "ferry/detail/node/slot_word.hpp"
#include "ferry/detail/node/unusable_address.hpp"
#include "ferry/detail/platform/exceptions.hpp"

#include <cstddef>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

FERRY_ENGINE_BEGIN

/// Whether a value was made.
enum class making {
    done,
    declined, ///< the user wants none: the operation puts nothing into the map
};

/// Calls `make_value(place)`. It returns a `making`, or nothing if it always makes the value.
template <class MakeValue, class T>
making make_at(MakeValue &make_value, T *place) {
    if constexpr (std::is_void_v<std::invoke_result_t<MakeValue &, T *>>) {
        make_value(place);
        return making::done;
    } else {
        return make_value(place);
    }
}

/// What the allocator is asked for to hold a T: one T.
template <class T>
struct memory_block {
    using unit = T;

    /// The units for a T that is made of these arguments.
    template <class... Args>
    static constexpr std::size_t units_for(const Args &...) noexcept {
        return 1;
    }
    static constexpr std::size_t units_of(const T &) noexcept { return 1; }
};

template <std::size_t Alignment>
struct alignas(Alignment) aligned_unit {
    std::byte bytes[Alignment];
};

/// A node and the characters behind it. They may begin within the node's last, unused bytes; these
/// are not subtracted.
template <class Node>
requires(Node::holds_characters) struct memory_block<Node> {
    using unit = aligned_unit<alignof(Node)>;

    static constexpr std::size_t units_for(value_word, std::string_view key) noexcept {
        return (sizeof(Node) + key.size() + sizeof(unit) - 1) / sizeof(unit);
    }
    static std::size_t units_of(const Node &node) noexcept {
        return units_for(value_word(), node.shown_key());
    }
};

template <class Node, class Allocator>
class node_memory {
    template <class T>
    class bare;

public:
    using value_type = typename Node::value_type;
    using box_type = typename Node::box_type;

    explicit node_memory(const Allocator &allocator) noexcept : allocator_(allocator) {}

    const Allocator &allocator() const noexcept { return allocator_; }

    /// A node in state `initial`. First `make_value(place)` makes its first value, then
    /// `make_key(place)` its key. nullptr: make_value declined. If `initial` is boxed,
    /// make_value must make nothing: the node has no first value, and N2 waits for none.
    ///
    /// For a node that holds characters, `make_key` is a view of them. They are copied first, as
    /// the memory depends on their number.
    template <class MakeKey, class MakeValue>
    Node *make_node(std::uint64_t hash, MakeKey &&make_key, value_word initial,
                    MakeValue &&make_value) {
        bare<Node> made = begin_node(initial, make_key);
        if (make_at(make_value, made->first.address()) == making::declined) {
            return nullptr;
        }
        if (initial.is_boxed()) {
            mark_value_gone(made.get());
        }
        if constexpr (Node::holds_characters) {
            static_cast<void>(make_key); // the node began with them
        } else if constexpr (std::is_nothrow_invocable_v<MakeKey &, typename Node::key_type *> ||
                             std::is_trivially_destructible_v<value_type>) {
            make_key(std::addressof(made->key));
        } else {
            unfinished first(*this, initial.is_boxed() ? nullptr : made.get());
            make_key(std::addressof(made->key));
            first.finished();
        }
        if constexpr (Node::keeps_hash) {
            made->hash.value = hash;
        }
        return made.keep();
    }

    /// A box whose value `make_value(place)` makes. nullptr: make_value declined.
    template <class MakeValue>
    box_type *make_box(MakeValue &&make_value) {
        bare<box_type> made(*this);
        return make_at(make_value, std::addressof(made->value)) == making::done ? made.keep()
                                                                                : nullptr;
    }

    /// Makes a T at `place` from the arguments, through the allocator's traits.
    template <class T, class... Args>
    void construct(T *place, Args &&...args) {
        auto allocator = rebound<T>();
        std::allocator_traits<decltype(allocator)>::construct(allocator, place,
                                                              std::forward<Args>(args)...);
    }

    /// Makes a T at `place` from what `f()` returns. The result is moved only if the allocator has
    /// a construct() of its own for it.
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

    /// As destroy_first_value, for a node that was never linked. It may be linked later with its
    /// value in a box, and N2 then waits for no first value.
    void forget_first_value(Node *of) noexcept {
        destroy_first_value(of);
        mark_value_gone(of);
    }

    void free_box(box_type *old) noexcept {
        destroy(std::addressof(old->value));
        deallocate(old);
    }

    void destroy_key(Node *of) noexcept {
        if constexpr (!Node::holds_characters) {
            destroy(std::addressof(of->key));
        } else {
            static_cast<void>(of); // their number is needed until the memory is freed
        }
    }

    /// Frees a node whose first value is gone or was never made.
    void free_node(Node *old) noexcept {
        destroy_key(old);
        deallocate(old);
    }

    /// Frees a node that was never linked, with its first value.
    void free_spare(Node *old) noexcept {
        destroy_first_value(old);
        free_node(old);
    }

    template <class T>
    void deallocate(T *memory) noexcept {
        using block = memory_block<T>;
        give_back(reinterpret_cast<typename block::unit *>(memory), block::units_of(*memory));
    }

private:
    /// A node with its characters, if it holds any, and with nothing else.
    template <class MakeKey>
    bare<Node> begin_node(value_word initial, [[maybe_unused]] MakeKey &make_key) {
        if constexpr (Node::holds_characters) {
            return bare<Node>(*this, initial, make_key);
        } else {
            return bare<Node>(*this, initial);
        }
    }

    static void mark_value_gone(Node *of) noexcept {
        if constexpr (Node::retires_value) {
            of->parts.word.store(of->parts.value_gone,
                                 detail::relaxed); // relaxed: a link publishes it
        } else {
            static_cast<void>(of);
        }
    }

    template <class T>
    auto rebound() const noexcept {
        using traits = typename std::allocator_traits<Allocator>::template rebind_traits<T>;
        return typename traits::allocator_type(allocator_);
    }

    template <class T>
    T *allocate(std::size_t units) {
        auto allocator = rebound<typename memory_block<T>::unit>();
        auto *memory = std::allocator_traits<decltype(allocator)>::allocate(allocator, units);
        if (!slot_word::fits(reinterpret_cast<std::uintptr_t>(memory))) [[unlikely]] {
            refuse(memory, units);
        }
        return reinterpret_cast<T *>(memory);
    }

    template <class Unit>
    void give_back(Unit *memory, std::size_t units) noexcept {
        auto allocator = rebound<Unit>();
        std::allocator_traits<decltype(allocator)>::deallocate(allocator, memory, units);
    }

    /// Gives back memory that cannot be linked, and throws.
    template <class Unit>
    [[noreturn, gnu::cold, gnu::noinline]] void refuse(Unit *memory, std::size_t units) {
        if (memory != nullptr) {
            give_back(memory, units);
        }
        FERRY_THROW(unusable_address());
    }

    /// Destroys the first value of a node whose key is not made yet, unless finished() was called.
    /// nullptr: there is no first value.
    class unfinished {
    public:
        unfinished(node_memory &memory, Node *with_value) noexcept
            : memory_(memory), with_value_(with_value) {}
        unfinished(const unfinished &) = delete;
        unfinished &operator=(const unfinished &) = delete;
        ~unfinished() {
            if (with_value_ != nullptr) {
                memory_.destroy_first_value(with_value_);
            }
        }

        void finished() noexcept { with_value_ = nullptr; }

    private:
        node_memory &memory_;
        Node *with_value_;
    };

    /// An object without its key or value. Its memory is freed unless keep() was called.
    template <class T>
    class bare {
    public:
        template <class... Args>
        explicit bare(node_memory &memory, Args &&...args)
            : memory_(memory),
              object_(memory.template allocate<T>(memory_block<T>::units_for(args...))) {
            ::new (static_cast<void *>(object_)) T(std::forward<Args>(args)...);
        }
        bare(const bare &) = delete;
        bare &operator=(const bare &) = delete;
        ~bare() {
            if (object_ != nullptr) {
                memory_.deallocate(object_);
            }
        }

        T *operator->() const noexcept { return object_; }
        T *get() const noexcept { return object_; }
        T *keep() noexcept { return std::exchange(object_, nullptr); }

    private:
        node_memory &memory_;
        T *object_;
    };

    [[no_unique_address]] Allocator allocator_;
};

FERRY_ENGINE_END
