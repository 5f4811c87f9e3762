// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "io/loop.h"

namespace godwit::test {

/// Serves the loop until the condition holds, at most five seconds. @return whether it does.
template <class Condition>
[[nodiscard]] bool serve_until(io::Loop& loop, Condition condition) {
  const TimePoint deadline = loop.now() + std::chrono::seconds{5};
  while (!condition() && loop.now() < deadline) loop.poll(std::chrono::milliseconds{20});
  return condition();
}

}  // namespace godwit::test
