// SPDX-License-Identifier: BSL-1.0
#pragma once

// Whose a map is.

namespace ferry::bench::family {

inline constexpr const char *ferry = "ferry";
inline constexpr const char *libcds = "libcds";
inline constexpr const char *libraries = "libraries"; // other libraries
inline constexpr const char *by_hand = "by hand";     // what people put together themselves
inline constexpr const char *servers = "servers";     // no maps, but other servers of maps
inline constexpr const char *floor = "floor";         // does nothing: what the harness itself costs

} // namespace ferry::bench::family
