// SPDX-License-Identifier: Apache-2.0
#include "rtp/rtcp_session.h"

#include "base/overloaded.h"

namespace godwit::rtp {
namespace {

using std::chrono::milliseconds;

// With two members the bandwidth rule asks for less than the minimum of RFC 3550 §6.2.
constexpr milliseconds kLeastInterval{5000};
constexpr milliseconds kLongestRoundTrip{60'000};  // more than this is a wrong or forged echo

/// RFC 3550 §6.3.1: 0.5 to 1.5 times the interval, over e - 3/2 to make up for reconsideration.
Duration draw_interval(milliseconds interval, Random& random) {
  constexpr double kCompensation = 2.718281828 - 1.5;
  const auto share = 0.5 + static_cast<double>(random.below(1'000'001)) / 1e6;
  const double nanos = static_cast<double>(Duration{interval}.count()) * share / kCompensation;
  return Duration{static_cast<Duration::rep>(nanos)};
}

/// A span in 1/65536 s, as DLSR counts.
std::uint32_t to_short_ntp(Duration span) {
  return middle_of_ntp(to_ntp(TimePoint{span}));
}

Duration from_short_ntp(std::uint32_t span) {
  return Duration{static_cast<Duration::rep>(span) * 1'000'000'000 / 65536};
}

}  // namespace

void RtcpSession::start(TimePoint now) {
  if (!deadline_) deadline_ = now + draw_interval(kLeastInterval / 2, random_);
}

bool RtcpSession::take_due(TimePoint now) {
  if (!deadline_ || now < *deadline_) return false;
  deadline_ = now + draw_interval(kLeastInterval, random_);
  return true;
}

std::vector<std::byte> RtcpSession::report(const Sender& sender, std::optional<ReportBlock> heard,
                                           TimePoint now, Ending ending) {
  std::vector<ReportBlock> blocks;
  if (heard) {
    if (last_sr_ && last_sr_->ssrc == heard->ssrc) {
      heard->last_sr = last_sr_->middle;
      heard->delay_since_last_sr = to_short_ntp(now - last_sr_->at);
    }
    blocks.push_back(*heard);
  }
  std::vector<RtcpPacket> packets;
  // Who has sent nothing since the last report is no sender for now (RFC 3550 §6.4).
  if (sender.packets() != reported_packets_) {
    packets.emplace_back(SenderReport{.ssrc = sender.ssrc(),
                                      .ntp = to_ntp(now),
                                      .rtp_timestamp = sender.timestamp_at(now),
                                      .packets = sender.packets(),
                                      .octets = sender.octets(),
                                      .blocks = std::move(blocks)});
  } else {
    packets.emplace_back(ReceiverReport{.ssrc = sender.ssrc(), .blocks = std::move(blocks)});
  }
  reported_packets_ = sender.packets();
  packets.emplace_back(SourceDescription{.ssrc = sender.ssrc(), .cname = cname_});
  if (ending == Ending::bye) packets.emplace_back(Bye{.ssrcs = {sender.ssrc()}});
  return write_rtcp(packets);
}

void RtcpSession::on_rtcp(const std::vector<RtcpPacket>& packets, std::uint32_t own_ssrc,
                          std::optional<std::uint32_t> remote_ssrc, TimePoint now) {
  for (const RtcpPacket& packet : packets) {
    std::visit(
        overloaded{[&](const SenderReport& report) {
                     if (report.ssrc != remote_ssrc) return;
                     on_sender_report(report, now);
                     on_blocks(report.blocks, own_ssrc, now);
                   },
                   [&](const ReceiverReport& report) { on_blocks(report.blocks, own_ssrc, now); },
                   [](const SourceDescription&) {}, [](const Bye&) {}},
        packet);
  }
}

void RtcpSession::on_sender_report(const SenderReport& report, TimePoint now) {
  last_sr_ = LastSr{.ssrc = report.ssrc, .middle = middle_of_ntp(report.ntp), .at = now};
}

void RtcpSession::on_blocks(const std::vector<ReportBlock>& blocks, std::uint32_t own_ssrc,
                            TimePoint now) {
  for (const ReportBlock& block : blocks) {
    if (block.ssrc != own_ssrc || block.last_sr == 0) continue;
    const std::uint32_t span =
        middle_of_ntp(to_ntp(now)) - block.last_sr - block.delay_since_last_sr;
    const Duration round_trip = from_short_ntp(span);
    if (round_trip <= kLongestRoundTrip) round_trip_ = round_trip;
  }
}

}  // namespace godwit::rtp
