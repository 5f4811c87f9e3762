// SPDX-License-Identifier: Apache-2.0
#include "media/playout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <numbers>
#include <random>
#include <vector>

#include "audio/tone_detector.h"

namespace godwit::media {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Pcm = std::vector<std::int16_t>;

/// Speech, more or less: a voice whose pitch moves between 100 and 140 Hz; or a steady tone.
std::int16_t spoken(double seconds, double tone) {
  const double turn = 2 * std::numbers::pi;
  if (tone > 0) return static_cast<std::int16_t>(9000 * std::sin(turn * tone * seconds));
  const double phase = turn * 120 * seconds - 20 / 0.7 * std::cos(turn * 0.7 * seconds);
  double value = 0;
  for (int k = 1; k <= 6; ++k) value += std::sin(k * phase) / k;
  return static_cast<std::int16_t>(5000 * value);
}

/// Tells what is said instead of carrying it, so that a packet is small at any rate.
struct Said {
  double from = 0;  // seconds
  double before = 0;  // where the packet before it began
  double tone = 0;
  std::uint32_t samples = 0;
  std::uint32_t copies = 0;  // of the packet before
};

class SpokenCodec final : public Codec {
 public:
  /// @param conceals  counts what its decoders conceal; null: they cannot
  explicit SpokenCodec(int rate, std::shared_ptr<int> conceals = nullptr)
      : rate_(rate), conceals_(std::move(conceals)) {}

  [[nodiscard]] CodecFormat format() const override {
    return {.name = "spoken",
            .clock_rate = static_cast<std::uint32_t>(rate_),
            .channels = 1,
            .parameters = {}};
  }
  [[nodiscard]] int sample_rate() const override { return rate_; }
  [[nodiscard]] std::unique_ptr<Encoder> make_encoder(const CodecFormat&,
                                                      milliseconds) const override {
    return nullptr;
  }
  [[nodiscard]] std::unique_ptr<Decoder> make_decoder() const override {
    return std::make_unique<SpokenDecoder>(rate_, conceals_);
  }

 private:
  struct SpokenDecoder final : Decoder {
    SpokenDecoder(int sample_rate, std::shared_ptr<int> counter)
        : rate(sample_rate), conceals(std::move(counter)) {}
    bool conceal(std::span<std::int16_t> out) override {
      if (!conceals) return false;
      ++*conceals;
      std::ranges::fill(out, std::int16_t{77});
      return true;
    }
    static Said read(std::span<const std::byte> payload) {
      Said said;
      if (payload.size() >= sizeof(said)) std::memcpy(&said, payload.data(), sizeof(said));
      return said;
    }
    [[nodiscard]] std::size_t samples_in(std::span<const std::byte> payload) const override {
      return read(payload).samples;
    }
    std::size_t decode(std::span<const std::byte> payload, std::span<std::int16_t> out) override {
      const Said said = read(payload);
      speak(said.from, said.tone, out);
      return said.samples;
    }
    bool recover(std::span<const std::byte> next, std::span<std::int16_t> out) override {
      const Said said = read(next);
      if (said.copies > 0) speak(said.before, said.tone, out);
      return said.copies > 0;
    }
    void speak(double from, double tone, std::span<std::int16_t> out) const {
      for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = spoken(from + static_cast<double>(i) / rate, tone);
      }
    }
    int rate;
    std::shared_ptr<int> conceals;
  };

  int rate_;
  std::shared_ptr<int> conceals_;
};

/// A far end that talks all the time, a network, and a playout that is pulled by its own clock.
class PlayoutTest : public ::testing::Test {
 protected:
  PlayoutTest() { use(8000); }

  void use(int rate, milliseconds packet_time = 20ms, bool copies = false) {
    rate_ = rate;
    packet_time_ = packet_time;
    copies_ = copies;
    payload_type_ = static_cast<std::uint8_t>(rate / 1000 + (copies ? 64 : 0));
    playout_.understand(payload_type_, std::make_shared<SpokenCodec>(rate));
  }
  /// The delay of a packet in ms, by its number; less than nothing: lost.
  using Network = std::function<double(int)>;

