// SPDX-License-Identifier: Apache-2.0
#include "media/quality_watch.h"

#include <algorithm>
#include <bit>

namespace godwit::media {
namespace {

double milliseconds_in(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

std::vector<QualityWatch::Change> QualityWatch::on_second(const QualitySecond& second) {
  if (second.mos == 0) return {};
  losses_[seconds_++ % kLooks] = {second.packets, second.lost + second.discarded};

  struct Look {
    QualityMeasure measure;
    double value;
    double limit;
    bool beyond;
    bool at_once = false;
  };
  const double round_trip = milliseconds_in(second.round_trip.value_or(Duration{}));
  const double jitter = milliseconds_in(second.jitter);
  const double most_round_trip = milliseconds_in(limits_.round_trip);
  const double most_jitter = milliseconds_in(limits_.jitter);
  const bool lossy_for_long = limits_.mean_loss > 0 && mean_loss() > limits_.mean_loss;
  const bool lossy = limits_.loss > 0 && second.loss() > limits_.loss;
  const std::array<Look, 4> looks{{
      {QualityMeasure::round_trip, round_trip, most_round_trip,
       most_round_trip > 0 && round_trip > most_round_trip},
      {QualityMeasure::jitter, jitter, most_jitter, most_jitter > 0 && jitter > most_jitter},
      {QualityMeasure::mos, second.mos, limits_.mos, limits_.mos > 0 && second.mos < limits_.mos},
      {QualityMeasure::loss, lossy_for_long ? mean_loss() : second.loss(),
       lossy_for_long ? limits_.mean_loss : limits_.loss, lossy || lossy_for_long, lossy_for_long},
  }};

  std::vector<Change> changes;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const Look& look = looks[i];
    if (!has_changed(watched_[i], look.beyond, look.at_once)) continue;
    changes.push_back({look.measure, watched_[i].bad, look.value, look.limit});
  }
  return changes;
}

/// @param at_once  it is a mean of five seconds already
bool QualityWatch::has_changed(Watched& watched, bool is_beyond, bool at_once) {
  constexpr unsigned kMask = (1U << kLooks) - 1;
  watched.beyond = static_cast<std::uint8_t>((watched.beyond << 1U | (is_beyond ? 1U : 0U)) & kMask);
  watched.within = is_beyond ? 0 : static_cast<std::uint8_t>(std::min(watched.within + 1, kLooks));
  const bool was_bad = watched.bad;
  if (is_beyond && (at_once || std::popcount(watched.beyond) >= kToRaise)) watched.bad = true;
  if (watched.within == kLooks) watched.bad = false;
  return watched.bad != was_bad;
}

double QualityWatch::mean_loss() const {
  if (seconds_ < kLooks) return 0;
  Count sum;
  for (const Count& one : losses_) {
    sum.packets += one.packets;
    sum.bad += one.bad;
  }
  return sum.packets == 0 ? 0 : static_cast<double>(sum.bad) / sum.packets;
}

}  // namespace godwit::media
