// SPDX-License-Identifier: Apache-2.0
// How long sound takes from a microphone to a loudspeaker, by calls and cards whose clocks are virtual:
// what of it is the packet, the codec's own, what waits in buffers, and what is left.
#include <gtest/gtest.h>

#include <iostream>
#include <limits>

#include "audio/codec_book.h"
#include "audio/resampler.h"
#include "io/device_ends.h"
#include "media/session.h"
#include "support/mouth_to_ear.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Duration kBlock = 10ms;
constexpr media::PathId kPath{1};

double in_ms(Duration span) { return Milliseconds(span).count(); }

struct Trial {
  std::string name;
  const char* codec = "PCMU";
  std::chrono::milliseconds packet_time{20};
  int card_rate = 8000;
  double look_ahead_ms = 0;        // of the codec, both sides
  std::chrono::milliseconds phase{};  // of the cards' clock against the calls'
};

void PrintTo(const Trial& trial, std::ostream* out) { *out << trial.name; }

class MouthToEarTest : public ::testing::TestWithParam<Trial> {
 protected:
  MouthToEarTest() : rustle_(GetParam().card_rate) {
    mouth_ = make_link();
    ear_ = make_link();
    auto mouth_ends = make_device_ends(mouth_);
    auto ear_ends = make_device_ends(ear_);
    auto source = std::make_unique<test::WatchedSource>(std::move(mouth_ends.source), [this] {
      waits_.captured.note(waiting(mouth_->rings->captured) + in_ms(now_ - (card_due_ - kBlock)));
    });
    auto sink = std::make_unique<test::WatchedSink>(std::move(ear_ends.sink), [this] {
      waits_.to_play.note(waiting(ear_->rings->to_play) + in_ms(card_due_ - now_));
    });
    speaker_ = make_session(std::move(source), std::move(mouth_ends.sink), 1);
    listener_ = make_session(std::move(ear_ends.source), std::move(sink), 2);
  }

  void run(Duration span) {
    for (const TimePoint end = now_ + span; now_ < end;) {
      now_ = std::min({end, card_due_, due(*speaker_), due(*listener_)});
      if (now_ == card_due_) move_a_block();
      speaker_->on_timeout(now_);
      listener_->on_timeout(now_);
      pass_on(*speaker_, *listener_);
      pass_on(*listener_, *speaker_);
    }
  }

  test::Rustle rustle_;
  std::vector<std::int16_t> heard_;
  test::DeviceWaits waits_;
  std::unique_ptr<media::Session> speaker_, listener_;

 private:
  static std::shared_ptr<DeviceLink> make_link() {
    AudioDeviceOptions options;
    options.rate = GetParam().card_rate;
    options.cancel_echo = false;
    options.suppress_noise = false;
    return std::make_shared<DeviceLink>(options);
  }
  static net::SocketAddress place(std::uint8_t host) {
    return {net::IpAddress::v4({192, 0, 2, host}), 4000};
  }
  static TimePoint due(const media::Session& session) {
    return session.next_deadline().value_or(TimePoint::max());
  }
  [[nodiscard]] double waiting(const SampleRing& ring) const {
    return 1000.0 * static_cast<double>(ring.size()) / GetParam().card_rate;
  }

  std::unique_ptr<media::Session> make_session(std::unique_ptr<audio::Source> source,
                                               std::unique_ptr<audio::Sink> sink,
                                               std::uint8_t host) {
    auto session = std::make_unique<media::Session>(
        media::SessionOptions{
            .id = {}, .cname = "x", .source = std::move(source), .sink = std::move(sink)},
        random_, now_);
    session->add_path(kPath);
    const auto codec = audio::CodecBook().named(GetParam().codec);
    const CodecFormat format = codec->format();
    sdp::Agreement agreement;
    agreement.remote = place(static_cast<std::uint8_t>(3 - host));
    agreement.send = agreement.receive = {.payload_type = codec->payload_type().value_or(96),
                                          .name = format.name,
                                          .clock_rate = format.clock_rate,
                                          .channels = format.channels};
    agreement.send_telephone_event = agreement.receive_telephone_event = 101;
    agreement.packet_time = GetParam().packet_time;
    agreement.rtcp_mux = true;
    session->configure(agreement, now_);
    session->send_on(kPath, agreement.remote, now_);
    return session;
  }
  void move_a_block() {
    std::vector<std::int16_t> block(audio::block_of(GetParam().card_rate));
    // What was said in the 10 ms before now; what is heard in the next ones.
    rustle_.say(said_, block);
    said_ += block.size();
    mouth_->rings->captured.push(block);
    std::ranges::fill(block, std::int16_t{0});
    ear_->rings->captured.push(block);
    mouth_->rings->play(block);
    ear_->rings->play(block);
    heard_.insert(heard_.end(), block.begin(), block.end());
    card_due_ += kBlock;
  }
  void pass_on(media::Session& from, media::Session& to) {
    while (const auto packet = from.poll_transmit()) {
      const auto sender = place(&from == speaker_.get() ? 1 : 2);
      to.on_packet({kPath, packet->channel, sender, packet->bytes, now_}, now_);
    }
    static_cast<void>(from.take_notices());
  }

  SeededRandom random_{3};
  TimePoint now_{1000s};
  TimePoint card_due_ = now_ + GetParam().phase;
  std::shared_ptr<DeviceLink> mouth_, ear_;
  std::size_t said_ = 0;
};

TEST_P(MouthToEarTest, OwnDelayIsAtMostFiveMilliseconds) {
  run(12s);
  const auto found = rustle_.delay_ms(heard_);
  ASSERT_TRUE(found) << "nothing is heard";
  // The first block that is heard is played when the first that was said has ended.
  const double whole = *found + in_ms(kBlock);
  const double frame = in_ms(GetParam().packet_time);
  const double playout = in_ms(listener_->quality().now.buffered);
  const double cards = waits_.captured.value() + waits_.to_play.value();
  const auto codec = audio::CodecBook().named(GetParam().codec);
  const audio::Resampler down(GetParam().card_rate, codec->sample_rate());
  const audio::Resampler up(codec->sample_rate(), GetParam().card_rate);
  const double rates = in_ms(down.latency() + up.latency());
  const double rest = whole - frame - GetParam().look_ahead_ms - playout - cards - rates;
  std::cout << "[          ] " << GetParam().name << ": " << whole << " ms = frame " << frame
            << " + codec " << GetParam().look_ahead_ms << " + playout " << playout << " + cards "
            << cards << " + rates " << rates << " + rest " << rest << "\n";
  EXPECT_LE(cards, 2 * (5 + in_ms(kBlock))) << "a spare of 5 ms each, and less than a block";
  EXPECT_LE(rest, 5);
  EXPECT_GE(rest, -5);
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, MouthToEarTest,
    ::testing::Values(Trial{"pcmu_20", "PCMU", 20ms, 8000, 0}, Trial{"pcmu_10", "PCMU", 10ms, 8000, 0},
                      Trial{"g722_20", "G722", 20ms, 16'000, 1.5},
                      Trial{"g722_10", "G722", 10ms, 16'000, 1.5},
                      Trial{"opus_20", "opus", 20ms, 48'000, 6.5},
                      Trial{"opus_10", "opus", 10ms, 48'000, 6.5},
                      Trial{"pcmu_20_by_a_card_of_48000", "PCMU", 20ms, 48'000, 0},
                      Trial{"pcmu_20_3_ms_apart", "PCMU", 20ms, 8000, 0, 3ms},
                      Trial{"pcmu_20_7_ms_apart", "PCMU", 20ms, 8000, 0, 7ms}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace godwit::io
