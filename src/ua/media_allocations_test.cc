// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>

#include "audio/silence.h"
#include "audio/tone_source.h"
#include "rtp/packet.h"
#include "support/allocation_count.h"
#include "support/media_wire.h"
#include "ua/media_rack.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::kRemote;

constexpr std::uint64_t kSessions = 3;

class NullFactory final : public AudioFactory {
 public:
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override {
    return std::make_unique<audio::ToneSource>(play.tone_hz);
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string&, audio::Channels) override {
    return std::make_unique<audio::NullSink>();
  }
};

/// Calls that are recorded and in one conference, all of them heard.
class MediaAllocationsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
      const MediaId id{i};
      const PathId path{i};
      apply(CreateMedia{.media = id, .play = {.kind = PlaySource::Kind::tone}});
      apply(OpenMediaPath{.media = id, .path = path, .local = {}});
      apply(ConfigureMedia{.media = id, .agreement = test::agree_with(kRemote)});
      apply(SendMediaOn{.media = id, .path = path, .remote = kRemote});
      apply(RecordMedia{.media = id,
                        .record = {.file = "x", .tracks = RecordOptions::Tracks::stereo}});
      apply(JoinConference{.media = id, .conference = ConferenceId{1}});
    }
  }
  void apply(const MediaAction& action) { ASSERT_TRUE(rack_.apply(action, now_).empty()); }
  void tick() {
    ++sequence_;
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
      rtp::write_header({.sequence = sequence_, .timestamp = sequence_ * 160U, .ssrc = 9}, wire_);
      rack_.on_packet(MediaId{i}, {PathId{i}, Channel::rtp, kRemote, wire_, now_}, now_);
      rack_.flush(send_, now_);
    }
    now_ += 20ms;
    rack_.on_timeout(now_);
    rack_.flush(send_, now_);
    static_cast<void>(rack_.take_reports(now_));
  }

  TimePoint now_{10s};
  NullFactory factory_;
  SeededRandom random_{5};
  MediaRack rack_{factory_, random_};
  std::uint16_t sequence_ = 0;
  std::array<std::byte, rtp::kHeaderSize + 160> wire_{};
  std::size_t rtp_sent_ = 0;
  std::size_t reports_sent_ = 0;
  MediaRack::Send send_ = [this](MediaId, const media::Transmit& packet) {
    ++(packet.channel == Channel::rtp ? rtp_sent_ : reports_sent_);
    return true;
  };
};

TEST_F(MediaAllocationsTest, AFrameThatIsHeardMixedRecordedAndSaidTakesNothingFromTheHeap) {
  for (int i = 0; i < 500; ++i) tick();
  rtp_sent_ = reports_sent_ = 0;
  const auto before = allocation_count;
  for (int i = 0; i < 5000; ++i) tick();
  EXPECT_GE(rtp_sent_, 5000 * kSessions);
  // Reports of RTCP may, one each few seconds.
  EXPECT_LE(allocation_count - before, 20 * reports_sent_);
}

}  // namespace
}  // namespace godwit::ua
