// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "godwit/call_quality.h"
#include "media/e_model.h"
#include "rtp/burst_meter.h"
#include "rtp/receiver_statistics.h"
#include "rtp/rtcp_session.h"

namespace godwit::media {

/// How a stream stands at one moment: what is counted since the beginning, and what holds now.
struct StreamLook {
  rtp::ReceiverStatistics::Totals totals;
  std::uint32_t lost = 0;
  Duration jitter{};
  Duration buffered{};     ///< delay of the jitter buffer
  Duration packet_time{};  ///< of what we hear
  Duration longest_gap{};  ///< since the look before, the running one in full
  std::optional<Duration> round_trip;
  rtp::BurstMeter::Figures bursts;
  CodecImpairment codec;
  /// Sound is due: agreed on, begun, and not silence by intent (comfort noise).
  bool expects = false;
};

/// Makes seconds of what is counted, and rates them. Remembers those of the last minutes and the whole
/// call in a few figures.
class QualityMeter {
 public:
  static constexpr std::size_t kSecondsKept = 180;

  /// The first second begins.
  void start(TimePoint now);
  /// When the running second is over; empty before the start.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  /// To be told once it is over. A second that nobody looked at is part of the next one.
  void on_second(const StreamLook& look, TimePoint now);

  [[nodiscard]] const CallQuality& quality() const { return quality_; }
  /// The seconds that are remembered, the oldest first.
  [[nodiscard]] std::vector<QualitySecond> history() const;
  /// A moment, counted as the seconds are.
  [[nodiscard]] Duration since_start(TimePoint at) const { return at - began_; }

 private:
  /// A second in 24 bytes: thousands of calls keep minutes of them.
  struct Packed {
    std::uint32_t at_ms = 0;
    std::uint16_t packets = 0, lost = 0, discarded = 0;
    std::uint16_t jitter_us10 = 0, buffered_ms = 0, gap_ms = 0;
    std::uint16_t round_trip_ms = 0;  // 65,535: none
    std::uint16_t r_100 = 0, mos_1000 = 0;
  };

  [[nodiscard]] QualitySecond make_second(const StreamLook& look, TimePoint now) const;
  void take_into_whole(const StreamLook& look, const QualitySecond& second);
  static Packed pack(const QualitySecond& second);
  static QualitySecond unpack(const Packed& packed);

  std::optional<TimePoint> deadline_;
  TimePoint began_{};
  CallQuality quality_;
  double mos_sum_ = 0;
  // As it stood at the look before.
  rtp::ReceiverStatistics::Totals totals_;
  std::uint32_t lost_ = 0;

  std::array<Packed, kSecondsKept> seconds_{};  // a ring
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

/// What we tell the far end of how we hear it (RFC 3611 §4.7).
/// @param ssrc  the far end's
[[nodiscard]] rtp::VoipMetrics metrics_of(const CallQuality& quality, std::uint32_t ssrc,
                                          Duration packet_time);

/// What the far end tells of us, as the application sees it.
/// @param clock_rate  of the timestamps that we send, Hz
[[nodiscard]] FarQuality far_quality(const rtp::RtcpSession::FarView& view,
                                     std::uint32_t clock_rate, Duration at);

}  // namespace godwit::media
