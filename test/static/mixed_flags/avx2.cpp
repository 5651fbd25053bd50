// SPDX-License-Identifier: BSL-1.0
#include "workload.hpp"

mixed_flags::report mixed_flags::run_avx2() { return run(); }
