// SPDX-License-Identifier: Apache-2.0
#include "ua/media_rack.h"

#include <gtest/gtest.h>

#include <utility>

#include "audio/g711.h"
#include "audio/memory_port.h"
#include "audio/tone_detector.h"
#include "audio/tone_source.h"
#include "rtp/rtcp.h"
#include "support/media_wire.h"

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using test::agree_with;
using test::kLte;
using test::kRemote;
using test::kWifi;

constexpr MediaId kMedia{1};

class SmallDisk final : public audio::Sink {
 public:
  void set_rate(int) override {}
  explicit SmallDisk(int room) : room_(room) {}
  void write(std::span<const std::int16_t>) override { --room_; }
  [[nodiscard]] bool works() const override { return room_ > 0; }

 private:
  int room_;
};

/// Tells what a test puts into it.
class ToldDevices final : public audio::DeviceWatch {
 public:
  [[nodiscard]] std::optional<audio::DeviceNews> take_news() override {
    return std::exchange(next, std::nullopt);
  }
  std::optional<audio::DeviceNews> next;
};

class MemoryFactory final : public AudioFactory {
 public:
  Result<DeviceEnds> open_devices(const AudioDeviceOptions& options) override {
    if (options.capture == "forbidden") return fail(Errc::media_failed, "not allowed");
    return DeviceEnds{std::make_unique<audio::ToneSource>(600),
                      std::make_unique<audio::MemorySink>(recording), devices};
  }
  std::shared_ptr<ToldDevices> devices = std::make_shared<ToldDevices>();

  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource& play) override {
    if (play.kind == PlaySource::Kind::file) return fail(Errc::invalid_argument, "no such file");
    return std::make_unique<audio::ToneSource>(play.tone_hz);
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string& file,
                                                 audio::Channels /*channels*/) override {
    if (file == "/forbidden.wav") return fail(Errc::invalid_argument, "not allowed");
    if (room) return std::make_unique<SmallDisk>(*room);
    return std::make_unique<audio::MemorySink>(recording);
  }
  std::optional<int> room;  // frames
  std::shared_ptr<audio::MemorySink::Recording> recording =
      std::make_shared<audio::MemorySink::Recording>();
};

class MediaRackTest : public ::testing::Test {
 protected:
  struct Sent {
    MediaId media;
    PathId path;
    Channel channel;
    std::vector<std::byte> bytes;
  };
  std::vector<Input> create(PlaySource play, std::string record = "", MediaId id = kMedia) {
    return rack_.apply(CreateMedia{.media = id, .play = play, .record_file = std::move(record)},
                       now_);
  }
  void apply(const MediaAction& action) { EXPECT_TRUE(rack_.apply(action, now_).empty()); }
  void talk(MediaId id = kMedia) {
    apply(OpenMediaPath{.media = id, .path = kWifi, .local = {}});
    apply(ConfigureMedia{.media = id, .agreement = agree_with(kRemote)});
    apply(SendMediaOn{.media = id, .path = kWifi, .remote = kRemote});
    flush();
  }
  void flush() {
    rack_.flush(
        [this](MediaId media, const media::Transmit& packet) {
          if (refuses_) return false;
          sent_.push_back({media, packet.path, packet.channel,
                           std::vector(packet.bytes.begin(), packet.bytes.end())});
          return true;
        },
        now_);
  }
  void run(Duration span) {
    const TimePoint until = now_ + span;
    for (auto next = rack_.next_deadline(); next && *next <= until; next = rack_.next_deadline()) {
      now_ = *next;
      rack_.on_timeout(now_);
      flush();
    }
    now_ = until;
  }
  static double share_at(const Sent& packet, double hz) {
    std::vector<std::int16_t> samples(160);
    audio::decode(audio::Law::pcmu, rtp::parse_packet(packet.bytes)->payload, samples);
    return audio::tone_share(samples, hz);
  }

  TimePoint now_{10s};
  MemoryFactory factory_;
  SeededRandom random_{5};
  MediaRack rack_{factory_, random_};
  std::vector<Sent> sent_;
  bool refuses_ = false;
};

