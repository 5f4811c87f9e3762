// SPDX-License-Identifier: Apache-2.0
#include "media/quality_reporter.h"

#include <iterator>
#include <utility>

namespace godwit::media {

void QualityReporter::on_second(const StreamLook& look, const rtp::RtcpSession& rtcp,
                                std::uint32_t send_clock_rate, TimePoint now) {
  meter_.on_second(look, now);
  if (const auto& view = rtcp.far_view()) {
    far_end_ = far_quality(*view, send_clock_rate, meter_.since_start(view->at));
  }
  for (const QualityWatch::Change& change : watch_.on_second(meter_.quality().now)) {
    waiting_.emplace_back(QualityTurned{
        .measure = change.measure, .bad = change.bad, .value = change.value, .limit = change.limit});
  }
  if (interval_ == std::chrono::seconds{} || ++passed_ < interval_) return;
  passed_ = {};
  waiting_.emplace_back(QualityMeasured{quality()});
}

void QualityReporter::take_notices(std::vector<Notice>& notices) {
  std::ranges::move(waiting_, std::back_inserter(notices));
  waiting_.clear();
}

CallQuality QualityReporter::quality() const {
  CallQuality quality = meter_.quality();
  quality.far_end = far_end_;
  return quality;
}

}  // namespace godwit::media
