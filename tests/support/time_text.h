// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "godwit/time.h"

namespace godwit::test {

/// "1234.5 ms" after the simulation began (`VirtualTime` starts at one hour).
inline std::string time_text(TimePoint at) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(
                          at - (TimePoint{} + std::chrono::hours{1}))
                          .count();
  return std::to_string(micros / 1000) + '.' + std::to_string(micros % 1000 / 100) + " ms";
}

}  // namespace godwit::test
