// SPDX-License-Identifier: Apache-2.0
#include "media/sender.h"

#include <gtest/gtest.h>

#include "audio/g711.h"
#include "audio/memory_port.h"
#include "audio/silence.h"
#include "support/media_wire.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using test::agree_with;
using test::kLte;
using test::kRemote;
using test::kWifi;

const net::SocketAddress kElsewhere{net::IpAddress::v4({192, 0, 2, 10}), 4000};

/// Every frame is louder than the one before.
class LouderSource final : public audio::Source {
 public:
  void set_rate(int) override {}
  void read(std::span<std::int16_t> frame) override {
    std::ranges::fill(frame, static_cast<std::int16_t>(++frames_ * 256));
  }

 private:
  int frames_ = 0;
};

class MediaSenderTest : public ::testing::Test {
 protected:
  struct Out {
    PathId path;
    net::SocketAddress to;
    rtp::Header header;
    std::size_t payload = 0;
  };
  void configure(sdp::Direction direction = sdp::Direction::sendrecv) {
    sender_.configure(agree_with(kRemote, direction), now_, notices_);
  }
  std::optional<Out> poll() {
    const auto packet = sender_.poll(now_, notices_);
    if (!packet) return std::nullopt;
    const auto rtp = rtp::parse_packet(packet->bytes).value();
    return Out{packet->path, packet->to, rtp.header, rtp.payload.size()};
  }
  std::optional<Out> tick(Duration after = 20ms) {
    now_ += after;
    sender_.on_timeout(now_, notices_);
    return poll();
  }
  void start() {
    configure();
    sender_.send_on(kWifi, kRemote, now_);
  }

  TimePoint now_{50s};
  SeededRandom random_{3};
  std::vector<Notice> notices_;
  Sender sender_{std::make_unique<audio::SilenceSource>(), std::make_shared<const Kit>(), random_};
};

TEST_F(MediaSenderTest, SendsAtOnceThenEveryTwentyMilliseconds) {
  start();
  const auto first = poll();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->header.marker);
  EXPECT_EQ(first->payload, 160U);
  EXPECT_EQ(poll(), std::nullopt);
  EXPECT_EQ(sender_.next_deadline(), now_ + 20ms);
  const auto second = tick();
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->header.marker);
  EXPECT_EQ(second->header.sequence, static_cast<std::uint16_t>(first->header.sequence + 1));
  EXPECT_EQ(second->header.timestamp, first->header.timestamp + 160);
}

TEST_F(MediaSenderTest, AStaleWakeUpIsHarmless) {
  start();
  poll();
  EXPECT_FALSE(tick(19ms));
  EXPECT_TRUE(tick(1ms));
}

TEST_F(MediaSenderTest, TheLatestFrameGoesAgainWhenPathOrAddressChanges) {
  start();
  const auto first = poll();
  now_ += 7ms;
  sender_.send_on(kLte, kRemote, now_);
  const auto again = poll();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->path, kLte);
  EXPECT_EQ(again->header, first->header);
  sender_.send_on(kLte, kElsewhere, now_);
  const auto third = poll();
  ASSERT_TRUE(third);
  EXPECT_EQ(third->to, kElsewhere);
  EXPECT_EQ(third->header, first->header);
  sender_.send_on(kLte, kElsewhere, now_);
  EXPECT_FALSE(poll()) << "nothing has changed";
}

TEST_F(MediaSenderTest, WithCatchUpWhatCouldNotBeSentIsSaidFirst) {
  Sender sender{std::make_unique<LouderSource>(), std::make_shared<const Kit>(), random_};
  sender.catch_up();
  sender.configure(agree_with(kRemote), now_, notices_);
  const auto said = [&] {
    const auto packet = sender.poll(now_, notices_);
    if (!packet) return -1;
    std::array<std::int16_t, 160> samples{};
    audio::decode(audio::Law::pcmu, packet->bytes.subspan(rtp::kHeaderSize), samples);
    return (samples.front() + 128) / 256;
  };
  const auto next = [&] {
    now_ += 20ms;
    sender.on_timeout(now_, notices_);
    return said();
  };
  sender.send_on(kWifi, kRemote, now_);
  EXPECT_EQ(said(), 1);
  EXPECT_EQ(next(), 2);
  sender.on_send_failed(kWifi, notices_);
  sender.stop();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(next(), -1);
  sender.send_on(kLte, kRemote, now_);
  EXPECT_EQ(said(), 2) << "the one that was refused";
  EXPECT_EQ(next(), 3);
}

