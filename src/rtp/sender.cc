// SPDX-License-Identifier: Apache-2.0
#include "rtp/sender.h"

namespace godwit::rtp {

std::uint32_t Sender::timestamp_at(TimePoint now) const {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now - timestamp_set_);
  return timestamp_ + static_cast<std::uint32_t>(micros.count() * clock_rate_ / 1'000'000);
}

void Sender::take_new_ssrc(Random& random) {
  const std::uint32_t old = ssrc_;
  while (ssrc_ == old) ssrc_ = random.u32();
  packets_before_ += packets_;
  packets_ = octets_ = 0;
}

bool Sender::is_own(std::uint16_t sequence, std::uint32_t timestamp) const {
  constexpr std::uint16_t kLately = 3000;  // packets: a minute of speech
  constexpr std::uint32_t kLatelySeconds = 180;
  const auto packets = static_cast<std::uint16_t>(next_sequence_ - 1U - sequence);
  return packets < kLately && timestamp_ - timestamp <= kLatelySeconds * clock_rate_;
}

void Sender::advance(std::uint32_t samples, TimePoint now) {
  timestamp_ += samples;
  timestamp_set_ = now;
}

void Sender::count_sent(std::uint32_t payload_octets) {
  ++packets_;
  octets_ += payload_octets;
}

void Sender::uncount_sent(std::uint32_t payload_octets) {
  --packets_;
  octets_ -= payload_octets;
}

}  // namespace godwit::rtp