  /// What leaves the far end within `span`, by its clock.
  void talk(Duration span, const Network& network) {
    const TimePoint until = sent_at_ + span;
    for (; sent_at_ < until; ++number_) {
      send(network(number_));
      const auto real = std::chrono::duration<double, std::nano>(
          static_cast<double>(Duration{packet_time_}.count()) * (1 + drift_));
      sent_at_ += std::chrono::duration_cast<Duration>(real);
    }
    play_until(until);
  }
  void send(double delay_ms) {
    const auto samples = static_cast<std::uint32_t>(rate_ * packet_time_.count() / 1000);
    const double length = static_cast<double>(samples) / rate_;
    const Said said{.from = said_,
                    .before = said_ - length,
                    .tone = tone_,
                    .samples = samples,
                    .copies = copies_ ? 1U : 0U};
    said_ += length;
    if (delay_ms >= 0) {
      Under under{.header = {.payload_type = payload_type_,
                             .sequence = sequence_,
                             .timestamp = timestamp_,
                             .ssrc = 5},
                  .bytes = std::vector<std::byte>(sizeof(said))};
      std::memcpy(under.bytes.data(), &said, sizeof(said));
      const auto delay = std::chrono::duration<double, std::milli>(delay_ms);
      under_way_.emplace(sent_at_ + std::chrono::duration_cast<Duration>(delay), std::move(under));
    }
    ++sequence_;
    timestamp_ += samples;
  }
  void play_until(TimePoint until) {
    while (true) {
      const bool arrives = !under_way_.empty() && (!pull_at_ || under_way_.begin()->first <= *pull_at_);
      const auto next = arrives ? std::optional{under_way_.begin()->first} : pull_at_;
      if (!next || *next >= until) return;
      if (arrives) {
        const auto node = under_way_.extract(under_way_.begin());
        playout_.push({.header = node.mapped().header, .payload = node.mapped().bytes}, node.key());
        if (!pull_at_) pull_at_ = node.key() + phase_;
      } else {
        pull();
      }
    }
  }
  void pull() {
    Pcm frame(static_cast<std::size_t>(playout_.rate()) * static_cast<std::size_t>(pull_time_.count()) /
              1000);
    playout_.pull(frame, *pull_at_);
    heard_.insert(heard_.end(), frame.begin(), frame.end());
    *pull_at_ += pull_time_;
    const auto now = playout_.statistics();
    longest_delay_ = std::max(longest_delay_, now.delay);
  }
  [[nodiscard]] int largest_jump(std::size_t from_ms = 200) const {
    int largest = 0;
    for (std::size_t i = from_ms * static_cast<std::size_t>(rate_) / 1000 + 1; i < heard_.size(); ++i) {
      largest = std::max(largest, std::abs(heard_[i] - heard_[i - 1]));
    }
    return largest;
  }
  [[nodiscard]] int own_jump() const {
    int largest = 0;
    for (int i = 1; i < rate_; ++i) {
      largest = std::max(largest, std::abs(spoken(static_cast<double>(i) / rate_, tone_) -
                                           spoken(static_cast<double>(i - 1) / rate_, tone_)));
    }
    return largest;
  }
  /// 20 ms after 20 ms in which hardly anything is heard.
  [[nodiscard]] int silent_frames(std::size_t from_ms = 100) const {
    const auto size = static_cast<std::size_t>(rate_ / 50);
    int count = 0;
    for (std::size_t at = from_ms * static_cast<std::size_t>(rate_) / 1000; at + size <= heard_.size(); at += size) {
      if (audio::power(std::span{heard_}.subspan(at, size)) < 300.0 * 300.0) ++count;
    }
    return count;
  }
  [[nodiscard]] static double ms(Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  }
  [[nodiscard]] double delay_ms() const { return ms(playout_.statistics().delay); }

  struct Under {
    rtp::Header header;
    std::vector<std::byte> bytes;
  };
  Playout playout_;
  int rate_ = 8000;
  milliseconds packet_time_{20};
  bool copies_ = false;
  std::uint8_t payload_type_ = 0;
  double drift_ = 0;
  double tone_ = 0;
  double said_ = 0;
  std::uint16_t sequence_ = 65'500;
  std::uint32_t timestamp_ = 0xffffff00;
  int number_ = 0;
  TimePoint sent_at_{100s};
  std::multimap<TimePoint, Under> under_way_;
  std::optional<TimePoint> pull_at_;
  Duration phase_ = 4ms;
  milliseconds pull_time_{20};
  Pcm heard_;
  Duration longest_delay_{};
};

