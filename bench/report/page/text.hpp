// SPDX-License-Identifier: BSL-1.0
#pragma once

// The text of report.html, which the build joins from the files of this folder and D3. It is cut
// where a run's remarks and its results go, and into pieces as long as a string literal may be.

#include <span>
#include <string_view>

namespace ferry::bench {

extern const std::span<const std::string_view> page_until_remarks;
extern const std::span<const std::string_view> page_until_results;
extern const std::span<const std::string_view> page_rest;

} // namespace ferry::bench
