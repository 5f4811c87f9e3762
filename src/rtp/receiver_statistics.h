// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "rtp/burst_meter.h"
#include "rtp/loss_ledger.h"
#include "rtp/rtcp.h"

namespace godwit::rtp {

/// What a sequence number tells about its packet.
enum class Arrival : std::uint8_t {
  next,       ///< newer than all before
  late,       ///< out of order, but seen for the first time
  duplicate,  ///< seen before
  rejected,   ///< far from all before: not believed until the next one follows it
  restarted,  ///< a second one followed: the sender began anew
};

/// Counts one source as RFC 3550 appendix A does. No probation: the stream was signalled, so its
/// first packet is believed.
///
/// Times are those of arrival, as the kernel tells them; what is asked of holes takes the present.
class ReceiverStatistics {
 public:
  [[nodiscard]] Arrival on_sequence(std::uint16_t sequence, TimePoint arrived);
  /// Whether a number may be of the stream that is heard: not far from all before.
  [[nodiscard]] bool follows(std::uint16_t sequence) const;
  /// Feeds the jitter estimate (A.8). Not for telephone-events, whose timestamps stand still.
  void on_timing(std::uint32_t timestamp, TimePoint arrived);
  /// It came, but too late to be played.
  void on_discarded(std::uint16_t sequence);
  /// Of the RTP timestamps from now on; a change begins the jitter's reckoning anew (RFC 7160 §4.1).
  void set_clock_rate(std::uint32_t hz);
  /// Another source begins; losses and jitter so far are kept in the totals.
  void start_anew();
  void reset_losses(TimePoint now) { losses_.reset(now); }

  /// Of all sources since the beginning.
  struct Totals {
    std::uint64_t packets = 0;     ///< that came, each once
    std::uint64_t duplicates = 0;  ///< that came again
    std::uint64_t reordered = 0;   ///< of `packets`: that came after a later one
    std::uint64_t discarded = 0;   ///< of `packets`: too late to be played
  };
  [[nodiscard]] const Totals& totals() const { return totals_; }
  /// How losses and discards are spread, up to the newest packet.
  [[nodiscard]] BurstMeter::Figures bursts() const;

  [[nodiscard]] std::uint32_t lost(TimePoint now) const { return losses_.total(now); }
  [[nodiscard]] std::uint32_t lost_since_reset(TimePoint now) const {
    return losses_.since_reset(now);
  }
  [[nodiscard]] std::uint32_t missing_since_reset() const { return losses_.missing_since_reset(); }
  [[nodiscard]] Duration jitter() const;
  /// The block of the next report; begins a new interval for `fraction_lost` (A.3).
  [[nodiscard]] ReportBlock take_report_block(std::uint32_t ssrc);

 private:
  static constexpr std::uint16_t kMaxDropout = 3000;  // A.1: a minute of speech
  static constexpr std::uint16_t kMaxMisorder = 100;  // A.1: two seconds of speech
  static constexpr std::size_t kWindow = 128;         // remembers more than kMaxMisorder

  void begin(std::uint16_t sequence);
  Arrival go_on(std::uint16_t step, TimePoint arrived);
  Arrival look_back(std::uint16_t distance, TimePoint arrived);
  [[nodiscard]] bool is_in_window(std::uint32_t sequence) const;
  void tell_about(std::uint32_t sequence, BurstMeter& meter) const;
  void tell_window(BurstMeter& meter) const;

  bool started_ = false;
  std::uint32_t base_ = 0;
  std::uint32_t highest_ = 0;  // extended: cycles in the upper half
  std::optional<std::uint16_t> suspect_;
  std::bitset<kWindow> seen_;       // by extended number modulo its size
  std::bitset<kWindow> discarded_;  // likewise
  std::uint32_t received_ = 0;
  std::uint32_t expected_prior_ = 0;
  std::uint32_t received_prior_ = 0;
  LossLedger losses_;
  BurstMeter bursts_;  // of what has left the window: nothing can change it any more
  Totals totals_;

  std::uint32_t clock_rate_ = 8000;
  bool timed_ = false;
  std::uint32_t transit_ = 0;
  double jitter_ = 0;  // timestamp units
};

}  // namespace godwit::rtp
