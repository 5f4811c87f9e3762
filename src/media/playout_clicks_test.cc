// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "audio/click_detector.h"
#include "audio/codec_book.h"
#include "media/playout.h"
#include "support/sound.h"

namespace godwit::media {
namespace {

using std::chrono::milliseconds;
using test::Sound;

constexpr std::uint8_t kVoiceType = 100;
constexpr milliseconds kClickPacket{20};

/// Speech in a codec, of which a stretch never comes, and what is heard of it.
class ErasureTest : public testing::TestWithParam<std::tuple<const char*, int>> {
 protected:
  ErasureTest() { playout_.understand(kVoiceType, codec_); }

  [[nodiscard]] std::size_t frame() const {
    return static_cast<std::size_t>(codec_->sample_rate()) / 50;
  }
  /// @param first, lost  so many packets from this one on never come
  Sound play(const Sound& said, int first, int lost) {
    const auto encoder = codec_->make_encoder(codec_->format(), kClickPacket);
    auto rest = std::span{said};
    Sound heard;
    Sound pulled(frame());
    for (int i = 0; rest.size() >= frame(); ++i) {
      const TimePoint now = TimePoint{} + std::chrono::seconds{100} + i * kClickPacket;
      // Of a long loss only the end is said: an encoder remembers no longer.
      if (i < first || i + 10 >= first + lost) {
        std::vector<std::byte> payload(1400);
        payload.resize(encoder->encode(rest.first(frame()), payload));
        rest = rest.subspan(frame());
        if (i < first || i >= first + lost) push(i, payload, now);
      }
      playout_.pull(pulled, now + milliseconds{10});
      heard.insert(heard.end(), pulled.begin(), pulled.end());
    }
    return heard;
  }
  void push(int number, std::span<const std::byte> payload, TimePoint now) {
    const auto n = static_cast<std::uint16_t>(number);
    const rtp::Packet packet{.header = {.payload_type = kVoiceType,
                                        .sequence = n,
                                        .timestamp = n * codec_->format().clock_rate / 50,
                                        .ssrc = 1},
                             .payload = payload};
    EXPECT_EQ(playout_.push(packet, now), Playout::Stored::yes);
  }
  /// In ms; but for the beginning, where codecs and clocks find their place.
  [[nodiscard]] std::vector<std::size_t> clicks_in(const Sound& sound) const {
    constexpr std::size_t kBeginning = 15;  // packets
    const int rate = codec_->sample_rate();
    const auto rest = std::span{sound}.subspan(kBeginning * frame());
    auto clicks = audio::find_clicks(audio::surprises_in(rest, rate), rate);
    for (std::size_t& click : clicks) {
      click = (click + kBeginning * frame()) * 1000 / static_cast<std::size_t>(rate);
    }
    return clicks;
  }

  const audio::CodecBook book_;
  std::shared_ptr<const Codec> codec_ = book_.named(std::get<0>(GetParam()));
  const int erased_ms_ = std::get<1>(GetParam());
  Playout playout_;
};

TEST_P(ErasureTest, NoSeamClicks) {
  const auto rate = static_cast<std::size_t>(codec_->sample_rate());
  const std::size_t length = rate * 9 / 10;
  int first = 20;
  for (const double pitch : {93.0, 187.0}) {
    for (const Sound& said : {test::vowel(codec_->sample_rate(), pitch, length),
                              test::speech(codec_->sample_rate(), pitch, length),
                              test::sine(codec_->sample_rate(), 4 * pitch, length)}) {
      ++first;  // at another place of syllable and period
      playout_.reset();
      const Sound heard = play(said, first, erased_ms_ / 20);
      EXPECT_EQ(clicks_in(heard), std::vector<std::size_t>{}) << pitch << " Hz, packet " << first;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, ErasureTest,
                         testing::Combine(testing::Values("PCMU", "G722", "opus", "L16/16000"),
                                          testing::Values(20, 60, 200, 2000, 2200)));

}  // namespace
}  // namespace godwit::media
