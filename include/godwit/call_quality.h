// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "godwit/export.h"
#include "godwit/time.h"

namespace godwit {

/// What a MOS and an R factor compare with: a perfect call of the codec's own band. Those of different
/// scales are not to be compared, nor is a mean of them worth anything.
enum class MosScale {
  narrowband,  ///< 300 to 3,400 Hz: ITU-T G.107
  wideband,    ///< to 7,000 Hz: ITU-T G.107.1
  fullband,    ///< to 20,000 Hz: ITU-T G.107.2
};

/// One second of what we hear.
struct QualitySecond {
  Duration at{};                ///< its end, counted from when sound was first agreed on
  std::uint32_t packets = 0;    ///< that were due: those that came and those that did not
  std::uint32_t lost = 0;       ///< that never came
  std::uint32_t discarded = 0;  ///< that came too late to be played
  Duration jitter{};            ///< RFC 3550 interarrival jitter
  Duration buffered{};          ///< delay of the jitter buffer
  Duration longest_gap{};       ///< between two packets; longer than a second if it began before
  std::optional<Duration> round_trip;  ///< the latest that RTCP has measured
  double r_factor = 0;          ///< 0 to 100
  double mos = 0;               ///< 1 to 4.5, conversational; 0: nothing was to be heard

  /// Lost and discarded ones among those that were due, 0 to 1.
  [[nodiscard]] double loss() const {
    return packets == 0 ? 0 : static_cast<double>(lost + discarded) / packets;
  }
};

/// How the far end says it hears us (RFC 3550 §6.4, RFC 3611 §4.7).
struct FarQuality {
  Duration at{};             ///< when it said so, counted as `QualitySecond::at`
  double loss = 0;           ///< of our packets, 0 to 1, between its last two reports
  std::int32_t lost = 0;     ///< of our packets since the beginning; below 0 where some came twice
  Duration jitter{};
  std::optional<double> r_factor;  ///< by its own reckoning, if it tells
  std::optional<double> mos;
};

/// How well a call is heard: the second that has passed last, and the whole of it.
///
/// R and MOS are reckoned by the E-model (ITU-T G.107) from what was measured: losses, late packets,
/// the round trip, the delay of the jitter buffer and of a packet. They plan and compare; nobody has
/// listened.
struct CallQuality {
  MosScale scale = MosScale::narrowband;
  QualitySecond now;            ///< the last whole second

  int seconds = 0;              ///< in which something was to be heard; the figures below are of them
  std::uint64_t packets = 0;    ///< that were due
  std::uint64_t lost = 0;
  std::uint64_t discarded = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;  ///< came after a later one
  Duration jitter{};            ///< the worst of any second
  Duration longest_gap{};
  double mos = 0;               ///< mean of the seconds; 0: none yet
  double mos_least = 0;
  double mos_most = 0;
  Duration worst_at{};          ///< the end of the worst second

  // How losses are spread (RFC 3611 §4.7.2): a burst has less than 16 good packets in a row.
  double burst_loss = 0;        ///< share of bad packets in bursts, 0 to 1
  double gap_loss = 0;          ///< and between them
  Duration burst_length{};      ///< mean
  Duration gap_length{};        ///< mean

  std::optional<FarQuality> far_end;  ///< once it has reported

  /// Lost and discarded ones among those that were due, 0 to 1, of the whole call.
  [[nodiscard]] double loss() const {
    return packets == 0 ? 0 : static_cast<double>(lost + discarded) / static_cast<double>(packets);
  }
};

/// When a call is told to be bad: each limit is passed in three of five seconds in a row; it is good
/// again after five seconds without. 0: not watched.
struct QualityLimits {
  Duration round_trip = std::chrono::milliseconds{400};
  Duration jitter = std::chrono::milliseconds{30};
  double mos = 3.0;         ///< below it
  double loss = 0.01;       ///< of a second, 0 to 1
  double mean_loss = 0.03;  ///< of five seconds together, 0 to 1

  bool operator==(const QualityLimits&) const = default;
};

/// What is watched.
enum class QualityMeasure { round_trip, jitter, mos, loss };

GODWIT_EXPORT std::string_view to_string(MosScale scale);
GODWIT_EXPORT std::string_view to_string(QualityMeasure measure);

}  // namespace godwit
