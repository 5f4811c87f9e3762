// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "godwit/time.h"

namespace godwit::io {

/// Notices that the system slept, of which the monotonic clock tells nothing: it stood still.
class SleepWatch {
 public:
  /// @param ahead  how far CLOCK_BOOTTIME, which goes on meanwhile, is ahead of CLOCK_MONOTONIC
  explicit SleepWatch(Duration ahead) : ahead_(ahead) {}

  /// @return how long it slept since the last look, if it did for longer than a second.
  [[nodiscard]] std::optional<Duration> look(Duration ahead);

 private:
  Duration ahead_;
};

/// How far it is ahead at the moment.
[[nodiscard]] Duration slept_since_start();

}  // namespace godwit::io