TEST_F(MediaRackTest, CarriesOutWhatTheEngineAsks) {
  EXPECT_TRUE(create({.kind = PlaySource::Kind::tone, .tone_hz = 440}).empty());
  talk();
  run(1s);
  ASSERT_EQ(sent_.size(), 51U);
  EXPECT_GT(share_at(sent_[25], 440), 0.9);
  const auto reports = rack_.take_reports(now_);
  ASSERT_EQ(reports.size(), 1U);
  const auto& report = std::get<MediaReport>(reports[0]);
  EXPECT_EQ(std::get<media::FirstPacketSent>(report.notice).path, kWifi);
  EXPECT_EQ(report.statistics.packets_sent, 51U);
  EXPECT_TRUE(rack_.take_reports(now_).empty());
}

TEST_F(MediaRackTest, ADeviceSpeaksAndHearsAndWhatBecomesOfItIsTold) {
  EXPECT_TRUE(create({.kind = PlaySource::Kind::device}).empty());
  talk();
  run(1s);
  EXPECT_GT(share_at(sent_.at(25), 600), 0.9);
  static_cast<void>(rack_.take_reports(now_));
  factory_.devices->next = {.works = false, .capture = {}, .playback = {}, .reason = "pulled out"};
  run(20ms);
  const auto reports = rack_.take_reports(now_);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(std::get<MediaDeviceChanged>(reports[0]).news.reason, "pulled out");
}

TEST_F(MediaRackTest, TheApplicationSpeaksAndHears) {
  const auto heard = std::make_shared<audio::MemorySink::Recording>();
  CreateMedia both{.media = kMedia,
                   .play = {.kind = PlaySource::Kind::application,
                            .source = std::make_shared<audio::ToneSource>(700)},
                   .record_file = {},
                   .hear = std::make_shared<audio::MemorySink>(heard)};
  EXPECT_TRUE(rack_.apply(both, now_).empty());
  talk();
  run(1s);
  EXPECT_GT(share_at(sent_.at(25), 700), 0.9);
  EXPECT_TRUE(rack_.apply(EndMedia{kMedia}, now_).empty());
  EXPECT_TRUE(heard->closed);
  EXPECT_FALSE(create({.kind = PlaySource::Kind::application}).empty()) << "no source";
}

TEST_F(MediaRackTest, ADeviceThatIsRefusedIsSilenceAndNobodyListensToItLater) {
  PlaySource forbidden{.kind = PlaySource::Kind::device};
  forbidden.device.capture = "forbidden";
  EXPECT_EQ(create(forbidden).size(), 1U);
  create({.kind = PlaySource::Kind::device}, "", MediaId{2});
  apply(PlayMedia{MediaId{2}, {.kind = PlaySource::Kind::tone}});
  EXPECT_EQ(factory_.devices.use_count(), 1) << "its microphone is closed";
}

TEST_F(MediaRackTest, SessionsAreApart) {
  create({}, "", MediaId{1});
  create({}, "", MediaId{2});
  talk(MediaId{1});
  talk(MediaId{2});
  const auto first = rtp::parse_packet(sent_.at(0).bytes)->header;
  const auto second = rtp::parse_packet(sent_.at(1).bytes)->header;
  EXPECT_EQ(sent_[1].media, MediaId{2});
  EXPECT_NE(first.ssrc, second.ssrc);
  EXPECT_NE(first.timestamp, second.timestamp);
  EXPECT_NE(first.sequence, second.sequence);
}

TEST_F(MediaRackTest, AFileThatCannotBeOpenedIsToldAndTheCallGoesOn) {
  const auto failures =
      create({.kind = PlaySource::Kind::file, .file = "nothing.wav"}, "/forbidden.wav");
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(std::get<MediaFailed>(failures[0]).media, kMedia);
  talk();
  run(100ms);
  EXPECT_EQ(sent_.size(), 6U);
}

TEST_F(MediaRackTest, EchoSaysWhatIsHeardAndRecordsIt) {
  create({.kind = PlaySource::Kind::echo}, "call.wav");
  talk();
  audio::ToneSource tone(1000);
  std::vector<std::byte> wire(rtp::kHeaderSize + 160);
  for (std::uint16_t i = 0; i < 50; ++i) {
    rtp::write_header({.sequence = i, .timestamp = i * 160U, .ssrc = 9}, wire);
    audio::Samples samples(160);
    tone.read(samples);
    audio::encode(audio::Law::pcmu, samples, std::span{wire}.subspan(rtp::kHeaderSize));
    rack_.on_packet(kMedia, {kWifi, Channel::rtp, kRemote, wire, now_}, now_);
    run(20ms);
  }
  EXPECT_GT(share_at(sent_.back(), 1000), 0.9);
  EXPECT_GE(factory_.recording->samples.size(), 49U * 160);
}

