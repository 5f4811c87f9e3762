// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp_session.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace godwit::rtp {
namespace {

using std::chrono::milliseconds;

// With two members the bandwidth rule asks for less than the minimum of RFC 3550 §6.2.
constexpr milliseconds kLeastInterval{5000};
constexpr milliseconds kLeastBetweenHurries{1000};
constexpr milliseconds kLongestRoundTrip{60'000};  // more than this is a wrong or forged echo
constexpr milliseconds kCoarsestClock{20};         // by which others count how long a report lay there

/// RFC 3550 §6.3.1: 0.5 to 1.5 times the interval, over e - 3/2 to make up for reconsideration.
Duration draw_interval(milliseconds interval, Random& random) {
  constexpr double kCompensation = 2.718281828 - 1.5;
  const auto share = 0.5 + static_cast<double>(random.below(1'000'001)) / 1e6;
  const double nanos = static_cast<double>(Duration{interval}.count()) * share / kCompensation;
  return Duration{static_cast<Duration::rep>(nanos)};
}

/// A span in 1/65536 s, as DLSR counts.
std::uint32_t to_short_ntp(Duration span) {
  return middle_of_ntp(to_ntp(TimePoint{std::max(span, Duration{})}));
}

Duration from_short_ntp(std::uint32_t span) {
  return Duration{static_cast<Duration::rep>(span) * 1'000'000'000 / 65536};
}

std::optional<std::uint32_t> ssrc_of(const RtcpPacket& packet) {
  return std::visit(overloaded{[](const SourceDescription&) { return std::optional<std::uint32_t>{}; },
                               [](const Bye&) { return std::optional<std::uint32_t>{}; },
                               [](const auto& report) { return std::optional{report.ssrc}; }},
                    packet);
}

/// Our own reports come back with our CNAME; another's under our SSRC have another one. Without one
/// it cannot be told, and nothing is done.
bool is_of_another(const std::vector<RtcpPacket>& packets, std::uint32_t own_ssrc,
                   const std::string& own_cname) {
  return std::ranges::any_of(packets, [&](const RtcpPacket& packet) {
    const auto* const chunk = std::get_if<SourceDescription>(&packet);
    return chunk != nullptr && chunk->ssrc == own_ssrc && !chunk->cname.empty() &&
           chunk->cname != own_cname;
  });
}

}  // namespace

Duration RtcpSession::next_interval() {
  return draw_interval(said_something_ ? kLeastInterval : kLeastInterval / 2, random_);
}

void RtcpSession::start(TimePoint now) {
  if (deadline_) return;
  last_ = now;
  deadline_ = now + next_interval();
}

// RFC 3550 §6.3.6: the interval is drawn anew when it has passed, and what is left of it waited for.
bool RtcpSession::take_due(TimePoint now) {
  if (!deadline_ || now < *deadline_) return false;
  const TimePoint reconsidered = hurried_ ? now : last_ + next_interval();
  if (reconsidered > now) {
    deadline_ = reconsidered;
    return false;
  }
  last_ = now;
  said_something_ = true;
  deadline_ = now + next_interval();
  return true;
}

void RtcpSession::hurry(TimePoint now) {
  if (!deadline_ || (said_something_ && now - last_ < kLeastBetweenHurries)) return;
  hurried_ = true;
  deadline_ = now;
}

std::vector<std::byte> RtcpSession::report(const Sender& sender, Contents contents,
                                           TimePoint now) {
  const bool leaves = contents.ending == Ending::bye;
  if (leaves && !said_something_ && sender.packets_in_all() == 0) return {};
  const bool alone = std::exchange(hurried_, false) && form_ == RtcpForm::reduced_size && !leaves;
  said_something_ = true;

  std::vector<ReportBlock> blocks;
  if (contents.heard) {
    ReportBlock& heard = *contents.heard;
    if (last_sr_ && last_sr_->ssrc == heard.ssrc) {
      heard.last_sr = last_sr_->middle;
      heard.delay_since_last_sr = to_short_ntp(now - last_sr_->at);
    }
    blocks.push_back(heard);
  }
  // Who has sent nothing since the last report is no sender for now (RFC 3550 §6.4).
  const std::uint32_t before = reported_ssrc_ == sender.ssrc() ? reported_packets_ : 0;
  const bool sends = sender.packets() != before;
  reported_ssrc_ = sender.ssrc();
  reported_packets_ = sender.packets();

  std::vector<RtcpPacket> packets;
  if (sends) {
    packets.emplace_back(SenderReport{.ssrc = sender.ssrc(),
                                      .ntp = to_ntp(now),
                                      .rtp_timestamp = sender.timestamp_at(now),
                                      .packets = sender.packets(),
                                      .octets = sender.octets(),
                                      .blocks = std::move(blocks)});
  } else {
    packets.emplace_back(ReceiverReport{.ssrc = sender.ssrc(), .blocks = std::move(blocks)});
  }
  if (alone) return write_rtcp(packets);
  packets.emplace_back(SourceDescription{.ssrc = sender.ssrc(), .cname = cname_});
  if (auto more = extended(sender, sends, contents, now)) packets.emplace_back(*std::move(more));
  if (leaves) packets.emplace_back(Bye{.ssrcs = {sender.ssrc()}, .reason = {}});
  return write_rtcp(packets);
}

/// What the far end wants to know of us beside SR and RR: its reference time back, our own where no
/// SR of ours lets us measure the round trip, and how well it is heard.
std::optional<ExtendedReport> RtcpSession::extended(const Sender& sender, bool sends,
                                                    const Contents& contents, TimePoint now) {
  ExtendedReport report{.ssrc = sender.ssrc(), .reference_time = {}, .echoes = {}, .metrics = {}};
  if (!sends && contents.heard) report.reference_time = to_ntp(now);
  if (const auto asked = std::exchange(last_reference_, std::nullopt)) {
    report.echoes.push_back({.ssrc = asked->ssrc,
                             .last_reference = asked->middle,
                             .delay = to_short_ntp(now - asked->at)});
  }
  if (contents.metrics) report.metrics.push_back(*contents.metrics);
  if (report == ExtendedReport{.ssrc = sender.ssrc()}) return std::nullopt;
  return report;
}

RtcpSession::Heard RtcpSession::on_rtcp(const std::vector<RtcpPacket>& packets,
                                        std::uint32_t own_ssrc,
                                        std::optional<std::uint32_t> remote_ssrc,
                                        TimePoint arrived) {
  const bool as_us = std::ranges::any_of(
      packets, [own_ssrc](const RtcpPacket& packet) { return ssrc_of(packet) == own_ssrc; });
  if (as_us) return {.own_ssrc_taken = is_of_another(packets, own_ssrc, cname_)};

  Heard heard;
  for (const RtcpPacket& packet : packets) {
    std::visit(
        overloaded{[&](const SenderReport& report) {
                     if (report.ssrc != remote_ssrc) return;
                     last_sr_ = FarTime{report.ssrc, middle_of_ntp(report.ntp), arrived};
                     on_blocks(report.blocks, own_ssrc, arrived);
                   },
                   [&](const ReceiverReport& report) {
                     on_blocks(report.blocks, own_ssrc, arrived);
                   },
                   [&](const ExtendedReport& report) { on_extended(report, own_ssrc, arrived); },
                   [](const SourceDescription&) {},
                   [&](const Bye& bye) {
                     heard.remote_left |=
                         remote_ssrc && std::ranges::count(bye.ssrcs, *remote_ssrc) != 0;
                   }},
        packet);
  }
  return heard;
}

void RtcpSession::on_blocks(const std::vector<ReportBlock>& blocks, std::uint32_t own_ssrc,
                            TimePoint arrived) {
  for (const ReportBlock& block : blocks) {
    if (block.ssrc != own_ssrc) continue;
    const auto metrics = far_view_ ? far_view_->metrics : std::nullopt;
    far_view_ = FarView{.block = block, .metrics = metrics, .at = arrived};
    take_echo(block.last_sr, block.delay_since_last_sr, arrived);
  }
}

void RtcpSession::on_extended(const ExtendedReport& report, std::uint32_t own_ssrc,
                              TimePoint arrived) {
  if (report.reference_time) {
    last_reference_ = FarTime{report.ssrc, middle_of_ntp(*report.reference_time), arrived};
  }
  for (const ReferenceEcho& echo : report.echoes) {
    if (echo.ssrc == own_ssrc) take_echo(echo.last_reference, echo.delay, arrived);
  }
  for (const VoipMetrics& metrics : report.metrics) {
    if (metrics.ssrc == own_ssrc && far_view_) far_view_->metrics = metrics;
  }
}

void RtcpSession::take_echo(std::uint32_t middle, std::uint32_t delay, TimePoint arrived) {
  if (middle == 0) return;
  echoed_ = middle;
  const std::uint32_t now = middle_of_ntp(to_ntp(arrived));
  const Duration span = from_short_ntp(now - middle - delay);
  // On a short path the far end's rounding may be longer than the way there and back.
  const bool negligible = from_short_ntp(middle + delay - now) <= kCoarsestClock;
  if (negligible) round_trip_ = Duration{};
  if (!negligible && span <= kLongestRoundTrip) round_trip_ = span;
}

}  // namespace godwit::rtp
