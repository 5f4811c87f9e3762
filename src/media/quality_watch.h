// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "godwit/call_quality.h"

namespace godwit::media {

/// Says when a call becomes bad and when it is good again, second by second: bad after three of five
/// beyond a limit, good after five in a row within it.
class QualityWatch {
 public:
  explicit QualityWatch(const QualityLimits& limits) : limits_(limits) {}

  /// A measure has passed its limit, or keeps within it again.
  struct Change {
    QualityMeasure measure = QualityMeasure::mos;
    bool bad = false;
    double value = 0;  ///< of this second: ms, a MOS, or a share
    double limit = 0;  ///< in the same unit

    bool operator==(const Change&) const = default;
  };
  /// Seconds in which nothing was to be heard are passed over.
  [[nodiscard]] std::vector<Change> on_second(const QualitySecond& second);

 private:
  static constexpr int kLooks = 5;
  static constexpr int kToRaise = 3;

  struct Watched {
    std::uint8_t beyond = 0;  // of the last five seconds, one bit each
    std::uint8_t within = 0;  // seconds in a row
    bool bad = false;
  };
  [[nodiscard]] double mean_loss() const;
  static bool has_changed(Watched& watched, bool is_beyond, bool at_once);

  QualityLimits limits_;
  std::array<Watched, 4> watched_{};
  struct Count {
    std::uint32_t packets = 0;
    std::uint32_t bad = 0;
  };
  std::array<Count, kLooks> losses_{};  // a ring of the last five seconds
  std::size_t seconds_ = 0;
};

}  // namespace godwit::media
