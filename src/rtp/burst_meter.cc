// SPDX-License-Identifier: Apache-2.0
#include "rtp/burst_meter.h"

#include <algorithm>

namespace godwit::rtp {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void BurstMeter::on_packet(Packet packet) {
  ++packets_;
  if (packet == Packet::good) {
    in_streak_ = false;
    if (++good_since_ == kGmin) close_run();
    return;
  }
  ++bad_;
  if (!in_streak_) ++streaks_;
  in_streak_ = true;
  run_packets_ += run_bad_ == 0 ? 1 : good_since_ + 1;
  ++run_bad_;
  good_since_ = 0;
}

void BurstMeter::close_run() {
  if (run_bad_ > 1) {
    ++bursts_;
    burst_packets_ += run_packets_;
    burst_bad_ += run_bad_;
  }
  run_packets_ = run_bad_ = 0;
}

BurstMeter::Figures BurstMeter::figures() const {
  BurstMeter whole = *this;
  whole.close_run();
  const std::uint64_t gap_packets = whole.packets_ - whole.burst_packets_;
  Figures figures;
  figures.burst_density = share(whole.burst_bad_, whole.burst_packets_);
  figures.gap_density = share(whole.bad_ - whole.burst_bad_, gap_packets);
  figures.burst_length = share(whole.burst_packets_, whole.bursts_);
  figures.gap_length = share(gap_packets, whole.bursts_ + 1);  // one before, between and after
  // By chance a streak lasts 1 / (1 - p) packets, p being the share of bad ones.
  const double by_chance = share(packets_, packets_ - bad_);
  if (streaks_ > 0 && by_chance > 0) {
    figures.burst_ratio = std::max(1.0, share(bad_, streaks_) / by_chance);
  }
  return figures;
}

}  // namespace godwit::rtp
