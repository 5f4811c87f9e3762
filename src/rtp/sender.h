// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/random.h"
#include "godwit/time.h"

namespace godwit::rtp {

/// Our side of an RTP stream: SSRC, sequence numbers, timestamps and the counters of sender
/// reports. All of them begin at random and run on for the life of the session (RFC 3550 §5.1).
class Sender {
 public:
  explicit Sender(Random& random)
      : ssrc_(random.u32()),
        next_sequence_(static_cast<std::uint16_t>(random.u32())),
        timestamp_(random.u32()) {}

  [[nodiscard]] std::uint32_t ssrc() const { return ssrc_; }
  /// The media time of the frame being made.
  [[nodiscard]] std::uint32_t timestamp() const { return timestamp_; }
  /// The media time at `now`, for sender reports (RFC 3550 §6.4.1).
  [[nodiscard]] std::uint32_t timestamp_at(TimePoint now) const;
  [[nodiscard]] std::uint32_t packets() const { return packets_; }
  [[nodiscard]] std::uint32_t octets() const { return octets_; }

  /// Time passes by so many samples; `now` is when the new frame begins.
  void advance(std::uint32_t samples, TimePoint now);
  std::uint16_t take_sequence() { return next_sequence_++; }
  /// The packet that took the last number never left.
  void give_back_sequence() { --next_sequence_; }
  void count_sent(std::uint32_t payload_octets);
  void uncount_sent(std::uint32_t payload_octets);

 private:
  std::uint32_t ssrc_;
  std::uint16_t next_sequence_;
  std::uint32_t timestamp_;
  TimePoint timestamp_set_{};
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
};

}  // namespace godwit::rtp
