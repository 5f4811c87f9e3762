// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "audio/silence.h"
#include "base/assert.h"
#include "base/byte_reader.h"
#include "fuzz_input.h"
#include "media/session.h"
#include "rtp/packet.h"
#include "rtp/rtcp_session.h"

namespace {

using namespace std::chrono_literals;
using godwit::TimePoint;
using godwit::media::Channel;
using godwit::media::PathId;
using godwit::media::Session;
using godwit::rtp::RtcpForm;

using Bytes = std::span<const std::byte>;

/// What is read is written and read again without a change.
void as_rtcp(Bytes bytes, RtcpForm form) {
  const auto packets = godwit::rtp::parse_rtcp(bytes, form);
  if (!packets) return;
  for (const auto& packet : *packets) {
    const std::vector<godwit::rtp::RtcpPacket> one{godwit::rtp::ReceiverReport{}, packet};
    const auto again = godwit::rtp::parse_rtcp(godwit::rtp::write_rtcp(one));
    GODWIT_ASSERT(again && *again == one);
  }
}

/// What a session makes of it can be said and is read by the other end.
void as_reports(Bytes bytes) {
  const auto packets = godwit::rtp::parse_rtcp(bytes, RtcpForm::reduced_size);
  if (!packets) return;
  godwit::SeededRandom random(1);
  const godwit::rtp::Sender sender(random);
  godwit::rtp::RtcpSession session("c", random);
  session.on_rtcp(*packets, sender.ssrc(), 1, TimePoint{1s});
  const godwit::rtp::ReportBlock heard{.ssrc = 1};
  const auto answer = session.report(sender, {.heard = heard}, TimePoint{2s});
  GODWIT_ASSERT(godwit::rtp::parse_rtcp(answer));
  const auto& round_trip = session.round_trip();
  GODWIT_ASSERT(!round_trip || (*round_trip >= 0s && *round_trip <= 60s));
}

void as_rtp(Bytes bytes) {
  const auto packet = godwit::rtp::parse_packet(bytes);
  GODWIT_ASSERT(!packet || packet->payload.size() + godwit::rtp::kHeaderSize <= bytes.size());
}

godwit::sdp::Agreement agreement(const godwit::net::SocketAddress& remote) {
  return {.remote = remote,
          .send = {0, "PCMU"},
          .receive = {0, "PCMU"},
          .send_telephone_event = 101,
          .receive_telephone_event = 101};
}

/// A whole session hears them: one after the other, each with a length, a channel and a time.
void as_session(Bytes bytes) {
  const godwit::net::SocketAddress remote{godwit::net::IpAddress::v4({192, 0, 2, 1}), 4000};
  godwit::SeededRandom random(1);
  TimePoint now{1s};
  Session session({.id = {1},
                   .cname = "c",
                   .source = std::make_unique<godwit::audio::SilenceSource>(),
                   .sink = std::make_unique<godwit::audio::NullSink>()},
                  random, now);
  session.add_path(PathId{1});
  session.configure(agreement(remote), now);
  session.send_on(PathId{1}, remote, now);
  godwit::ByteReader reader(bytes);
  while (reader.left() > 2) {
    const unsigned head = reader.u16();
    now += std::chrono::milliseconds{head >> 10U};
    const auto packet = reader.take(std::min<std::size_t>(head & 0x1ffU, reader.left()));
    const Channel channel = (head & 0x200U) != 0 ? Channel::rtcp : Channel::rtp;
    session.on_packet({PathId{1}, channel, remote, packet, now}, now);
    session.on_timeout(now);
    while (session.poll_transmit()) {
    }
  }
  session.finish(now);
  GODWIT_ASSERT(session.statistics(now).packets_received <= bytes.size());
}

}  // namespace

/// Whatever comes is read or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span{data, size});
  as_rtp(bytes);
  as_rtcp(bytes, RtcpForm::compound);
  as_rtcp(bytes, RtcpForm::reduced_size);
  as_reports(bytes);
  as_session(bytes);
  return 0;
}
