// SPDX-License-Identifier: Apache-2.0
#include "rtp/receiver_statistics.h"

#include <cmath>
#include <cstdlib>

namespace godwit::rtp {

Arrival ReceiverStatistics::on_sequence(std::uint16_t sequence, TimePoint now) {
  if (!started_) {
    begin(sequence);
    return Arrival::next;
  }
  const auto step = static_cast<std::uint16_t>(sequence - static_cast<std::uint16_t>(highest_));
  const auto back = static_cast<std::uint16_t>(-step);
  if (step != 0 && step < kMaxDropout) return go_on(step, now);
  if (back <= kMaxMisorder) return look_back(back, now);

  // A.1: two packets in a row from far away mean that the sender started anew without telling us.
  if (suspect_ == sequence) {
    begin(sequence);
    return Arrival::restarted;
  }
  suspect_ = static_cast<std::uint16_t>(sequence + 1);
  return Arrival::rejected;
}

void ReceiverStatistics::begin(std::uint16_t sequence) {
  started_ = true;
  base_ = highest_ = sequence;
  suspect_.reset();
  seen_.reset();
  seen_.set(highest_ % kWindow);
  received_ = 1;
  expected_prior_ = received_prior_ = 0;
}

Arrival ReceiverStatistics::go_on(std::uint16_t step, TimePoint now) {
  if (step > 1) losses_.on_hole(highest_ + 1, step - 1U, now);
  if (step >= kWindow) seen_.reset();
  for (std::uint32_t i = 1; i < step && step < kWindow; ++i) seen_.reset((highest_ + i) % kWindow);
  highest_ += step;
  seen_.set(highest_ % kWindow);
  suspect_.reset();
  ++received_;
  return Arrival::next;
}

Arrival ReceiverStatistics::look_back(std::uint16_t distance, TimePoint now) {
  ++received_;  // duplicates count too: A.3 lets the loss become negative
  const std::uint32_t sequence = highest_ - distance;
  if (seen_.test(sequence % kWindow)) return Arrival::duplicate;
  seen_.set(sequence % kWindow);
  // What was sent before our first packet is no hole of ours.
  if (static_cast<std::int32_t>(sequence - base_) > 0) losses_.on_late(sequence, now);
  return Arrival::late;
}

void ReceiverStatistics::on_timing(std::uint32_t timestamp, TimePoint now) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const auto arrival = static_cast<std::uint32_t>(micros * 8 / 1000);
  const std::uint32_t transit = arrival - timestamp;
  if (timed_) {
    const auto d = std::abs(static_cast<double>(static_cast<std::int32_t>(transit - transit_)));
    jitter_ += (d - jitter_) / 16;
  }
  timed_ = true;
  transit_ = transit;
}

void ReceiverStatistics::start_anew() {
  started_ = false;
  timed_ = false;
}

Duration ReceiverStatistics::jitter() const {
  return Duration{static_cast<Duration::rep>(jitter_ * 125'000)};  // 125 µs a sample
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
    block.fraction_lost = static_cast<std::uint8_t>((lost << 8U) / (expected_interval + 1));
  }
  block.cumulative_lost = static_cast<std::int32_t>(expected - received_);
  block.highest_sequence = highest_;
  block.jitter = static_cast<std::uint32_t>(jitter_);
  return block;
}

}  // namespace godwit::rtp
