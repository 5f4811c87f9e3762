// SPDX-License-Identifier: Apache-2.0
#include "ua/handover.h"

#include <algorithm>
#include <utility>

namespace godwit::ua {

Handover::Handover(const Start& start) {
  report_.from = start.from;
  restart(start);
}

void Handover::restart(const Start& start) {
  HandoverReport fresh;
  fresh.change = start.change;
  fresh.kind = start.kind;
  fresh.reason = start.reason;
  fresh.from = report_.from;
  fresh.noticed_at = start.noticed;
  fresh.retries = report_.retries;
  fresh.retry_reasons = std::move(report_.retry_reasons);
  report_ = std::move(fresh);
  refresh_needed_ = true;
}

void Handover::on_refresh_sent(TimePoint now) {
  if (!report_.refresh_sent) report_.refresh_sent = now - report_.noticed_at;
}

void Handover::on_retry(std::string why) {
  ++report_.retries;
  report_.retry_reasons.push_back(std::move(why));
}

void Handover::on_refresh_answered(TimePoint now) {
  report_.refresh_answered = now - report_.noticed_at;
}

void Handover::on_registered(TimePoint now) {
  if (!report_.registered) report_.registered = now - report_.noticed_at;
}

void Handover::on_rtp_sent(TimePoint at) {
  if (!report_.first_rtp_out && at >= report_.noticed_at) {
    report_.first_rtp_out = at - report_.noticed_at;
  }
}

void Handover::on_rtp_received(TimePoint at) {
  if (!report_.first_rtp_in && at >= report_.noticed_at) {
    report_.first_rtp_in = at - report_.noticed_at;
  }
}

void Handover::take_statistics(const media::Statistics& statistics) {
  report_.gap_in = std::max(report_.gap_in, statistics.gap_in);
  report_.gap_out = std::max(report_.gap_out, statistics.gap_out);
  // Nothing comes any more by a path that is broken; by one that works, late packets still may.
  const bool broken = report_.kind == HandoverKind::break_before_make;
  report_.lost_in = std::max(report_.lost_in,
                             broken ? statistics.missing_since_reset : statistics.lost_since_reset);
}

bool Handover::complete(bool hears, bool speaks) const {
  if (refresh_needed_ && !report_.refresh_answered) return false;
  if (hears && !report_.first_rtp_in) return false;
  return !speaks || report_.first_rtp_out.has_value();
}

}  // namespace godwit::ua
