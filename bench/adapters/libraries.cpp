// SPDX-License-Identifier: BSL-1.0
#include "adapters/libraries.hpp"

#ifdef FERRY_BENCH_LIBCDS
#include <cds/version.h>
#endif

namespace ferry::bench {

std::string library_versions() {
    std::string list;
    [[maybe_unused]] const auto add = [&list](const std::string &library) {
        list += (list.empty() ? "" : "; ") + library;
    };
#ifdef FERRY_BENCH_LIBCDS
    add("libcds " CDS_VERSION_STRING " (" FERRY_BENCH_LIBCDS_NOTE ")");
#endif
    if (const std::string others = FERRY_BENCH_OTHER_LIBRARIES; !others.empty())
        add(others);
    return list.empty() ? "none" : list;
}

} // namespace ferry::bench
