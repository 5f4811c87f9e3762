// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "godwit/time.h"

namespace godwit::media {

/// The longest time between two packets.
class GapMeter {
 public:
  void on_packet(TimePoint now) {
    longest_ = longest(now);
    last_ = now;
  }
  /// Measures anew. The gap that is running stays whole: it began before anybody noticed.
  void reset() { longest_ = {}; }
  /// Nothing is expected for a while (hold): the time until the next packet is no gap.
  void pause() { last_.reset(); }

  /// The gap that is running at `now` included.
  [[nodiscard]] Duration longest(TimePoint now) const {
    return last_ ? std::max(longest_, now - *last_) : longest_;
  }

 private:
  std::optional<TimePoint> last_;
  Duration longest_{};
};

}  // namespace godwit::media
