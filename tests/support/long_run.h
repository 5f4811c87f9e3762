// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace godwit::test {

/// Whether this is `./test --full`, which has time for what a usual run leaves out.
inline bool in_long_run() {
  return std::getenv("GODWIT_FULL") != nullptr;
}

}  // namespace godwit::test
