// SPDX-License-Identifier: Apache-2.0
#include "media/quality.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace godwit::media {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kSecond{1};
// With nothing for so long the buffer has run empty, and the listener hears it as loss.
constexpr milliseconds kDeadAir{200};
constexpr std::uint16_t kNone = std::numeric_limits<std::uint16_t>::max();

double milliseconds_in(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

template <class Number>
Number clamped(double value) {
  const double most = static_cast<double>(std::numeric_limits<Number>::max());
  return static_cast<Number>(std::clamp(std::round(value), 0.0, most));
}

/// The share of the second that was not played. Packets that the far end never sent leave no hole in
/// its numbers: time without any counts as well.
double unplayed_share(const QualitySecond& second) {
  double silent = 0;
  if (second.longest_gap >= kDeadAir) silent = milliseconds_in(second.longest_gap) / 1e3;
  return std::min(1.0, std::max(second.loss(), silent));
}

}  // namespace

void QualityMeter::start(TimePoint now) {
  if (deadline_) return;
  began_ = now;
  deadline_ = now + kSecond;
}

void QualityMeter::on_second(const StreamLook& look, TimePoint now) {
  if (!deadline_ || now < *deadline_) return;
  while (*deadline_ <= now) *deadline_ += kSecond;
  const QualitySecond second = make_second(look, now);
  totals_ = look.totals;
  lost_ = look.lost;
  quality_.now = second;
  quality_.scale = look.codec.scale;
  take_into_whole(look, second);

  if (size_ == kSecondsKept) first_ = (first_ + 1) % kSecondsKept;
  size_ = std::min(size_ + 1, kSecondsKept);
  seconds_[(first_ + size_ - 1) % kSecondsKept] = pack(second);
}

QualitySecond QualityMeter::make_second(const StreamLook& look, TimePoint now) const {
  QualitySecond second;
  second.at = now - began_;
  const auto came = look.totals.packets - totals_.packets;
  // One that was booked as lost and came after all takes its loss back.
  const std::uint32_t lost = look.lost > lost_ ? look.lost - lost_ : 0;
  second.lost = lost;
  second.packets = static_cast<std::uint32_t>(came) + lost;
  second.discarded = static_cast<std::uint32_t>(look.totals.discarded - totals_.discarded);
  second.jitter = look.jitter;
  second.buffered = look.buffered;
  second.round_trip = look.round_trip;
  if (!look.expects) return second;
  second.longest_gap = look.longest_gap;
  // What the far end's own buffer and device add is not known here: left out.
  const Duration one_way =
      look.round_trip.value_or(Duration{}) / 2 + look.buffered + look.packet_time;
  second.r_factor = r_factor(look.codec, {.one_way = one_way,
                                          .loss = unplayed_share(second),
                                          .burst_ratio = look.bursts.burst_ratio});
  second.mos = mos_of(second.r_factor);
  return second;
}

void QualityMeter::take_into_whole(const StreamLook& look, const QualitySecond& second) {
  quality_.packets = look.totals.packets + look.lost;
  quality_.lost = look.lost;
  quality_.discarded = look.totals.discarded;
  quality_.duplicates = look.totals.duplicates;
  quality_.reordered = look.totals.reordered;
  quality_.burst_loss = look.bursts.burst_density;
  quality_.gap_loss = look.bursts.gap_density;
  const auto in_time = [&look](double packets) {
    return Duration{static_cast<Duration::rep>(packets * static_cast<double>(look.packet_time.count()))};
  };
  quality_.burst_length = in_time(look.bursts.burst_length);
  quality_.gap_length = in_time(look.bursts.gap_length);
  if (second.mos == 0) return;

  quality_.longest_gap = std::max(quality_.longest_gap, second.longest_gap);
  quality_.jitter = std::max(quality_.jitter, second.jitter);
  if (quality_.seconds == 0 || second.mos < quality_.mos_least) {
    quality_.mos_least = second.mos;
    quality_.worst_at = second.at;
  }
  quality_.mos_most = std::max(quality_.mos_most, second.mos);
  ++quality_.seconds;
  mos_sum_ += second.mos;
  quality_.mos = mos_sum_ / quality_.seconds;
}

