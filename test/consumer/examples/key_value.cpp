// SPDX-License-Identifier: BSL-1.0
// A key-value store with a protocol of lines, on stdin:
//
//   set KEY VALUE           stores; prints "stored"
//   add KEY VALUE           stores if the key is absent
//   get KEY                 prints the value
//   replace KEY OLD NEW     stores NEW if the value is OLD
//   count KEY N             adds the number N; prints the sum
//   delete KEY              erases; prints the value that was there
//   size, quit
//
// Each file that is named on the command line is a client of its own: its lines are carried out by
// a thread of its own, before stdin is read. A thread in the background looks after the map.

#include <ferry/concurrent_map.hpp>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <ostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using store = ferry::concurrent_map<std::string, std::string>;

long number_in(const std::string &text) {
    long number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Carries out one line. Any number of threads may do so at once.
void perform(store &values, const std::string &line, std::ostream &out) {
    std::istringstream words(line);
    std::string command, key, value, other;
    words >> command >> key >> value >> other;
    if (command == "set") {
        values.insert_or_assign(key, value);
        out << "stored\n";
    } else if (command == "add") {
        out << (values.insert(key, value) ? "stored\n" : "present\n");
    } else if (command == "get") {
        // Written within the call, so that the value is not copied first.
        if (!values.visit(key, [&out](const std::string &found) { out << found << '\n'; })) {
            out << "absent\n";
        }
    } else if (command == "replace") {
        out << (values.compare_exchange(key, value, other) ? "stored\n" : "another value\n");
    } else if (command == "count") {
        const long more = number_in(value);
        out << values.upsert_and_get(
                   key,
                   [&](const std::string &before) {
                       return std::to_string(number_in(before) + more);
                   },
                   std::to_string(more))
            << '\n';
    } else if (command == "delete") {
        if (const auto gone = values.extract(key)) {
            out << *gone << '\n';
        } else {
            out << "absent\n";
        }
    } else if (command == "size") {
        out << values.size() << '\n';
    } else {
        out << "no such command\n";
    }
}

void serve(store &values, std::istream &in, std::ostream &out) {
    for (std::string line; std::getline(in, line) && line != "quit";) {
        perform(values, line, out);
    }
}

/// Goes on with resizes and frees memory while nobody writes.
void look_after(store &values, const std::stop_token &stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    const auto stopped = [&stop] { return stop.stop_requested(); };
    while (!wake.wait_for(lock, stop, std::chrono::milliseconds(100), stopped)) {
        values.maintain();
    }
}

int main(int argc, char **argv) {
    store values;
    const std::jthread caretaker(
        [&values](const std::stop_token &stop) { look_after(values, stop); });

    {
        std::vector<std::jthread> clients;
        for (int i = 1; i < argc; ++i) {
            clients.emplace_back([&values, name = argv[i]] {
                std::ifstream in(name);
                std::ostringstream replies;
                serve(values, in, replies);
            });
        }
    }
    serve(values, std::cin, std::cout);
}