TEST_F(PlayoutTest, OnACalmNetworkEverySampleIsHeardAsItWasSaidFourMillisecondsLater) {
  talk(10s, [](int) { return 30.0; });
  const auto told = playout_.statistics();
  EXPECT_EQ(told.concealed, 0ns);
  EXPECT_EQ(told.shortened + told.lengthened, 0ns);
  EXPECT_EQ(told.packets_late, 0U);
  EXPECT_NEAR(ms(told.delay), 4, 0.1);
  EXPECT_NEAR(ms(told.waiting), 4, 0.2);
  for (std::size_t i = 0; i < heard_.size(); ++i) {
    ASSERT_NEAR(heard_[i], spoken(static_cast<double>(i) / rate_, 0), 2) << i;
  }
}

TEST_F(PlayoutTest, EveryPacketTimeAndPullTimeAndRateWorks) {
  for (const int rate : {8000, 16'000, 48'000}) {
    for (const auto packet_time : {10ms, 20ms, 30ms, 60ms}) {
      for (const auto pull_time : {10ms, 20ms}) {
        playout_ = {};
        use(rate, packet_time);
        pull_time_ = pull_time;
        pull_at_.reset();
        under_way_.clear();
        heard_.clear();
        sent_at_ += 1s;
        talk(2s, [](int) { return 30.0; });
        const auto told = playout_.statistics();
        EXPECT_EQ(playout_.rate(), rate);
        EXPECT_EQ(told.concealed, 0ns) << rate << " " << packet_time.count();
        EXPECT_LE(largest_jump(0), own_jump() + 2) << rate << " " << packet_time.count();
        const bool fits = packet_time % pull_time == 0ms;
        EXPECT_LE(ms(told.delay), fits ? 4.1 : 20) << rate << " " << packet_time.count();
      }
    }
  }
}

TEST_F(PlayoutTest, IsSilentBeforeTheFirstPacket) {
  Pcm frame(160, 7);
  playout_.pull(frame, sent_at_);
  EXPECT_EQ(frame, Pcm(160, 0));
  EXPECT_EQ(playout_.statistics().concealed, 0ns);
}

TEST_F(PlayoutTest, PacketsThatOvertakeEachOtherArePlayedInOrder) {
  talk(10s, [](int n) { return n % 5 == 4 ? 55.0 : 30.0; });
  EXPECT_LE(largest_jump(1000), own_jump() * 5 / 4);
  EXPECT_LE(ms(playout_.statistics().concealed), 80);
  EXPECT_NEAR(delay_ms(), 44, 6) << "29, and what the clock of pulls makes of it";
}

TEST_F(PlayoutTest, AMissingPacketIsConcealedForItsOwnTime) {
  talk(5s, [](int n) { return n % 50 == 25 ? -1.0 : 30.0; });
  const auto told = playout_.statistics();
  EXPECT_EQ(told.concealed, 5 * 20ms);
  EXPECT_NEAR(ms(told.delay), 4, 0.1);
  EXPECT_EQ(silent_frames(), 0);
}

TEST_F(PlayoutTest, ADecoderConcealsItselfButNotForEver) {
  const auto conceals = std::make_shared<int>(0);
  playout_.understand(payload_type_, std::make_shared<SpokenCodec>(8000, conceals));
  talk(1s, [](int n) { return n == 25 ? -1.0 : 30.0; });
  EXPECT_EQ(*conceals, 1);
  EXPECT_TRUE(std::ranges::find(heard_, 77) != heard_.end());
  talk(1min, [](int) { return -1.0; });
  EXPECT_NEAR(*conceals, 100, 3) << "2 s: a pause of a codec with DTX is told anew before that";
  EXPECT_EQ(heard_.back(), 0);
}

TEST_F(PlayoutTest, AMissingPacketIsFoundInItsSuccessor) {
  use(8000, 20ms, true);
  phase_ = 24ms;
  talk(5s, [](int n) { return n % 50 == 25 ? -1.0 : n % 7 == 0 ? 45.0 : 30.0; });
  const auto told = playout_.statistics();
  EXPECT_GE(told.packets_recovered, 4U);
  EXPECT_LE(largest_jump(), own_jump() * 5 / 4);
}

TEST_F(PlayoutTest, AJitteryNetworkIsWaitedForAndNoLonger) {
  std::minstd_rand random{11};
  talk(30s, [&](int) { return 30 + static_cast<double>(random() % 400) / 10; });
  const auto told = playout_.statistics();
  EXPECT_LT(ms(told.concealed), 300) << "1 %";
  EXPECT_NEAR(ms(told.target), 42, 3);
  EXPECT_LE(ms(told.delay), 62);
  EXPECT_LE(told.packets_late, 5U);
}

