// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "media/quality.h"
#include "media/quality_watch.h"
#include "media/session.h"

namespace godwit::media {

/// Measures the quality of one call second by second and tells what the application wants to know of
/// it: figures at times, and when it turns bad or good. Part of Session.
class QualityReporter {
 public:
  explicit QualityReporter(const QualityOptions& options)
      : interval_(options.interval), watch_(options.limits) {}

  /// Sound has been agreed on: the first second begins.
  void start(TimePoint now) { meter_.start(now); }
  [[nodiscard]] bool is_due(TimePoint now) const {
    return meter_.next_deadline() && *meter_.next_deadline() <= now;
  }
  /// A second is over. @param send_clock_rate  of the timestamps that we send
  void on_second(const StreamLook& look, const rtp::RtcpSession& rtcp,
                 std::uint32_t send_clock_rate, TimePoint now);
  /// Adds what there is to tell.
  void take_notices(std::vector<Notice>& notices);

  [[nodiscard]] CallQuality quality() const;
  [[nodiscard]] std::vector<QualitySecond> history() const { return meter_.history(); }

 private:
  std::chrono::seconds interval_;
  QualityMeter meter_;
  QualityWatch watch_;
  std::optional<FarQuality> far_end_;
  std::chrono::seconds passed_{};  // since the figures were told
  std::vector<Notice> waiting_;
};

}  // namespace godwit::media