TEST_F(MediaRackTest, ARefusedFrameGoesFirstOnTheNextPath) {
  create({});
  talk();
  refuses_ = true;
  run(20ms);
  EXPECT_EQ(sent_.size(), 1U);
  refuses_ = false;
  apply(OpenMediaPath{.media = kMedia, .path = kLte, .local = {}});
  apply(SendMediaOn{.media = kMedia, .path = kLte, .remote = kRemote});
  flush();
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[1].path, kLte);
  const auto before = rtp::parse_packet(sent_[0].bytes)->header;
  const auto after = rtp::parse_packet(sent_[1].bytes)->header;
  EXPECT_EQ(after.sequence, static_cast<std::uint16_t>(before.sequence + 1));
  EXPECT_EQ(after.timestamp, before.timestamp + 160);
}

TEST_F(MediaRackTest, EndSaysGoodbyeWithTheNextFlushAndForgets) {
  create({}, "call.wav");
  talk();
  apply(EndMedia{.media = kMedia});
  EXPECT_TRUE(factory_.recording->closed);
  EXPECT_FALSE(rack_.statistics(kMedia, now_));
  flush();
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[1].channel, Channel::rtcp);
  EXPECT_TRUE(std::holds_alternative<rtp::Bye>(rtp::parse_rtcp(sent_[1].bytes).value().back()));
  EXPECT_EQ(rack_.next_deadline(), std::nullopt);
}

TEST_F(MediaRackTest, ActionsForUnknownMediaDoNothing) {
  EXPECT_TRUE(rack_.apply(StopSendingMedia{.media = MediaId{7}}, now_).empty());
  EXPECT_TRUE(rack_.apply(EndMedia{.media = MediaId{7}}, now_).empty());
  rack_.on_packet(MediaId{7}, {kWifi, Channel::rtp, kRemote, {}, now_}, now_);
  rack_.on_send_failed(MediaId{7}, kWifi, now_);
  EXPECT_EQ(rack_.next_deadline(), std::nullopt);
}

TEST_F(MediaRackTest, ClosingTheSendingPathStopsSending) {
  create({});
  talk();
  apply(CloseMediaPath{.media = kMedia, .path = kWifi});
  run(100ms);
  EXPECT_EQ(sent_.size(), 1U);
}

TEST_F(MediaRackTest, PlaysSomethingElseFromTheNextFrameOn) {
  create({.kind = PlaySource::Kind::tone, .tone_hz = 440});
  talk();
  run(100ms);
  apply(PlayMedia{.media = kMedia, .play = {.kind = PlaySource::Kind::tone, .tone_hz = 1000}});
  run(100ms);
  EXPECT_GT(share_at(sent_.back(), 1000), 0.9);
  const auto failed = rack_.apply(
      PlayMedia{.media = kMedia, .play = {.kind = PlaySource::Kind::file, .file = "nothing.wav"}},
      now_);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(std::get<MediaFailed>(failed[0]).part, MediaFailed::Part::playing);
  run(100ms);
  EXPECT_GT(share_at(sent_.back(), 1000), 0.9);
}

TEST_F(MediaRackTest, MutedItSendsSilenceWithoutAGap) {
  create({.kind = PlaySource::Kind::tone, .tone_hz = 440});
  talk();
  apply(MuteMedia{.media = kMedia, .muted = true});
  run(1s);
  EXPECT_EQ(sent_.size(), 51U);
  EXPECT_EQ(share_at(sent_.back(), 440), 0);
  apply(MuteMedia{.media = kMedia, .muted = false});
  run(100ms);
  EXPECT_GT(share_at(sent_.back(), 440), 0.9);
}

TEST_F(MediaRackTest, RecordsFromStartToStop) {
  create({.kind = PlaySource::Kind::tone, .tone_hz = 440});
  talk();
  run(1s);
  apply(RecordMedia{.media = kMedia, .record = {.file = "a.wav"}});
  run(1s);
  apply(StopRecordingMedia{.media = kMedia});
  run(1s);
  EXPECT_TRUE(factory_.recording->closed);
  EXPECT_EQ(factory_.recording->samples.size(), 50U * 160);
  const auto failed =
      rack_.apply(RecordMedia{.media = kMedia, .record = {.file = "/forbidden.wav"}}, now_);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(std::get<MediaFailed>(failed[0]).part, MediaFailed::Part::recording);
}

