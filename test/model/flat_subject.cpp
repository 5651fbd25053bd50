// SPDX-License-Identifier: BSL-1.0
#include "flat_subject.hpp"

#include "flat_inspection.hpp"
#include "flat_naming.hpp"
#include "subject_of.hpp"

namespace ferry::model {

std::unique_ptr<subject> make_flat_subject() {
    using map = concurrent_flat_map<std::uint64_t, pointed_number, flat_hash>;
    return std::make_unique<subject_of<map, flat_inspection, flat_naming>>();
}

} // namespace ferry::model
