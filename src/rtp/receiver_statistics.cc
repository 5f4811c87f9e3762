// SPDX-License-Identifier: Apache-2.0
#include "rtp/receiver_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace godwit::rtp {

Arrival ReceiverStatistics::on_sequence(std::uint16_t sequence, TimePoint arrived) {
  if (!started_) {
    begin(sequence);
    return Arrival::next;
  }
  const auto step = static_cast<std::uint16_t>(sequence - static_cast<std::uint16_t>(highest_));
  const auto back = static_cast<std::uint16_t>(-step);
  if (step != 0 && step < kMaxDropout) return go_on(step, arrived);
  if (back <= kMaxMisorder) return look_back(back, arrived);

  // A.1: two packets in a row from far away mean that the sender started anew without telling us.
  if (suspect_ == sequence) {
    begin(sequence);
    return Arrival::restarted;
  }
  suspect_ = static_cast<std::uint16_t>(sequence + 1);
  return Arrival::rejected;
}

bool ReceiverStatistics::follows(std::uint16_t sequence) const {
  const auto step = static_cast<std::uint16_t>(sequence - static_cast<std::uint16_t>(highest_));
  return !started_ || step < kMaxDropout || static_cast<std::uint16_t>(-step) <= kMaxMisorder;
}

void ReceiverStatistics::begin(std::uint16_t sequence) {
  tell_window(bursts_);
  started_ = true;
  base_ = highest_ = sequence;
  suspect_.reset();
  seen_.reset();
  discarded_.reset();
  seen_.set(highest_ % kWindow);
  received_ = 1;
  ++totals_.packets;
  expected_prior_ = received_prior_ = 0;
}

Arrival ReceiverStatistics::go_on(std::uint16_t step, TimePoint arrived) {
  if (step > 1) losses_.on_hole(highest_ + 1, step - 1U, arrived);
  for (std::uint16_t i = 0; i < step; ++i) {
    ++highest_;
    tell_about(highest_ - static_cast<std::uint32_t>(kWindow), bursts_);  // it makes room
    seen_.reset(highest_ % kWindow);
    discarded_.reset(highest_ % kWindow);
  }
  seen_.set(highest_ % kWindow);
  suspect_.reset();
  ++received_;
  ++totals_.packets;
  return Arrival::next;
}

Arrival ReceiverStatistics::look_back(std::uint16_t distance, TimePoint arrived) {
  ++received_;  // duplicates count too: A.3 lets the loss become negative
  const std::uint32_t sequence = highest_ - distance;
  if (seen_.test(sequence % kWindow)) {
    ++totals_.duplicates;
    return Arrival::duplicate;
  }
  seen_.set(sequence % kWindow);
  ++totals_.packets;
  ++totals_.reordered;
  // What was sent before our first packet is no hole of ours.
  if (static_cast<std::int32_t>(sequence - base_) > 0) losses_.on_late(sequence, arrived);
  return Arrival::late;
}

void ReceiverStatistics::on_discarded(std::uint16_t sequence) {
  ++totals_.discarded;
  const auto back =
      static_cast<std::uint16_t>(static_cast<std::uint16_t>(highest_) - sequence);
  const std::uint32_t extended = highest_ - back;
  if (is_in_window(extended)) discarded_.set(extended % kWindow);
}

bool ReceiverStatistics::is_in_window(std::uint32_t sequence) const {
  return highest_ - sequence < kWindow && static_cast<std::int32_t>(sequence - base_) >= 0;
}

void ReceiverStatistics::tell_about(std::uint32_t sequence, BurstMeter& meter) const {
  if (static_cast<std::int32_t>(sequence - base_) < 0) return;
  const std::size_t at = sequence % kWindow;
  const bool good = seen_.test(at) && !discarded_.test(at);
  meter.on_packet(good ? BurstMeter::Packet::good : BurstMeter::Packet::bad);
}

void ReceiverStatistics::tell_window(BurstMeter& meter) const {
  if (!started_) return;
  for (std::uint32_t back = kWindow; back-- > 0;) tell_about(highest_ - back, meter);
}

BurstMeter::Figures ReceiverStatistics::bursts() const {
  BurstMeter whole = bursts_;
  tell_window(whole);
  return whole.figures();
}

void ReceiverStatistics::set_clock_rate(std::uint32_t hz) {
  if (hz == clock_rate_ || hz == 0) return;
  jitter_ *= static_cast<double>(hz) / clock_rate_;
  clock_rate_ = hz;
  timed_ = false;
}

void ReceiverStatistics::on_timing(std::uint32_t timestamp, TimePoint arrived) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(arrived.time_since_epoch()).count();
  const auto units = static_cast<std::uint64_t>(micros) * clock_rate_ / 1'000'000;
  const std::uint32_t transit = static_cast<std::uint32_t>(units) - timestamp;
  if (timed_) {
    const auto d = std::abs(static_cast<double>(static_cast<std::int32_t>(transit - transit_)));
    jitter_ += (d - jitter_) / 16;
  }
  timed_ = true;
  transit_ = transit;
}

void ReceiverStatistics::start_anew() {
  tell_window(bursts_);
  started_ = false;
  timed_ = false;
}

Duration ReceiverStatistics::jitter() const {
  return Duration{static_cast<Duration::rep>(jitter_ * 1e9 / clock_rate_)};
}

ReportBlock ReceiverStatistics::take_report_block(std::uint32_t ssrc) {
  const std::uint32_t expected = highest_ - base_ + 1;
  const std::uint32_t expected_interval = expected - expected_prior_;
  const std::uint32_t received_interval = received_ - received_prior_;
  expected_prior_ = expected;
  received_prior_ = received_;

  ReportBlock block{.ssrc = ssrc};
  if (expected_interval > received_interval) {
    const std::uint32_t lost = expected_interval - received_interval;
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min(255U, (lost << 8U) / expected_interval));
  }
  block.cumulative_lost = static_cast<std::int32_t>(expected - received_);
  block.highest_sequence = highest_;
  block.jitter = static_cast<std::uint32_t>(jitter_);
  return block;
}

}  // namespace godwit::rtp
