// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/random.h"
#include "godwit/time.h"

namespace godwit::rtp {

/// Our side of an RTP stream: SSRC, sequence numbers, timestamps and the counters of sender
/// reports. All of them begin at random and run on for the life of the session (RFC 3550 §5.1);
/// sequence numbers in the lower half, so that SRTP's counter of rollovers cannot be missed by one
/// who does not hear the first packets (RFC 3711 §3.3.1).
class Sender {
 public:
  explicit Sender(Random& random)
      : ssrc_(random.u32()),
        next_sequence_(static_cast<std::uint16_t>(random.u32() & 0x7fffU)),
        timestamp_(random.u32()) {}

  [[nodiscard]] std::uint32_t ssrc() const { return ssrc_; }
  /// The media time of the frame being made.
  [[nodiscard]] std::uint32_t timestamp() const { return timestamp_; }
  /// The media time at `now`, for sender reports (RFC 3550 §6.4.1).
  [[nodiscard]] std::uint32_t timestamp_at(TimePoint now) const;
  /// Of the timestamps from here on, in Hz: 8,000 unless told otherwise.
  void set_clock_rate(std::uint32_t hz) { clock_rate_ = hz; }
  [[nodiscard]] std::uint32_t clock_rate() const { return clock_rate_; }
  /// Counted since the SSRC is what it is (RFC 3550 §6.4.1).
  [[nodiscard]] std::uint32_t packets() const { return packets_; }
  [[nodiscard]] std::uint32_t octets() const { return octets_; }
  /// Counted since the beginning, whatever the SSRC was.
  [[nodiscard]] std::uint64_t packets_in_all() const { return packets_before_ + packets_; }

  /// Somebody else has the same SSRC: takes another one (RFC 3550 §8.2). Numbers and timestamps go
  /// on, the counters begin anew.
  void take_new_ssrc(Random& random);
  /// Whether a packet that came to us under our SSRC is one that we sent lately, come back.
  [[nodiscard]] bool is_own(std::uint16_t sequence, std::uint32_t timestamp) const;

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
  std::uint32_t clock_rate_ = 8000;
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
  std::uint64_t packets_before_ = 0;  // under SSRCs before
};

}  // namespace godwit::rtp
