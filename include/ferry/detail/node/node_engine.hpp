// SPDX-License-Identifier: BSL-1.0
#pragma once

// The engine with nodes: a slot links a node, which has the key and leads to the value. The public
// headers include the whole engine through this file.

#include "ferry/detail/node/compute.hpp"
#include "ferry/detail/node/erase.hpp"
#include "ferry/detail/node/find.hpp"
#include "ferry/detail/node/handle.hpp"
#include "ferry/detail/node/insert.hpp"
#include "ferry/detail/node/iterate.hpp"
#include "ferry/detail/node/update.hpp"