TEST_F(PlayoutTest, APathThatIsSlowerIsFollowedWithoutALostWord) {
  talk(3s, [](int) { return 30.0; });
  talk(5s, [](int) { return 180.0; });
  const auto told = playout_.statistics();
  EXPECT_EQ(told.packets_late, 0U);
  EXPECT_NEAR(ms(told.concealed), 60, 1) << "then silence, until the first packet of the new path";
  EXPECT_LE(silent_frames(), 6);
  EXPECT_NEAR(ms(told.delay), 14, 10.5) << "up to a frame, for the clock of pulls stands where it stood";
  EXPECT_LE(largest_jump(), own_jump() * 3 / 2);
}

TEST_F(PlayoutTest, APathThatIsFasterIsFollowedWithinTwoSecondsWithoutALostWord) {
  talk(3s, [](int) { return 180.0; });
  talk(2s, [](int) { return 30.0; });  // both come together for 150 ms
  const auto told = playout_.statistics();
  EXPECT_EQ(told.packets_late, 0U);
  EXPECT_EQ(told.concealed, 0ns);
  EXPECT_NEAR(ms(told.shortened), 145, 15);
  EXPECT_LE(ms(told.delay), 20);
  EXPECT_LE(largest_jump(), own_jump() * 5 / 4);
  EXPECT_EQ(silent_frames(), 0);
}

TEST_F(PlayoutTest, PacketsOfTwoPathsInTurnsArePlayedInOrder) {
  talk(3s, [](int) { return 30.0; });
  talk(2s, [](int n) { return n % 2 == 0 ? 30.0 : 130.0; });
  talk(3s, [](int) { return 130.0; });
  const auto told = playout_.statistics();
  EXPECT_LE(ms(told.concealed), 220);
  EXPECT_LE(told.packets_late, 8U) << "those of 100 ms that come when their successors have been played";
  EXPECT_LE(largest_jump(), own_jump() * 3 / 2);
}

TEST_F(PlayoutTest, AQueueThatIsFlushedIsPlayedFasterUntilItIsInTime) {
  talk(3s, [](int) { return 30.0; });
  const int from = number_;
  talk(4s, [from](int n) { return std::max(30.0, 500.0 - 20 * (n - from)); });
  const auto told = playout_.statistics();
  EXPECT_EQ(told.packets_late, 0U);
  EXPECT_NEAR(ms(told.shortened), 465, 25);
  EXPECT_LE(ms(told.delay), 21);
}

