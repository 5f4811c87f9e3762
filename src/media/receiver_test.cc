// SPDX-License-Identifier: Apache-2.0
#include "media/receiver.h"

#include <gtest/gtest.h>

#include "audio/g711.h"
#include "audio/memory_port.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"
#include "support/media_wire.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using test::agree_with;
using test::kLte;
using test::kRemote;
using test::kWifi;

const net::SocketAddress kMoved{net::IpAddress::v4({198, 51, 100, 1}), 4000};
constexpr std::uint32_t kOwn = 1;
constexpr std::uint32_t kPeer = 77;
constexpr std::uint32_t kStranger = 88;

class MediaReceiverTest : public ::testing::Test {
 protected:
  MediaReceiverTest() {
    receiver_.add_path(kWifi);
    receiver_.add_path(kLte);
    receiver_.configure(agree_with(kRemote), now_);
  }
  std::vector<std::byte> packet(std::uint32_t ssrc, std::uint32_t frame) {
    std::vector<std::byte> wire(rtp::kHeaderSize + 160);
    rtp::write_header(
        {.sequence = static_cast<std::uint16_t>(frame), .timestamp = frame * 160, .ssrc = ssrc},
        wire);
    audio::Samples samples(160);
    tone_.read(samples);
    audio::encode(audio::Law::pcmu, samples, std::span{wire}.subspan(rtp::kHeaderSize));
    return wire;
  }
  void hear(PathId path, std::span<const std::byte> bytes,
            const net::SocketAddress& from = kRemote, Proof proof = Proof::none) {
    static_cast<void>(receiver_.on_rtp(
        {.path = path, .from = from, .bytes = bytes, .arrived = now_}, proof, notices_));
  }
  void hear(std::uint32_t ssrc, std::uint32_t frame, PathId path = kWifi) {
    hear(path, packet(ssrc, frame));
  }
  void pass(Duration span) {
    now_ += span;
    receiver_.on_timeout(now_, notices_);
  }
  /// 20 ms after 20 ms, one frame each.
  void talk(std::uint32_t ssrc, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t frame = from; frame < to; ++frame) {
      hear(ssrc, frame);
      pass(20ms);
    }
  }
  Statistics statistics() {
    Statistics out;
    receiver_.describe(out, now_);
    return out;
  }

  TimePoint now_{50s};
  audio::ToneSource tone_{440};
  std::vector<Notice> notices_;
  std::shared_ptr<audio::MemorySink::Recording> heard_ =
      std::make_shared<audio::MemorySink::Recording>();
  Receiver receiver_{std::make_unique<audio::MemorySink>(heard_), kOwn};
};

TEST_F(MediaReceiverTest, WritesOneFrameEveryTwentyMillisecondsFromTheFirstPacketOn) {
  pass(1s);
  EXPECT_TRUE(heard_->samples.empty());
  talk(kPeer, 0, 50);
  pass(3s);  // a gap of three seconds
  talk(kPeer, 200, 250);
  EXPECT_EQ(heard_->samples.size(), (1000 + 3000 + 1000) * 8U);
  const auto part = [this](std::size_t ms) {
    return std::span{heard_->samples}.subspan(ms * 8, 1600);
  };
  EXPECT_GT(audio::tone_share(part(200), 440), 0.95);
  EXPECT_EQ(audio::power(part(2000)), 0);
  EXPECT_GT(audio::tone_share(part(4200), 440), 0.95);
}

TEST_F(MediaReceiverTest, TellsTheFirstPacketOncePerPath) {
  hear(kPeer, 0);
  hear(kPeer, 1);
  hear(kPeer, 1, kLte);  // the same packet again: the path works all the same
  hear(kPeer, 2, kLte);
  ASSERT_EQ(notices_.size(), 2U);
  EXPECT_EQ(std::get<FirstPacketReceived>(notices_[0]).path, kWifi);
  EXPECT_EQ(std::get<FirstPacketReceived>(notices_[1]).path, kLte);
}

TEST_F(MediaReceiverTest, DropsStrangersWrongTypesAndNoise) {
  talk(kPeer, 0, 10);
  hear(kStranger, 500);
  auto wrong_type = packet(kPeer, 10);
  wrong_type[1] = std::byte{96};
  hear(kWifi, wrong_type);
  hear(kWifi, std::vector<std::byte>(5));
  hear(kPeer, 10, PathId{9});
  hear(kOwn, 1);
  EXPECT_EQ(statistics().packets_dropped, 5U);
  EXPECT_EQ(statistics().packets_received, 10U);
  EXPECT_EQ(receiver_.ssrc(), kPeer);
}

TEST_F(MediaReceiverTest, APacketOfTheWrongTypeTeachesNoSource) {
  auto wrong_type = packet(kStranger, 10);
  wrong_type[1] = std::byte{96};
  hear(kWifi, wrong_type);
  EXPECT_EQ(receiver_.ssrc(), std::nullopt);
}

