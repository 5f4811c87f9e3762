// SPDX-License-Identifier: Apache-2.0
#include "media/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "audio/silence.h"
#include "audio/sound_desk.h"
#include "audio/tone_detector.h"
#include "base/limits.h"
#include "rtp/rtcp.h"
#include "support/media_wire.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using test::agree_with;
using test::kLte;
using test::kWifi;
using test::MediaEnd;
using test::MediaWire;
using test::SentPacket;

struct Places {
  net::SocketAddress wifi, lte, bob;
};
Places places(net::Family family) {
  const auto v6 = [](std::uint8_t net) {
    return net::IpAddress::v6({0x20, 1, 0xd, 0xb8, 0, net, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
  };
  if (family == net::Family::v6) return {{v6(1), 4000}, {v6(2), 4010}, {v6(3), 4020}};
  return {{net::IpAddress::v4({10, 1, 0, 2}), 4000},
          {net::IpAddress::v4({10, 2, 0, 2}), 4010},
          {net::IpAddress::v4({10, 3, 0, 2}), 4020}};
}

constexpr PathId kBob{3};

/// Alice and Bob talk, 25 ms apart; each has a tone of its own.
class Scene {
 public:
  explicit Scene(net::Family family) : at_(places(family)) {}

  void connect() {
    wire_.open_path(alice_, kWifi, at_.wifi);
    wire_.open_path(bob_, kBob, at_.bob);
    alice_.session->configure(agree_with(at_.bob), wire_.now());
    alice_.session->send_on(kWifi, at_.bob, wire_.now());
    wire_.run(3ms);  // clocks of their own
    bob_.session->configure(agree_with(at_.wifi), wire_.now());
    bob_.session->send_on(kBob, at_.wifi, wire_.now());
  }
  /// Alice is on LTE; Bob hears of it after `signalling`.
  void move_alice(Duration signalling = 50ms) {
    wire_.open_path(alice_, kLte, at_.lte);
    alice_.session->send_on(kLte, at_.bob, wire_.now());
    wire_.run(signalling);
    bob_.session->configure(agree_with(at_.lte), wire_.now());
    bob_.session->send_on(kBob, at_.lte, wire_.now());
  }
  static double share(const MediaEnd& end, Duration last, double hz) {
    const auto count = static_cast<std::size_t>(last / 125us);
    return audio::tone_share(std::span{end.heard->samples}.last(count), hz);
  }
  /// The part of the last time, in steps of 20 ms, in which the tone is clear: skipping a frame
  /// shifts the phase of a tone but harms no word.
  static double clear_share(const MediaEnd& end, Duration last, double hz) {
    const auto frames = static_cast<std::size_t>(last / 20ms);
    const auto samples = std::span{end.heard->samples}.last(frames * 160);
    std::size_t clear = 0;
    for (std::size_t i = 0; i < frames; ++i) {
      clear += audio::tone_share(samples.subspan(i * 160, 160), hz) > 0.9 ? 1 : 0;
    }
    return static_cast<double>(clear) / static_cast<double>(frames);
  }
  /// Frames that left, by media time, that are missing at the other end.
  std::size_t frames_missing(const MediaEnd& from, TimePoint since) {
    std::set<std::uint32_t> missing;
    for (const SentPacket& packet : from.sent_rtp()) {
      if (packet.at >= since) missing.insert(packet.rtp().header.timestamp);
    }
    for (const std::uint32_t timestamp : arrived_) missing.erase(timestamp);
    return missing.size();
  }
  /// Notes what arrives while addresses die.
  void watch_arrivals() {
    wire_.fate = [this](const SentPacket& packet, const net::SocketAddress& from) {
      const bool dead = wire_.dead.contains(from.address) || wire_.dead.contains(packet.to.address);
      if (packet.channel == Channel::rtp && !dead) arrived_.insert(packet.rtp().header.timestamp);
      return std::optional<Duration>{MediaWire::kDelay};
    };
  }
  void expect_one_stream(const MediaEnd& end) {
    std::vector<rtp::Header> headers;
    for (const SentPacket& packet : end.sent_rtp()) headers.push_back(packet.rtp().header);
    for (std::size_t i = 1; i < headers.size(); ++i) {
      const auto step = static_cast<std::uint16_t>(headers[i].sequence - headers[i - 1].sequence);
      ASSERT_EQ(headers[i].ssrc, headers[0].ssrc);
      ASSERT_LE(step, 1) << "a number is only left out when a packet with it had left";
      if (headers[i].payload_type == 0 && headers[i - 1].payload_type == 0 && step == 0) {
        ASSERT_EQ(headers[i], headers[i - 1]) << "the same packet again";
      }
    }
  }

  Places at_;
  MediaWire wire_;
  MediaEnd& alice_ = wire_.add_end(440);
  MediaEnd& bob_ = wire_.add_end(1000);
  std::set<std::uint32_t> arrived_;
};

class MediaSessionTest : public ::testing::TestWithParam<net::Family>, public Scene {
 protected:
  MediaSessionTest() : Scene(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Families, MediaSessionTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& param) {
                           return std::string(net::to_string(param.param));
                         });

TEST_P(MediaSessionTest, EachHearsTheOther) {
  connect();
  wire_.run(2s);
  EXPECT_GT(share(alice_, 1s, 1000), 0.99);
  EXPECT_GT(share(bob_, 1s, 440), 0.99);
  EXPECT_EQ(alice_.session->statistics(wire_.now()).packets_lost, 0U);
  EXPECT_EQ(alice_.told<FirstPacketReceived>().size(), 1U);
  EXPECT_EQ(alice_.told<FirstPacketSent>().size(), 1U);
  expect_one_stream(alice_);
}

void break_and_move(Scene& scene, std::chrono::milliseconds phase) {
  scene.watch_arrivals();
  scene.connect();
  scene.wire_.run(1s + phase);
  const TimePoint broken = scene.wire_.now();
  scene.wire_.dead.insert(scene.at_.wifi.address);  // nobody tells
  scene.wire_.run(8ms);                             // until the kernel does
  scene.alice_.session->reset_gaps(scene.wire_.now());
  scene.move_alice();
  scene.wire_.run(2s);
  EXPECT_LE(scene.frames_missing(scene.alice_, broken), 1U);
}

TEST_P(MediaSessionTest, BreakBeforeMakeLosesAtMostOneFrameOut) {
  for (int phase = 0; phase < 20; ++phase) {
    SCOPED_TRACE(phase);
    Scene scene(GetParam());
    break_and_move(scene, std::chrono::milliseconds{phase});
    const auto statistics = scene.alice_.session->statistics(scene.wire_.now());
    EXPECT_LE(statistics.gap_out, 20ms);
    // 8 ms until noticed, 50 ms of signalling, 25 ms on the wire, and what was under way.
    EXPECT_LE(statistics.gap_in, 8ms + 50ms + 25ms + 25ms + 20ms);
    EXPECT_LE(statistics.lost_since_reset, 6U);
    EXPECT_GT(scene.share(scene.alice_, 1s, 1000), 0.99);
    EXPECT_GT(scene.share(scene.bob_, 1s, 440), 0.99);
    scene.expect_one_stream(scene.alice_);
    scene.expect_one_stream(scene.bob_);
  }
}

TEST_P(MediaSessionTest, MakeBeforeBreakLosesNothing) {
  connect();
  wire_.run(1s);
  alice_.session->reset_gaps(wire_.now());
  bob_.session->reset_gaps(wire_.now());
  // The old path carries media until the answer, and is heard until it is closed.
  wire_.open_path(alice_, kLte, at_.lte);
  wire_.run(50ms);
  bob_.session->configure(agree_with(at_.lte), wire_.now());
  bob_.session->send_on(kBob, at_.lte, wire_.now());
  wire_.run(25ms);
  alice_.session->send_on(kLte, at_.bob, wire_.now());
  wire_.run(2s);
  alice_.session->remove_path(kWifi);
  wire_.run(1s);
  for (const MediaEnd* const end : {&alice_, &bob_}) {
    const auto statistics = end->session->statistics(wire_.now());
    EXPECT_EQ(statistics.packets_lost, 0U);
    EXPECT_EQ(statistics.lost_since_reset, 0U);
    EXPECT_LE(statistics.gap_in, 20ms);
    EXPECT_LE(statistics.gap_out, 20ms);
    expect_one_stream(*end);
  }
  // Not a sample was concealed or skipped.
  EXPECT_GT(share(alice_, 3s, 1000), 0.99);
  EXPECT_GT(share(bob_, 3s, 440), 0.99);
  const auto first = alice_.told<FirstPacketReceived>();
  ASSERT_EQ(first.size(), 3U) << "on the old path again after reset_gaps()";
  EXPECT_EQ(first[1].path, kWifi);
  EXPECT_EQ(first[2].path, kLte);
}

TEST_P(MediaSessionTest, AKernelThatRefusesCostsNoFrame) {
  connect();
  wire_.run(1s);
  const auto before = alice_.sent_rtp().size();
  alice_.refusing.insert(kWifi);
  wire_.run(21ms);  // one frame at least is refused
  move_alice();
  wire_.run(1s);
  const auto sent = alice_.sent_rtp();
  std::set<std::uint32_t> times;
  for (std::size_t i = before - 1; i < sent.size(); ++i)
    times.insert(sent[i].rtp().header.timestamp);
  const std::uint32_t last = *times.rbegin();
  EXPECT_EQ(last - *times.begin(), 160 * (times.size() - 1)) << "no frame is missing";
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_lost, 0U);
  expect_one_stream(alice_);
}

TEST_P(MediaSessionTest, ALongGapIsNoLossAndTheRecordingKeepsTime) {
  connect();
  wire_.run(1s);
  const std::size_t before = bob_.heard->samples.size();
  alice_.session->stop_sending(wire_.now());
  wire_.run(10s);
  alice_.session->send_on(kWifi, at_.bob, wire_.now());
  wire_.run(1s);
  EXPECT_EQ(bob_.heard->samples.size() - before, 11U * 8000);
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_lost, 0U);
  EXPECT_GT(share(bob_, 500ms, 440), 0.99);
}