TEST_F(MediaSenderTest, AFrameOlderThanTwentyMillisecondsIsNotRepeated) {
  start();
  poll();
  now_ += 21ms;  // the tick is late
  sender_.send_on(kLte, kRemote, now_);
  EXPECT_FALSE(poll());
}

TEST_F(MediaSenderTest, ARefusedFrameGoesFirstOnTheNextPath) {
  start();
  poll();
  const auto refused = tick();
  sender_.on_send_failed(kWifi, notices_);
  EXPECT_FALSE(poll()) << "not again on the same path at once";
  now_ += 10ms;
  sender_.send_on(kLte, kRemote, now_);
  const auto first = poll();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->header, refused->header);
  EXPECT_FALSE(poll());
}

TEST_F(MediaSenderTest, ARefusedFrameGoesBeforeTheOneMadeSince) {
  start();
  const auto last = poll();
  tick();
  sender_.on_send_failed(kWifi, notices_);
  EXPECT_TRUE(tick()) << "tried again with the next tick";
  sender_.on_send_failed(kWifi, notices_);
  now_ += 10ms;
  sender_.send_on(kLte, kRemote, now_);
  const auto first = poll();
  const auto second = poll();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->header.timestamp, last->header.timestamp + 160);
  EXPECT_EQ(first->header.sequence, static_cast<std::uint16_t>(last->header.sequence + 1));
  EXPECT_EQ(second->header.timestamp, last->header.timestamp + 320);
  EXPECT_EQ(second->header.sequence, static_cast<std::uint16_t>(last->header.sequence + 2));
}

TEST_F(MediaSenderTest, WhatNeverLeftTakesNoSequenceNumber) {
  start();
  const auto last = poll();
  for (int i = 0; i < 50; ++i) {
    for (auto out = tick(); out; out = poll()) sender_.on_send_failed(kWifi, notices_);
  }
  EXPECT_EQ(sender_.packets_sent(), 1U);
  sender_.send_on(kLte, kRemote, now_);
  const auto next = poll();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->header.sequence, static_cast<std::uint16_t>(last->header.sequence + 1));
  EXPECT_GT(next->header.timestamp - last->header.timestamp, 160U * 45);
  EXPECT_TRUE(next->header.marker) << "time was left out before it";
}

TEST_F(MediaSenderTest, StoppedItMakesFramesButSendsNone) {
  start();
  const auto first = poll();
  sender_.stop();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(tick());
  now_ += 5ms;
  sender_.send_on(kLte, kRemote, now_);
  const auto next = poll();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->header.timestamp, first->header.timestamp + 5 * 160);
  EXPECT_EQ(next->header.sequence, static_cast<std::uint16_t>(first->header.sequence + 1));
}

TEST_F(MediaSenderTest, TellsTheFirstPacketOnEachSendingPath) {
  start();
  poll();
  tick();
  sender_.send_on(kWifi, kElsewhere, now_);
  poll();
  sender_.send_on(kLte, kElsewhere, now_);
  EXPECT_EQ(notices_.size(), 1U);
  poll();
  ASSERT_EQ(notices_.size(), 2U);
  EXPECT_EQ(std::get<FirstPacketSent>(notices_[0]).path, kWifi);
  EXPECT_EQ(std::get<FirstPacketSent>(notices_[1]).path, kLte);
}

TEST_F(MediaSenderTest, ARefusedFirstPacketIsNotTold) {
  start();
  poll();
  sender_.on_send_failed(kWifi, notices_);
  EXPECT_TRUE(notices_.empty());
  EXPECT_EQ(sender_.gap().longest(now_ + 1s), 0ns);
  tick();
  EXPECT_EQ(std::get<FirstPacketSent>(notices_.at(0)).at, now_);
}