TEST_F(PlayoutTest, AClockThatDriftsNeitherFillsNorEmptiesTheBuffer) {
  for (const double drift : {500e-6, -500e-6}) {
    playout_ = {};
    use(8000);
    drift_ = drift;
    pull_at_.reset();
    under_way_.clear();
    heard_.clear();
    longest_delay_ = {};
    sent_at_ += 1s;
    talk(10min, [](int n) { return 30.0 + n % 3; });
    const auto told = playout_.statistics();
    EXPECT_EQ(told.concealed, 0ns) << drift;
    EXPECT_EQ(told.packets_late, 0U) << drift;
    EXPECT_NEAR(ms(told.shortened - told.lengthened), -drift * 600'000, 30) << drift;
    EXPECT_LE(ms(longest_delay_), 40) << drift;
    EXPECT_LE(largest_jump(), own_jump() * 5 / 4) << drift;
  }
}

TEST_F(PlayoutTest, AfterAPauseSoundBeginsWithTheDelayThatTheNetworkNeedsNow) {
  talk(2s, [](int) { return 180.0; });
  talk(700ms, [](int) { return 30.0; });
  talk(1s, [](int) { return -1.0; });  // the talker is silent; timestamps go on
  const auto shortened = playout_.statistics().shortened;
  EXPECT_LE(shortened, 100ms);
  talk(100ms, [](int) { return 30.0; });
  EXPECT_LE(delay_ms(), 24);
  EXPECT_EQ(playout_.statistics().shortened, shortened);
}

TEST_F(PlayoutTest, AClockThatStoodStillDuringHoldDoesNotDelayWhatComesAfterIt) {
  talk(2s, [](int) { return 30.0; });
  sent_at_ += 60s;
  play_until(sent_at_);
  talk(2s, [](int) { return 30.0; });
  EXPECT_LE(delay_ms(), 21);
  EXPECT_EQ(playout_.statistics().packets_late, 0U);
  timestamp_ += 0x40000000;  // and one that leaps
  talk(2s, [](int) { return 30.0; });
  EXPECT_LE(delay_ms(), 21);
  EXPECT_EQ(playout_.statistics().packets_late, 0U);
}

TEST_F(PlayoutTest, ACodecOfAnotherRateFollowsWithoutAGap) {
  tone_ = 400;
  talk(1s, [](int) { return 30.0; });
  const std::size_t before = heard_.size();
  use(48'000);
  timestamp_ = 17;  // of another clock
  talk(1s, [](int) { return 30.0; });
  EXPECT_EQ(playout_.rate(), 48'000);
  EXPECT_EQ(playout_.statistics().concealed, 0ns);
  rate_ = 8000;
  EXPECT_LE(largest_jump(0), own_jump() * 3 / 2);
  EXPECT_GT(audio::power(std::span{heard_}.subspan(before, 960)), 1e6);
  use(8000);
  talk(1s, [](int) { return 30.0; });
  EXPECT_EQ(playout_.rate(), 8000);
  EXPECT_EQ(playout_.statistics().concealed, 0ns);
}

TEST_F(PlayoutTest, ComfortNoiseFillsThePauseUntilSpeechBeginsAgain) {
  playout_.understand_comfort_noise(13);
  talk(1s, [](int) { return 30.0; });
  const std::byte quiet{50};  // -50 dB
  play_until(sent_at_ + 30ms);
  playout_.push({.header = {.payload_type = 13, .sequence = sequence_++, .timestamp = timestamp_},
                 .payload = {&quiet, 1}},
                sent_at_ + 30ms);
  number_ = 0;
  talk(1s, [this](int) { return --sequence_, -1.0; });  // nothing is sent, time goes on
  const std::size_t half = heard_.size() - 4000;
  const double power = audio::power(std::span{heard_}.subspan(half, 3200));
  EXPECT_GT(power, 30.0 * 30.0);
  EXPECT_LT(power, 300.0 * 300.0);
  EXPECT_TRUE(playout_.silent_by_intent());
  talk(1s, [](int) { return 30.0; });
  EXPECT_FALSE(playout_.silent_by_intent());
  EXPECT_EQ(playout_.statistics().concealed, 0ns);
  EXPECT_LE(delay_ms(), 24);
  EXPECT_LE(largest_jump(), own_jump() * 5 / 4);
}

TEST_F(PlayoutTest, AnotherSourceBeginsAnew) {
  talk(1s, [](int) { return 30.0; });
  playout_.reset();
  under_way_.clear();
  sequence_ = 7;
  timestamp_ = 99;
  talk(1s, [](int) { return 30.0; });
  EXPECT_EQ(playout_.statistics().packets_late, 0U);
  EXPECT_EQ(playout_.statistics().packets_played, 98U);
}

TEST_F(PlayoutTest, WhatCannotBeReadIsRefused) {
  std::vector<std::byte> payload(320);
  const rtp::Packet foreign{.header = {.payload_type = 99}, .payload = payload};
  EXPECT_EQ(playout_.push(foreign, sent_at_), Playout::Stored::unreadable);
  const rtp::Packet empty{.header = {.payload_type = 8}, .payload = {}};
  EXPECT_EQ(playout_.push(empty, sent_at_), Playout::Stored::unreadable);
  const Said said{.samples = 8 * 121};
  std::memcpy(payload.data(), &said, sizeof(said));
  const rtp::Packet longer{.header = {.payload_type = 8}, .payload = payload};
  EXPECT_EQ(playout_.push(longer, sent_at_), Playout::Stored::unreadable) << "121 ms";
}

TEST_F(PlayoutTest, AFloodOfPacketsKeepsTheNewest) {
  talk(1s, [](int) { return 30.0; });
  const int from = number_;
  talk(6s, [from](int n) { return std::max(30.0, 5000.0 - 20 * (n - from)); });
  EXPECT_GT(playout_.statistics().packets_late, 100U);
  EXPECT_LE(delay_ms(), 1200);
  talk(5s, [](int) { return 30.0; });
  EXPECT_LE(delay_ms(), 21);
}

}  // namespace
}  // namespace godwit::media