TEST_P(MediaSessionTest, DigitsAreHeardOnceEachAcrossAMove) {
  connect();
  wire_.run(500ms);
  ASSERT_TRUE(alice_.session->send_digits("12#D", 100ms));
  wire_.run(250ms);  // in the middle of the second
  wire_.dead.insert(at_.wifi.address);
  wire_.run(8ms);
  move_alice();
  wire_.run(2s);
  std::string heard;
  for (const DigitHeard& digit : bob_.told<DigitHeard>()) {
    heard += digit.digit;
    EXPECT_EQ(digit.duration, 100ms);
  }
  EXPECT_EQ(heard, "12#D");
  EXPECT_EQ(bob_.session->statistics(wire_.now()).jitter_ms, 0) << "events are no jitter";
}

TEST_P(MediaSessionTest, DigitsInTheSoundAreHeardThroughLossWhereNoTelephoneEventWasAgreed) {
  const auto desk = std::make_shared<audio::SoundDesk>(std::make_unique<audio::ToneSource>(300));
  alice_.session->set_source(audio::source_of(desk));
  connect();
  auto in_band = agree_with(at_.wifi);
  in_band.receive_telephone_event.reset();
  bob_.session->configure(in_band, wire_.now());
  wire_.fate = [this](const SentPacket&, const net::SocketAddress&) -> std::optional<Duration> {
    if (wire_.random().below(100) < 3) return std::nullopt;
    return 20ms + std::chrono::microseconds{wire_.random().below(10'000)};
  };
  wire_.run(500ms);
  ASSERT_TRUE(desk->send_digits("0123456789*#ABCD", 120ms));
  wire_.run(5s);
  std::string heard;
  for (const DigitHeard& digit : bob_.told<DigitHeard>()) heard += digit.digit;
  EXPECT_EQ(heard, "0123456789*#ABCD");
}

TEST_P(MediaSessionTest, TonesOfDigitsAreOnlySoundWhereTelephoneEventWasAgreed) {
  const auto desk = std::make_shared<audio::SoundDesk>(std::make_unique<audio::SilenceSource>());
  alice_.session->set_source(audio::source_of(desk));
  connect();
  ASSERT_TRUE(desk->send_digits("0123", 120ms));
  ASSERT_TRUE(alice_.session->send_digits("7", 100ms));
  wire_.run(2s);
  EXPECT_EQ(bob_.told<DigitHeard>().size(), 1U);
}

TEST_P(MediaSessionTest, LossReorderingAndJitterAreCountedAndHeardThrough) {
  connect();
  wire_.fate = [this](const SentPacket&, const net::SocketAddress&) -> std::optional<Duration> {
    if (wire_.random().below(100) < 2) return std::nullopt;
    if (wire_.random().below(100) < 5) return 25ms + 22ms;  // overtaken by the next
    return 20ms + std::chrono::microseconds{wire_.random().below(10'000)};
  };
  wire_.run(60s);
  const auto statistics = bob_.session->statistics(wire_.now());
  EXPECT_NEAR(statistics.packets_lost, 60, 30);
  EXPECT_GT(statistics.jitter_ms, 1);
  EXPECT_LT(statistics.jitter_ms, 10);
  EXPECT_GT(share(bob_, 30s, 440), 0.9);
  EXPECT_NEAR(static_cast<double>(bob_.heard->samples.size()), 60 * 8000, 400);
}

TEST_P(MediaSessionTest, APathThatIsSlowerOrFasterIsHeardThrough) {
  connect();
  for (const auto delay : {175ms, 25ms, 120ms, 20ms}) {
    wire_.fate = [delay](const SentPacket&, const net::SocketAddress&) -> std::optional<Duration> {
      return delay;
    };
    wire_.run(3s);
    EXPECT_GT(clear_share(bob_, 2s, 440), 0.95) << delay.count();
  }
  EXPECT_EQ(bob_.session->statistics(wire_.now()).packets_lost, 0U);
}

TEST_P(MediaSessionTest, ReportsGoToTheNextPortAndMeasureTheRoundTrip) {
  connect();
  wire_.run(60s);
  std::vector<SentPacket> reports;
  std::ranges::copy_if(alice_.sent, std::back_inserter(reports),
                       [](const SentPacket& p) { return p.channel == Channel::rtcp; });
  EXPECT_GE(reports.size(), 9U);
  EXPECT_LE(reports.size(), 24U);
  for (const SentPacket& report : reports) {
    EXPECT_EQ(report.to.port, at_.bob.port + 1);
    EXPECT_TRUE(rtp::parse_rtcp(report.bytes));
  }
  const auto statistics = alice_.session->statistics(wire_.now());
  ASSERT_TRUE(statistics.round_trip_ms);
  EXPECT_NEAR(*statistics.round_trip_ms, 50, 0.5);
}

TEST_P(MediaSessionTest, SaysGoodbyeAndThenNothing) {
  connect();
  wire_.run(1s);
  alice_.session->finish(wire_.now());
  const std::size_t before = alice_.sent.size();
  wire_.run(1s);
  ASSERT_EQ(alice_.sent.size(), before + 1);
  const auto packets = rtp::parse_rtcp(alice_.sent.back().bytes).value();
  EXPECT_TRUE(std::holds_alternative<rtp::Bye>(packets.back()));
  EXPECT_TRUE(alice_.heard->closed);
  EXPECT_EQ(alice_.session->next_deadline(), std::nullopt);
}

TEST(MediaSessionClockTest, DoesNotDriftInAnHourOfLateWakeUps) {
  MediaWire wire;
  const MediaEnd& end = wire.add_end(std::make_unique<audio::SilenceSource>());
  const Places at = places(net::Family::v4);
  const TimePoint start = wire.now();
  end.session->configure(agree_with(at.bob), start);
  end.session->send_on(kWifi, at.bob, start);
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t packets = 0;
  const auto take = [&] {
    while (const auto packet = end.session->poll_transmit()) {
      if (packet->channel == Channel::rtcp) continue;
      last = rtp::parse_packet(packet->bytes)->header.timestamp;
      if (packets++ == 0) first = last;
    }
  };
  take();
  while (*end.session->next_deadline() <= start + 1h) {
    // The timer of the system is up to 3 ms late, every time.
    const auto late = std::chrono::microseconds{wire.random().below(3000)};
    end.session->on_timeout(*end.session->next_deadline() + late);
    take();
  }
  EXPECT_EQ(packets, 3600U * 50 + 1);
  EXPECT_EQ(last - first, 3600U * 8000);
}

TEST_P(MediaSessionTest, ForgedReportsAndNoiseChangeNothing) {
  connect();
  wire_.run(1s);
  const auto before = bob_.session->statistics(wire_.now());
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::byte> noise(wire_.random().below(200));
    wire_.random().fill(noise);
    const auto channel = i % 2 == 0 ? Channel::rtp : Channel::rtcp;
    bob_.session->on_packet({kBob, channel, at_.lte, noise, wire_.now()}, wire_.now());
  }
  wire_.run(1s);
  const auto after = bob_.session->statistics(wire_.now());
  EXPECT_EQ(after.packets_dropped - before.packets_dropped, 1000U);
  EXPECT_EQ(after.packets_lost, 0U);
  EXPECT_GT(share(bob_, 500ms, 440), 0.99);
}

TEST_P(MediaSessionTest, ReportsToTheLastPortAreLeftOut) {
  wire_.open_path(alice_, kWifi, at_.wifi);
  alice_.session->configure(agree_with(at_.bob), wire_.now());
  alice_.session->send_on(kWifi, {at_.bob.address, 65535}, wire_.now());
  wire_.run(20s);
  EXPECT_EQ(alice_.sent.size(), alice_.sent_rtp().size());
}

TEST_P(MediaSessionTest, RatesWhatItHears) {
  connect();
  wire_.run(21s);
  const CallQuality quality = alice_.session->quality();
  EXPECT_EQ(quality.seconds, 21);
  EXPECT_EQ(quality.loss(), 0);
  EXPECT_NEAR(quality.mos, 4.37, 0.03);
  ASSERT_TRUE(quality.now.round_trip);
  EXPECT_NEAR(std::chrono::duration<double>(*quality.now.round_trip).count(), 0.05, 0.001);
  ASSERT_TRUE(quality.far_end);
  EXPECT_EQ(quality.far_end->loss, 0);
  EXPECT_EQ(alice_.session->quality_history().size(), 21U);
  EXPECT_TRUE(alice_.told<QualityTurned>().empty());
}

TEST_P(MediaSessionTest, TellsThatItHearsBadlyAndThatTheFarEndHearsItWell) {
  connect();
  wire_.run(5s);
  wire_.fate = [this](const SentPacket& packet, const net::SocketAddress& from) {
    const bool bobs = from.address == at_.bob.address && packet.channel == Channel::rtp;
    if (bobs && wire_.random().below(10) == 0) return std::optional<Duration>{};
    return std::optional<Duration>{MediaWire::kDelay};
  };
  wire_.run(30s);
  EXPECT_LT(alice_.session->quality().now.mos, 4.2);
  const auto turns = alice_.told<QualityTurned>();
  ASSERT_FALSE(turns.empty());
  EXPECT_EQ(turns[0].measure, QualityMeasure::loss);
  EXPECT_TRUE(bob_.told<QualityTurned>().empty());
  EXPECT_NEAR(bob_.session->quality().far_end->loss, 0.1, 0.06);
}

TEST_P(MediaSessionTest, TellsAFarEndThatWantsItHowItIsHeard) {
  connect();
  auto agreement = agree_with(at_.bob);
  agreement.voip_metrics = true;
  alice_.session->configure(agreement, wire_.now());
  wire_.run(30s);
  ASSERT_TRUE(bob_.session->quality().far_end);
  EXPECT_NEAR(bob_.session->quality().far_end->mos.value_or(0), 4.4, 0.1);
  EXPECT_FALSE(alice_.session->quality().far_end->mos) << "Alice was told nothing of the kind";
}

// RFC 3550 §8.2.
TEST_P(MediaSessionTest, TakesAnotherSsrcWhenSomebodyHasTheSame) {
  connect();
  wire_.run(1s);
  auto same = alice_.sent_rtp().back().rtp().header;
  const auto before = same;
  same.sequence = static_cast<std::uint16_t>(same.sequence + 20'000);
  std::vector<std::byte> wire(rtp::kHeaderSize + 160);
  rtp::write_header(same, wire);
  alice_.sent.clear();
  for (int i = 0; i < 3; ++i) {
    alice_.session->on_packet({kWifi, Channel::rtp, at_.lte, wire, wire_.now()}, wire_.now());
  }
  wire_.run(2s);
  const auto sent = alice_.sent_rtp();
  EXPECT_NE(sent.back().rtp().header.ssrc, before.ssrc);
  EXPECT_EQ(sent[0].rtp().header.ssrc, sent.back().rtp().header.ssrc);
  EXPECT_EQ(sent[0].rtp().header.sequence, static_cast<std::uint16_t>(before.sequence + 1));
  EXPECT_EQ(sent[0].rtp().header.timestamp, before.timestamp + 160);
  const auto bye = std::ranges::find(alice_.sent, Channel::rtcp, &SentPacket::channel);
  ASSERT_NE(bye, alice_.sent.end());
  EXPECT_EQ(std::get<rtp::Bye>(rtp::parse_rtcp(bye->bytes)->back()).ssrcs,
            std::vector{before.ssrc});
  EXPECT_GT(clear_share(bob_, 1s, 440), 0.99) << "Bob takes the new source at once";
}

// A gateway rings with one stream and talks with another one, from the same address.
TEST_P(MediaSessionTest, AGatewayThatChangesItsSourceIsHeardOn) {
  connect();
  MediaEnd& talk = wire_.add_end(660);
  wire_.open_path(talk, kBob, at_.bob);
  wire_.run(1s);
  bob_.session->stop_sending(wire_.now());
  talk.session->configure(agree_with(at_.wifi), wire_.now());
  talk.session->send_on(kBob, at_.wifi, wire_.now());
  wire_.run(500ms);
  EXPECT_GT(share(alice_, 250ms, 660), 0.99);
  EXPECT_LE(alice_.session->statistics(wire_.now()).packets_dropped, 3U);
}

TEST_P(MediaSessionTest, AnotherSourceFromElsewhereWaitsForItsSecond) {
  connect();
  MediaEnd& stranger = wire_.add_end(660);
  wire_.open_path(stranger, kLte, at_.lte);
  wire_.run(1s);
  bob_.session->stop_sending(wire_.now());
  stranger.session->configure(agree_with(at_.wifi), wire_.now());
  stranger.session->send_on(kLte, at_.wifi, wire_.now());
  wire_.run(950ms);
  EXPECT_LT(share(alice_, 500ms, 660), 0.01);
}

TEST_P(MediaSessionTest, ItsOwnPacketsComeBackChangeNothing) {
  connect();
  wire_.run(1s);
  const auto last = alice_.sent_rtp().back();
  for (const SentPacket& packet : alice_.sent_rtp()) {
    alice_.session->on_packet({kWifi, Channel::rtp, at_.bob, packet.bytes, wire_.now()},
                              wire_.now());
  }
  wire_.run(1s);
  EXPECT_EQ(alice_.sent_rtp().back().rtp().header.ssrc, last.rtp().header.ssrc);
  EXPECT_GT(share(alice_, 500ms, 1000), 0.99);
}

TEST_P(MediaSessionTest, ChangesItsSsrcForAFewAndThenNoMore) {
  connect();
  wire_.run(1s);
  std::set<std::uint32_t> used;
  for (std::uint16_t i = 0; i < 10 * limits::kSsrcConflicts; ++i) {
    auto header = alice_.sent_rtp().back().rtp().header;
    used.insert(header.ssrc);
    header.sequence = static_cast<std::uint16_t>(header.sequence + 20'000);
    std::vector<std::byte> wire(rtp::kHeaderSize + 160);
    rtp::write_header(header, wire);
    const net::SocketAddress from{at_.lte.address, static_cast<std::uint16_t>(1000 + i)};
    alice_.session->on_packet({kWifi, Channel::rtp, from, wire, wire_.now()}, wire_.now());
    wire_.run(100ms);
  }
  EXPECT_EQ(used.size(), 1 + limits::kSsrcConflicts);
}

}  // namespace
}  // namespace godwit::media
