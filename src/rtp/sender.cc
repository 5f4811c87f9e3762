// SPDX-License-Identifier: Apache-2.0
#include "rtp/sender.h"

namespace godwit::rtp {

std::uint32_t Sender::timestamp_at(TimePoint now) const {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now - timestamp_set_);
  return timestamp_ + static_cast<std::uint32_t>(micros.count() * 8 / 1000);
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
