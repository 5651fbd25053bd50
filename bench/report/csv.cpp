// SPDX-License-Identifier: BSL-1.0
#include "report/csv.hpp"

#include <ostream>

namespace ferry::bench {

void write_csv(std::ostream &out, const measurements &m) {
    // Names hold neither commas nor quotes.
    out << "cell,map,counter,median,min,max,rounds\n";
    for (const auto &cell : m.cells)
        for (const auto &[map, result] : cell.maps) {
            if (!result.wrong.empty()) {
                out << cell.name << ',' << map << ",wrong,,,,\n";
                continue;
            }
            for (const auto &[counter, values] : result.counters) {
                const auto sum = *result.of(counter);
                out << cell.name << ',' << map << ',' << counter << ',' << sum.median << ','
                    << sum.min << ',' << sum.max << ',' << values.size() << '\n';
            }
        }
}

} // namespace ferry::bench
