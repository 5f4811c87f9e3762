// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace godwit::rtp {

/// How losses are spread over a stream: alone or in bursts (RFC 3611 §4.7.2).
///
/// A burst begins and ends with a bad packet, holds two of them or more, and less than `kGmin` good
/// ones in a row. All the rest is gap, and bad packets in it stand alone.
class BurstMeter {
 public:
  static constexpr std::uint32_t kGmin = 16;  // RFC 3611 §4.7.2: the recommended one

  enum class Packet : std::uint8_t { good, bad };  // bad: lost, or too late to be played
  /// One packet after the other, in the order in which they were sent.
  void on_packet(Packet packet);

  /// Shares of 0 to 1, lengths in packets, of everything so far.
  struct Figures {
    double burst_density = 0;  ///< bad ones in bursts
    double gap_density = 0;    ///< bad ones outside of them
    double burst_length = 0;   ///< mean
    double gap_length = 0;     ///< mean
    /// How much longer runs of bad packets are than they would be by chance: 1 is by chance
    /// (ITU-T G.107, BurstR).
    double burst_ratio = 1;
  };
  [[nodiscard]] Figures figures() const;

 private:
  void close_run();

  // The run that may become a burst: from its first bad packet to its last one.
  std::uint32_t run_packets_ = 0;
  std::uint32_t run_bad_ = 0;
  std::uint32_t good_since_ = 0;

  std::uint64_t packets_ = 0;
  std::uint64_t bad_ = 0;
  std::uint64_t streaks_ = 0;  // of bad ones without a good one between
  bool in_streak_ = false;
  std::uint64_t bursts_ = 0;
  std::uint64_t burst_packets_ = 0;
  std::uint64_t burst_bad_ = 0;
};

}  // namespace godwit::rtp