TEST_F(MediaRackTest, ARecordingThatFailsOnTheWayIsTold) {
  create({});
  talk();
  factory_.room = 10;
  apply(RecordMedia{.media = kMedia, .record = {.file = "a.wav"}});
  static_cast<void>(rack_.take_reports(now_));
  run(1s);
  const auto reports = rack_.take_reports(now_);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(std::get<MediaFailed>(reports[0]).part, MediaFailed::Part::recording);
  EXPECT_EQ(sent_.size(), 51U) << "the call goes on";
}

TEST_F(MediaRackTest, DigitsInBandAreHeardInTheSound) {
  create({});
  talk();
  apply(
      SendDigits{.media = kMedia, .digits = "5", .duration = 100ms, .method = DtmfMethod::in_band});
  run(60ms);
  EXPECT_GT(share_at(sent_.back(), 770) + share_at(sent_.back(), 1336), 0.9);
}

TEST_F(MediaRackTest, AConferenceIsThereWhileSomebodyTakesPart) {
  create({.kind = PlaySource::Kind::tone, .tone_hz = 440}, "", MediaId{1});
  create({.kind = PlaySource::Kind::tone, .tone_hz = 1000}, "", MediaId{2});
  talk(MediaId{1});
  talk(MediaId{2});
  apply(JoinConference{.media = MediaId{1}, .conference = ConferenceId{5}});
  apply(JoinConference{.media = MediaId{2}, .conference = ConferenceId{5}});
  EXPECT_EQ(rack_.conferences(), 1U);
  run(100ms);
  for (const Sent& packet : {sent_.back(), sent_[sent_.size() - 2]}) {
    EXPECT_NEAR(share_at(packet, 440), 0.5, 0.1);
    EXPECT_NEAR(share_at(packet, 1000), 0.5, 0.1);
  }
  // Who is held neither hears nor is heard; who only listens still hears.
  for (const auto direction : {sdp::Direction::recvonly, sdp::Direction::inactive}) {
    apply(ConfigureMedia{.media = MediaId{2}, .agreement = agree_with(kRemote, direction)});
    run(100ms);
    EXPECT_EQ(sent_.back().media, MediaId{1});
    EXPECT_GT(share_at(sent_.back(), 440), 0.9);
  }
  apply(ConfigureMedia{.media = MediaId{2},
                       .agreement = agree_with(kRemote, sdp::Direction::sendonly)});
  run(100ms);
  for (const Sent& packet : {sent_.back(), sent_[sent_.size() - 2]}) {
    EXPECT_NEAR(share_at(packet, 440), 0.5, 0.1);
  }
  apply(JoinConference{.media = MediaId{1}, .conference = {}});
  EXPECT_EQ(rack_.conferences(), 1U);
  apply(EndMedia{.media = MediaId{2}});
  EXPECT_EQ(rack_.conferences(), 0U);
}

TEST_F(MediaRackTest, EachTickWakesOnlyTheSessionThatIsDue) {
  constexpr int kManySessions = 200;
  for (std::uint64_t i = 1; i <= kManySessions; ++i) {
    create({}, "", MediaId{i});
    now_ += 50us;
    talk(MediaId{i});
  }
  sent_.clear();
  run(1s);
  EXPECT_EQ(sent_.size(), 50U * kManySessions);
  for (std::uint64_t i = 1; i <= kManySessions; ++i) apply(EndMedia{.media = MediaId{i}});
  EXPECT_EQ(rack_.next_deadline(), std::nullopt);
}

TEST_F(MediaRackTest, HandsOverHowWellACallIsHeard) {
  EXPECT_EQ(rack_.session(kMedia), nullptr);
  EXPECT_TRUE(rack_
                  .apply(CreateMedia{.media = kMedia,
                                     .play = {},
                                     .record_file = "",
                                     .quality = {.interval = 2s, .limits = {}}},
                         now_)
                  .empty());
  talk();
  static_cast<void>(rack_.take_reports(now_));
  run(5s);
  ASSERT_NE(rack_.session(kMedia), nullptr);
  EXPECT_EQ(rack_.session(kMedia)->quality_history().size(), 5U);
  int told = 0;
  for (const Input& input : rack_.take_reports(now_)) {
    const auto* const report = std::get_if<MediaReport>(&input);
    if (report == nullptr) continue;
    told += std::holds_alternative<media::QualityMeasured>(report->notice) ? 1 : 0;
  }
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace godwit::ua
