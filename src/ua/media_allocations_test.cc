// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "audio/silence.h"
#include "audio/tone_source.h"
#include "rtp/packet.h"
#include "support/allocation_count.h"
#include "support/media_wire.h"
#include "support/openssl_allocation_count.h"
#include "support/sdes_key.h"
#include "support/srtp_stream.h"
#include "ua/media_rack.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::kRemote;

constexpr std::uint64_t kSessions = 3;
constexpr std::uint32_t kFarSsrc = 9;
constexpr std::size_t kPlainSize = rtp::kHeaderSize + 160;
using Suite = std::optional<srtp::Suite>;  // none: in clear

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
class MediaAllocationsTest : public ::testing::TestWithParam<Suite> {
 protected:
  void SetUp() override {
    sdp::Agreement agreement = test::agree_with(kRemote);
    if (const auto suite = GetParam()) {
      const auto theirs = test::sdes_key(*suite, 2);
      agreement.protection = sdp::SdesProtection{test::sdes_key(*suite, 1), theirs};
      far_end_.use({*suite, theirs.keys.front().key_and_salt});
    }
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
      const MediaId id{i};
      const PathId path{i};
      apply(CreateMedia{.media = id, .play = {.kind = PlaySource::Kind::tone}});
      apply(OpenMediaPath{.media = id, .path = path, .local = {}});
      apply(ConfigureMedia{.media = id, .agreement = agreement});
      apply(SendMediaOn{.media = id, .path = path, .remote = kRemote});
      apply(RecordMedia{.media = id,
                        .record = {.file = "x", .tracks = RecordOptions::Tracks::stereo}});
      apply(JoinConference{.media = id, .conference = ConferenceId{1}});
    }
  }
  void apply(const MediaAction& action) { ASSERT_TRUE(rack_.apply(action, now_).empty()); }
  void tick() {
    ++sequence_;
    const auto packet = next_packet();
    for (std::uint64_t i = 1; i <= kSessions; ++i) {
      rack_.on_packet(MediaId{i}, {PathId{i}, Channel::rtp, kRemote, packet, now_}, now_);
      rack_.flush(send_, now_);
    }
    now_ += 20ms;
    rack_.on_timeout(now_);
    rack_.flush(send_, now_);
    static_cast<void>(rack_.take_reports(now_));
  }

  /// Of the far end: one key, so that all sessions understand it.
  std::span<const std::byte> next_packet() {
    wire_.fill(std::byte{0});
    rtp::write_header({.sequence = sequence_, .timestamp = sequence_ * 160U, .ssrc = kFarSsrc},
                      wire_);
    if (!GetParam()) return std::span{wire_}.first(kPlainSize);
    return std::span{wire_}.first(far_end_.protect_rtp(wire_, kPlainSize).value_or(0));
  }
  static std::size_t taken() { return allocation_count + openssl_allocation_count; }

  TimePoint now_{10s};
  NullFactory factory_;
  SeededRandom random_{5};
  MediaRack rack_{factory_, random_};
  std::uint16_t sequence_ = 0;
  srtp::Outgoing far_end_{kFarSsrc};
  std::array<std::byte, kPlainSize + srtp::Outgoing::kMostAdded> wire_{};
  std::size_t rtp_sent_ = 0;
  std::size_t reports_sent_ = 0;
  MediaRack::Send send_ = [this](MediaId, const media::Transmit& packet) {
    ++(packet.channel == Channel::rtp ? rtp_sent_ : reports_sent_);
    return true;
  };
};

TEST_P(MediaAllocationsTest, AFrameThatIsHeardMixedRecordedAndSaidTakesNothingFromTheHeap) {
  ASSERT_TRUE(openssl_allocations_are_counted);
  for (int i = 0; i < 500; ++i) tick();
  rtp_sent_ = reports_sent_ = 0;
  const auto before = taken();
  for (int i = 0; i < 5000; ++i) tick();
  EXPECT_GE(rtp_sent_, 5000 * kSessions);
  // Reports of RTCP may, one each few seconds.
  EXPECT_LE(taken() - before, 20 * reports_sent_);
  EXPECT_GE(rack_.statistics(MediaId{1}, now_).value().packets_received, 5000U);
}

INSTANTIATE_TEST_SUITE_P(Suites, MediaAllocationsTest,
                         ::testing::Values(Suite(), srtp::Suite::aes_cm_128_hmac_sha1_80,
                                           srtp::Suite::aes_256_cm_hmac_sha1_32,
                                           srtp::Suite::aead_aes_128_gcm,
                                           srtp::Suite::aead_aes_256_gcm),
                         [](const auto& info) {
                           return std::string(info.param ? srtp::name_of(*info.param) : "in_clear");
                         });

}  // namespace
}  // namespace godwit::ua