TEST_F(MediaSenderTest, ARefusalOfAnotherPathChangesNothing) {
  start();
  poll();
  sender_.on_send_failed(kLte, notices_);
  EXPECT_EQ(sender_.packets_sent(), 1U);
}

TEST_F(MediaSenderTest, ALittleBehindItCatchesUpFarBehindItSkips) {
  start();
  const auto first = poll();
  now_ += 100ms;
  int packets = 0;
  while (*sender_.next_deadline() <= now_) packets += tick(0ms) ? 1 : 0;
  EXPECT_EQ(packets, 5);
  now_ += 1007ms;
  packets = 0;
  std::optional<Out> last;
  while (*sender_.next_deadline() <= now_) {
    if (auto out = tick(0ms)) last = out, ++packets;
  }
  EXPECT_EQ(packets, 1) << "no burst";
  EXPECT_EQ(last->header.timestamp, first->header.timestamp + 160 * 55) << "time went on";
}

TEST_F(MediaSenderTest, OnHoldNothingIsSentAndTimeGoesOn) {
  start();
  const auto first = poll();
  for (const auto direction : {sdp::Direction::recvonly, sdp::Direction::inactive}) {
    configure(direction);
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(tick());
  }
  EXPECT_EQ(sender_.gap().longest(now_), 0ns) << "a hold is no gap";
  configure(sdp::Direction::sendonly);
  const auto next = tick();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->header.timestamp, first->header.timestamp + 11 * 160);
  EXPECT_TRUE(next->header.marker);
}

TEST_F(MediaSenderTest, ANewCodecHoldsFromTheNextFrameOn) {
  start();
  poll();
  auto agreement = agree_with(kElsewhere);
  agreement.send = {.payload_type = 8, .name = "pcma"};
  now_ += 5ms;
  sender_.configure(agreement, now_, notices_);
  sender_.send_on(kWifi, kElsewhere, now_);
  EXPECT_FALSE(poll()) << "the old frame would not be understood";
  EXPECT_EQ(tick(15ms)->header.payload_type, 8);
}

TEST_F(MediaSenderTest, SaysOnceThatItsSourceHasEnded) {
  sender_.set_source(std::make_unique<audio::MemorySource>(audio::Samples(200)));
  start();
  EXPECT_EQ(notices_.size(), 0U);
  for (int i = 0; i < 5; ++i) tick();
  int ended = 0;
  for (const auto& notice : notices_) ended += std::holds_alternative<SourceEnded>(notice) ? 1 : 0;
  EXPECT_EQ(ended, 1);
}

TEST_F(MediaSenderTest, DigitsTakeThePlaceOfSound) {
  start();
  poll();
  ASSERT_TRUE(sender_.send_digits("1", 40ms));
  std::vector<int> types;
  for (int i = 0; i < 6; ++i) types.push_back(tick()->header.payload_type);
  EXPECT_EQ(types, (std::vector{101, 101, 101, 101, 0, 0}));
}

TEST_F(MediaSenderTest, DigitsWaitForAPath) {
  start();
  poll();
  sender_.stop();
  ASSERT_TRUE(sender_.send_digits("1", 40ms));
  for (int i = 0; i < 20; ++i) tick();
  sender_.send_on(kLte, kRemote, now_);
  poll();
  EXPECT_EQ(tick()->header.payload_type, 101);
}

TEST_F(MediaSenderTest, RefusesDigitsThatCannotBeSent) {
  EXPECT_EQ(sender_.send_digits("1", 100ms).error().code, Errc::wrong_state);
  start();
  EXPECT_EQ(sender_.send_digits("1x", 100ms).error().code, Errc::invalid_argument);
  EXPECT_EQ(sender_.send_digits("1", 39ms).error().code, Errc::invalid_argument);
  EXPECT_EQ(sender_.send_digits("1", 5001ms).error().code, Errc::invalid_argument);
  EXPECT_EQ(sender_.send_digits(std::string(1000, '1'), 100ms).error().code, Errc::limit_reached);
  auto agreement = agree_with(kRemote);
  agreement.send_telephone_event.reset();
  sender_.configure(agreement, now_, notices_);
  EXPECT_EQ(sender_.send_digits("1", 100ms).error().code, Errc::unsupported);
}

}  // namespace
}  // namespace godwit::media