QualityMeter::Packed QualityMeter::pack(const QualitySecond& second) {
  return {.at_ms = clamped<std::uint32_t>(milliseconds_in(second.at)),
          .packets = clamped<std::uint16_t>(second.packets),
          .lost = clamped<std::uint16_t>(second.lost),
          .discarded = clamped<std::uint16_t>(second.discarded),
          .jitter_us10 = clamped<std::uint16_t>(milliseconds_in(second.jitter) * 100),
          .buffered_ms = clamped<std::uint16_t>(milliseconds_in(second.buffered)),
          .gap_ms = clamped<std::uint16_t>(milliseconds_in(second.longest_gap)),
          .round_trip_ms =
              second.round_trip
                  ? std::min<std::uint16_t>(
                        clamped<std::uint16_t>(milliseconds_in(*second.round_trip)), kNone - 1)
                  : kNone,
          .r_100 = clamped<std::uint16_t>(second.r_factor * 100),
          .mos_1000 = clamped<std::uint16_t>(second.mos * 1000)};
}

QualitySecond QualityMeter::unpack(const Packed& packed) {
  QualitySecond second;
  second.at = milliseconds{packed.at_ms};
  second.packets = packed.packets;
  second.lost = packed.lost;
  second.discarded = packed.discarded;
  second.jitter = std::chrono::microseconds{10 * packed.jitter_us10};
  second.buffered = milliseconds{packed.buffered_ms};
  second.longest_gap = milliseconds{packed.gap_ms};
  if (packed.round_trip_ms != kNone) second.round_trip = milliseconds{packed.round_trip_ms};
  second.r_factor = packed.r_100 / 100.0;
  second.mos = packed.mos_1000 / 1000.0;
  return second;
}

std::vector<QualitySecond> QualityMeter::history() const {
  std::vector<QualitySecond> all;
  all.reserve(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    all.push_back(unpack(seconds_[(first_ + i) % kSecondsKept]));
  }
  return all;
}

rtp::VoipMetrics metrics_of(const CallQuality& quality, std::uint32_t ssrc, Duration packet_time) {
  const auto share = [](double value) { return clamped<std::uint8_t>(std::floor(value * 256)); };
  const auto part = [&quality, &share](std::uint64_t packets) {
    return quality.packets == 0
               ? std::uint8_t{0}
               : share(static_cast<double>(packets) / static_cast<double>(quality.packets));
  };
  const auto in_ms = [](Duration value) { return clamped<std::uint16_t>(milliseconds_in(value)); };
  // §4.7.6: standard concealment, an adaptive jitter buffer, rate not told.
  constexpr std::uint8_t kConcealingAdaptive = 0b11'11'0000;
  constexpr std::uint16_t kMostBuffered = 200;
  const QualitySecond& now = quality.now;
  rtp::VoipMetrics metrics{.ssrc = ssrc,
                           .loss_rate = part(quality.lost),
                           .discard_rate = part(quality.discarded),
                           .burst_density = share(quality.burst_loss),
                           .gap_density = share(quality.gap_loss),
                           .burst_duration = in_ms(quality.burst_length),
                           .gap_duration = in_ms(quality.gap_length),
                           .round_trip_delay = in_ms(now.round_trip.value_or(Duration{})),
                           .end_system_delay = in_ms(now.buffered + packet_time),
                           .receiver_configuration = kConcealingAdaptive,
                           .jitter_buffer_nominal = in_ms(now.buffered),
                           .jitter_buffer_maximum = in_ms(now.buffered),
                           .jitter_buffer_absolute = kMostBuffered};
  if (quality.seconds == 0) return metrics;
  metrics.r_factor = clamped<std::uint8_t>(now.r_factor);
  metrics.mos_conversation = clamped<std::uint8_t>(quality.mos * 10);
  return metrics;
}

FarQuality far_quality(const rtp::RtcpSession::FarView& view, std::uint32_t clock_rate,
                       Duration at) {
  FarQuality far;
  far.at = at;
  far.loss = view.block.fraction_lost / 256.0;
  far.lost = view.block.cumulative_lost;
  const double seconds = static_cast<double>(view.block.jitter) / std::max(clock_rate, 1U);
  far.jitter = Duration{static_cast<Duration::rep>(seconds * 1e9)};
  if (!view.metrics) return far;
  const rtp::VoipMetrics& metrics = *view.metrics;
  if (metrics.r_factor <= 100) far.r_factor = metrics.r_factor;
  if (metrics.mos_conversation <= 50) far.mos = metrics.mos_conversation / 10.0;
  return far;
}

}  // namespace godwit::media
