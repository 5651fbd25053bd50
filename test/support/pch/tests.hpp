// SPDX-License-Identifier: BSL-1.0
// Compiled once for each program of tests, and read by all of its files: what most of them include.
// They include it themselves as well.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/concurrent_map.hpp>
#include <ferry/concurrent_set.hpp>
