// SPDX-License-Identifier: BSL-1.0

// A program with a copy of ferry that loads a plugin with another.
//
//   host PLUGIN local|global SCENARIO

#include "together.hpp"

#include "support/gate.hpp"

#include <cstring>
#include <memory>
#include <thread>
#include <utility>

#include <dlfcn.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ferry::test;
using namespace ferry::test::copies;

namespace {

const char *plugin_path = nullptr;
int plugin_mode = 0;

void *load() {
    void *const loaded = ::dlopen(plugin_path, RTLD_NOW | plugin_mode);
    if (loaded == nullptr) {
        std::fprintf(stderr, "%s\n", ::dlerror());
        std::_Exit(1);
    }
    return loaded;
}

bool is_loaded() {
    void *const loaded = ::dlopen(plugin_path, RTLD_NOW | RTLD_NOLOAD);
    return loaded != nullptr && ::dlclose(loaded) == 0;
}

const image &image_in(void *loaded) {
    using getter = const image *();
    auto *const get = reinterpret_cast<getter *>(::dlsym(loaded, "plugin_image"));
    expect(get != nullptr, "the plugin names its image");
    return *get();
}

const image &plugin() { return image_in(load()); }

/// The exit code of a forked child.
template <class Body>
int in_child(Body &&body) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);
        body();
        std::_Exit(0);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : -1;
}

/// Another thread, pinned through an image while it lives.
class reader {
public:
    reader(const letters &map, const image &through)
        : thread_([this, &map, &through] {
              letters::handle *const held = through.hold(map);
              pinned_.pass();
              through.let_go(held);
          }) {
        pinned_.wait_for_arrival();
    }
    ~reader() {
        pinned_.open();
        thread_.join();
    }

private:
    gate pinned_;
    std::thread thread_;
};

// --- the scenarios -------------------------------------------------------------------------------

void a_handle_is_held_across_the_load() {
    const std::unique_ptr<letters> map(make());
    letters::handle *const held = hold(*map);
    const image &other = plugin();
    letters *const others = other.make();
    other.churn(*others);
    stays_readable(*map, *held, this_image);
    stays_readable(*map, *held, other);
    let_go(held);
    expect(reclaims(*map), "all is reclaimed");
    other.destroy(others);
}

void maps_are_shared() {
    const image &other = plugin();
    share_a_map(this_image, other);
    share_a_map(other, this_image);
}

void guards_need_not_name_their_domain() { guard_what_they_made(this_image, plugin()); }

void a_copy_is_loaded_after_fork() {
    const std::unique_ptr<letters> map(make());
    letters::handle *const held = hold(*map);
    const reader lost(*map, this_image);
    const int code = in_child([&] {
        const image &other = plugin();
        stays_readable(*map, *held, other);
        stays_readable(*map, *held, this_image);
        other.let_go(held);
        expect(other.reclaims(*map), "the thread that the child lacks holds nothing back");
        map->insert(held_key, letter(held_value));
        letters::handle *const others = other.hold(*map);
        stays_readable(*map, *others, this_image);
        const int grandchilds = in_child([&] {
            stays_readable(*map, *others, this_image);
            stays_readable(*map, *others, other);
            let_go(others);
            expect(reclaims(*map), "nor does anything in the grandchild");
        });
        expect(grandchilds == 0, "the grandchild");
    });
    expect(code == 0, "the child");
    let_go(held);
}

void a_fork_loses_threads_of_both() {
    const std::unique_ptr<letters> map(make());
    const image &other = plugin();
    const reader ours(*map, this_image);
    const reader theirs(*map, other);
    letters::handle *const held = other.hold(*map);
    for (const image *first : {&this_image, &other}) {
        const int code = in_child([&] {
            stays_readable(*map, *held, *first);
            let_go(held);
            expect(first->reclaims(*map), "the threads that the child lacks hold nothing back");
        });
        expect(code == 0, "the child");
    }
    let_go(held);
}

// The handle's pin is the other image's to honour before that image's own part of the fork is done.
letters *map_at_fork = nullptr;
letters::handle *held_at_fork = nullptr;
bool stayed_at_fork = false;

void churn_in_the_child() {
    if (map_at_fork != nullptr) {
        churn(*map_at_fork);
        stayed_at_fork = (**held_at_fork).reads(held_value);
    }
}

void a_fork_handler_uses_the_map() {
    map_at_fork = make();
    ::pthread_atfork(nullptr, nullptr, churn_in_the_child);
    held_at_fork = plugin().hold(*map_at_fork);
    const int code = in_child([] { expect(stayed_at_fork, "the value stays under the handle"); });
    expect(code == 0, "the child");
}

// Whether dlclose unloads the plugin: it does not where the host or a sanitizer has symbols of it.
bool unloads = false;

// LeakSanitizer is not asked: what threads keep in the plugin's domain stays when it goes.
void the_plugin_comes_and_goes() {
    const std::unique_ptr<letters> map(make());
    std::uint64_t last_number = 0;
    bool stayed = false;
    for (int round = 0; round < 20; ++round) {
        letters::handle *const held = hold(*map);
        void *const loaded = load();
        const image &other = image_in(loaded);
        letters *const others = other.make();
        gate used;
        std::thread outlives_it([&] {
            other.churn(*others);
            other.churn(*map);
            used.pass();
        });
        used.wait_for_arrival();
        expect((**held).reads(held_value), "the value stays while the plugin churns");
        other.destroy(others);
        const std::uint64_t number = other.default_domains_number();
        expect(number != last_number || stayed || number == default_domains_number(),
               "no two domains have the same number");
        last_number = number;
        expect(::dlclose(loaded) == 0, "the plugin goes");
        stayed = is_loaded();
        expect(!stayed || !unloads, "the plugin is unloaded");
        churn(*map);
        expect((**held).reads(held_value), "and when it has gone");
        used.open();
        outlives_it.join();
        expect(in_child([&] { churn(*map); }) == 0, "a child has no use for it");
        let_go(held);
        expect(reclaims(*map), "the plugin holds nothing back when it has gone");
        map->insert(held_key, letter(held_value));
    }
    std::_Exit(0);
}

constexpr std::pair<const char *, void (*)()> scenarios[] = {
    {"held-across-load", a_handle_is_held_across_the_load},
    {"shared-maps", maps_are_shared},
    {"guards", guards_need_not_name_their_domain},
    {"loaded-after-fork", a_copy_is_loaded_after_fork},
    {"fork", a_fork_loses_threads_of_both},
    {"fork-handler", a_fork_handler_uses_the_map},
    {"unload", the_plugin_comes_and_goes},
};

} // namespace

int main(int count, char **arguments) {
    expect(count == 5, "host PLUGIN local|global SCENARIO unloads|stays");
    plugin_path = arguments[1];
    plugin_mode = std::strcmp(arguments[2], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL;
    unloads = std::strcmp(arguments[4], "unloads") == 0;
    for (const auto &[name, run] : scenarios) {
        if (std::strcmp(name, arguments[3]) == 0) {
            run();
            return 0;
        }
    }
    expect(false, "there is no such scenario");
}