TEST_F(MediaReceiverTest, GivesThePacketsOfItsOwnSsrcBack) {
  const auto wire = packet(kOwn, 7);
  const auto header = receiver_.on_rtp(
      {.path = kWifi, .from = kRemote, .bytes = wire, .arrived = now_}, Proof::none, notices_);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->sequence, 7);
  EXPECT_EQ(statistics().packets_dropped, 1U);
}

// RFC 3550 §8.2: a third party with the SSRC of the far end.
TEST_F(MediaReceiverTest, OfTwoWithOneSsrcTheFirstIsHeard) {
  const net::SocketAddress elsewhere{kRemote.address, 9};
  for (std::uint32_t frame = 0; frame < 20; ++frame) {
    hear(kPeer, frame);
    hear(kWifi, packet(kPeer, 30'000 + frame), elsewhere);
    pass(20ms);
  }
  EXPECT_EQ(statistics().packets_received, 20U);
  EXPECT_EQ(statistics().packets_dropped, 20U);
  hear(kWifi, packet(kPeer, 20), elsewhere);  // the far end has moved
  EXPECT_EQ(statistics().packets_received, 21U);
}

TEST_F(MediaReceiverTest, ANewSourceIsTakenAtOnceWhenTheOldOneHasLeft) {
  talk(kPeer, 0, 10);
  receiver_.on_source_left(now_);
  hear(kStranger, 500);
  EXPECT_EQ(receiver_.ssrc(), kStranger);
}

TEST_F(MediaReceiverTest, TellsHowTheStreamStands) {
  EXPECT_FALSE(receiver_.look(now_).expects);
  talk(kPeer, 0, 20);
  talk(kPeer, 21, 40);
  pass(300ms);
  StreamLook look = receiver_.look(now_);
  EXPECT_TRUE(look.expects);
  EXPECT_EQ(look.totals.packets, 39U);
  EXPECT_EQ(look.lost, 1U);
  EXPECT_EQ(look.packet_time, 20ms);
  EXPECT_GE(look.longest_gap, 300ms);
  hear(kPeer, 30);  // again, and then one that is far too late
  hear(kPeer, 20);
  look = receiver_.look(now_);
  EXPECT_EQ(look.totals.duplicates, 1U);
  EXPECT_EQ(look.totals.packets, 40U);
  EXPECT_EQ(look.lost, 0U);
}

TEST_F(MediaReceiverTest, ANewSourceIsTakenAfterASecondOfSilence) {
  talk(kPeer, 0, 10);
  now_ += 970ms;
  hear(kStranger, 500);
  EXPECT_EQ(receiver_.ssrc(), kPeer);
  now_ += 30ms;
  hear(kStranger, 501);
  EXPECT_EQ(receiver_.ssrc(), kStranger);
  EXPECT_EQ(statistics().packets_lost, 0U);
}

TEST_F(MediaReceiverTest, ANewSourceThatProvesItsPlaceIsTakenAfterSixtyMilliseconds) {
  talk(kPeer, 0, 50);  // the last packet is 20 ms old
  for (std::uint32_t frame = 0; frame < 50; ++frame) {
    hear(kWifi, packet(kStranger, 500 + frame), kRemote, Proof::address);
    pass(20ms);
  }
  EXPECT_EQ(receiver_.ssrc(), kStranger);
  EXPECT_EQ(statistics().packets_received, 50U + 48U);
  EXPECT_EQ(statistics().packets_lost, 0U);
  EXPECT_GT(audio::tone_share(std::span{heard_->samples}.last(800 * 8), 440), 0.95);
}

TEST_F(MediaReceiverTest, ANewSourceWithoutProofWaitsForTheSecond) {
  talk(kPeer, 0, 10);
  for (std::uint32_t frame = 0; frame < 49; ++frame) {
    hear(kWifi, packet(kStranger, 500 + frame), kMoved);
    pass(20ms);
  }
  EXPECT_EQ(receiver_.ssrc(), kPeer);
}

TEST_F(MediaReceiverTest, SignallingAllowsAnotherChangeAfterAContention) {
  talk(kPeer, 0, 10);
  pass(80ms);
  hear(kWifi, packet(kStranger, 500), kRemote, Proof::key);
  EXPECT_EQ(receiver_.ssrc(), kStranger);
  for (std::uint32_t frame = 14; frame < 16; ++frame) {
    hear(kWifi, packet(kPeer, frame), kRemote, Proof::key);
  }
  EXPECT_EQ(receiver_.ssrc(), kPeer) << "it was only late";
  pass(80ms);
  hear(kWifi, packet(kStranger, 510), kRemote, Proof::key);
  EXPECT_EQ(receiver_.ssrc(), kPeer);
  receiver_.configure(agree_with(kRemote), now_);
  hear(kWifi, packet(kStranger, 511), kRemote, Proof::key);
  EXPECT_EQ(receiver_.ssrc(), kStranger);
}

TEST_F(MediaReceiverTest, ANewSourceIsTakenOnceWhenSignallingNamesANewAddress) {
  talk(kPeer, 0, 10);
  receiver_.configure(agree_with(kRemote), now_);
  hear(kStranger, 500);
  EXPECT_EQ(receiver_.ssrc(), kPeer) << "nothing changed";
  receiver_.configure(agree_with(kMoved), now_);
  hear(kPeer, 10);
  EXPECT_EQ(receiver_.ssrc(), kPeer) << "most keep their source";
  hear(kStranger, 501);
  EXPECT_EQ(receiver_.ssrc(), kStranger);
  hear(kPeer, 11);
  EXPECT_EQ(receiver_.ssrc(), kStranger);
}

TEST_F(MediaReceiverTest, CountsLossesAndGapsSinceReset) {
  talk(kPeer, 0, 10);
  receiver_.reset_gaps(now_);
  pass(100ms);
  talk(kPeer, 15, 20);
  EXPECT_EQ(statistics().gap_in, 120ms);
  EXPECT_EQ(statistics().lost_since_reset, 0U) << "not certain yet";
  talk(kPeer, 20, 30);
  EXPECT_EQ(statistics().lost_since_reset, 5U);
  receiver_.reset_gaps(now_);
  talk(kPeer, 30, 40);
  EXPECT_EQ(statistics().lost_since_reset, 0U);
  EXPECT_EQ(statistics().packets_lost, 5U);
  EXPECT_EQ(statistics().gap_in, 20ms);
}

TEST_F(MediaReceiverTest, OnHoldTheSinkHearsSilenceAndPacketsAreStillCounted) {
  talk(kPeer, 0, 50);
  receiver_.configure(agree_with(kRemote, sdp::Direction::sendonly), now_);
  const std::size_t before = heard_->samples.size();
  talk(kPeer, 50, 100);
  EXPECT_EQ(statistics().packets_received, 100U);
  EXPECT_EQ(heard_->samples.size(), before + 50 * 160);
  EXPECT_EQ(audio::power(std::span{heard_->samples}.subspan(before)), 0);
}

TEST_F(MediaReceiverTest, PlaysPacketsOfThirtyMilliseconds) {
  std::vector<std::byte> wire(rtp::kHeaderSize + 240);
  for (std::uint32_t i = 0; i < 40; ++i) {
    rtp::write_header({.sequence = static_cast<std::uint16_t>(i), .timestamp = i * 240, .ssrc = 5},
                      wire);
    audio::Samples samples(240);
    tone_.read(samples);
    audio::encode(audio::Law::pcmu, samples, std::span{wire}.subspan(rtp::kHeaderSize));
    hear(kWifi, wire);
    for (int ms = 0; ms < 30; ++ms) pass(1ms);
  }
  EXPECT_GT(audio::tone_share(std::span{heard_->samples}.subspan(800, 8000), 440), 0.99);
}

TEST_F(MediaReceiverTest, PacketsOfTenMillisecondsDoNotWaitForEachOther) {
  for (std::uint16_t number = 0; number < 50; ++number) {
    std::vector<std::byte> wire(rtp::kHeaderSize + 80, std::byte{0x20});
    rtp::write_header({.sequence = number, .timestamp = number * 80U, .ssrc = kPeer}, wire);
    hear(kWifi, wire);
    pass(10ms);
  }
  EXPECT_EQ(heard_->samples.size(), 50U * 80);
  EXPECT_LT(receiver_.look(now_).buffered, 5ms);
}

TEST_F(MediaReceiverTest, TellsDigitsOnce) {
  std::vector<std::byte> wire(rtp::kHeaderSize + 4);
  for (std::uint16_t i = 0; i < 6; ++i) {
    rtp::write_header({.payload_type = 101, .sequence = i, .timestamp = 160, .ssrc = kPeer}, wire);
    const bool end = i >= 3;
    rtp::write_telephone_event({.event = 11,
                                .end = end,
                                .duration = static_cast<std::uint16_t>(end ? 640 : 160 * (i + 1))},
                               std::span{wire}.subspan(rtp::kHeaderSize));
    hear(kWifi, wire);
    pass(20ms);
  }
  ASSERT_EQ(notices_.size(), 2U);
  EXPECT_EQ(std::get<DigitHeard>(notices_[1]).digit, '#');
  EXPECT_EQ(std::get<DigitHeard>(notices_[1]).duration, 80ms);
}

TEST_F(MediaReceiverTest, FinishClosesTheSinkAndStopsTheClock) {
  talk(kPeer, 0, 5);
  receiver_.finish();
  EXPECT_TRUE(heard_->closed);
  EXPECT_EQ(receiver_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace godwit::media
