// SPDX-License-Identifier: BSL-1.0

// ferry-sharing: runs maps on the simulated machine and prints which lines its cores pass to each
// other.

#include "options.hpp"
#include "report/json.hpp"
#include "report/table.hpp"
#include "runtime/prepare.hpp"

#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace {

using namespace ferry::sharing;

enum exit_code { all_well = 0, wrong_answers = 1, cannot_start = 2 };

void list() {
    std::cout << "maps:\n";
    for (const auto &map : catalogue())
        std::cout << "  " << map.name << " (" << map.family << ": " << map.note << ")\n";
    std::cout << "workloads:\n";
    for (const workload what : all_workloads)
        std::cout << "  " << name_of(what) << " (" << describe(what) << ")\n";
}

int perform(const options &o) {
    std::ofstream json;
    if (!o.json.empty()) {
        json.open(o.json);
        if (!json)
            throw std::runtime_error("cannot write '" + o.json.string() + "'");
    }
    print_heading(std::cout, o.chosen);
    std::vector<cell> cells;
    for (const workload what : o.chosen.workloads) {
        const auto more = run_cells(o.chosen, what);
        print_table(std::cout, o.chosen, what, more);
        print_hottest(std::cout, more, o.hottest);
        std::cout.flush();
        cells.insert(cells.end(), more.begin(), more.end());
    }
    if (json.is_open())
        write_json(json, o.chosen, cells);
    for (const cell &each : cells)
        if (each.made.wrong_answers != 0)
            return wrong_answers;
    return all_well;
}

} // namespace

int main(int argc, char **argv) {
    prepare_process(argv);
    try {
        const auto o = parse_options(argc, argv);
        if (!o)
            return all_well;
        if (o->list) {
            list();
            return all_well;
        }
        return perform(*o);
    } catch (const std::exception &error) {
        std::cerr << "ferry-sharing: " << error.what() << '\n';
        return cannot_start;
    }
}
