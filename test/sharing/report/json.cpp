// SPDX-License-Identifier: BSL-1.0
#include "report/json.hpp"

#include "report/table.hpp"

#include <ostream>

namespace ferry::sharing {

namespace {

// Names and numbers only: nothing needs to be escaped.
void write_cell(std::ostream &out, const cell &each) {
    const tally &all = each.made.counted;
    out << "    {\"map\": \"" << each.map << "\", \"workload\": \"" << name_of(each.what.what)
        << "\", \"cores\": " << each.what.cores << ", \"operations\": " << all.operations
        << ", \"accesses\": " << all.accesses << ", \"cold_misses\": " << all.cold_misses
        << ", \"shared_misses\": " << all.shared_misses
        << ", \"remote_misses\": " << all.remote_misses
        << ", \"remote_writes\": " << all.remote_writes
        << ", \"invalidations\": " << all.invalidations << ", \"lines\": " << all.lines
        << ", \"cycles\": " << all.cycles << ", \"wrong_answers\": " << each.made.wrong_answers
        << ", \"parts\": {";
    for (unsigned i = 0; i < part_count; ++i)
        out << (i == 0 ? "" : ", ") << '"' << name_of(static_cast<part>(i))
            << "\": {\"remote_misses\": " << all.parts[i].remote_misses
            << ", \"remote_writes\": " << all.parts[i].remote_writes << '}';
    out << "}}";
}

} // namespace

void write_json(std::ostream &out, const plan &chosen, const std::vector<cell> &cells) {
    out << "{\n  \"keys\": " << chosen.usual.keys
        << ",\n  \"operations\": " << chosen.usual.operations
        << ",\n  \"seed\": " << chosen.usual.seed << ",\n  \"cells\": [\n";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        write_cell(out, cells[i]);
        out << (i + 1 < cells.size() ? ",\n" : "\n");
    }
    out << "  ]\n}\n";
}

} // namespace ferry::sharing
