// SPDX-License-Identifier: Apache-2.0
#include "audio/silence_gate.h"

#include <gtest/gtest.h>

#include <string>

#include "support/sound.h"

namespace godwit::audio {
namespace {

using test::Sound;
using Send = SilenceGate::Send;

class SilenceGateTest : public testing::Test {
 protected:
  /// What is sent of each 20 ms: "s" sound, "n" noise, "." nothing.
  std::string sent_of(const Sound& sound) {
    std::string sent;
    for (std::size_t i = 0; i + 160 <= sound.size(); i += 160) {
      const Send send = gate_.judge(std::span{sound}.subspan(i, 160));
      sent += send == Send::sound ? 's' : send == Send::noise ? 'n' : '.';
    }
    return sent;
  }

  SilenceGate gate_{8000};
};

TEST_F(SilenceGateTest, SilenceIsDescribedOnceAndThenEveryFourHundredMilliseconds) {
  const std::string pause = "n" + std::string(19, '.');
  EXPECT_EQ(sent_of(Sound(8000 * 7 / 5)), std::string(10, 's') + pause + pause + pause);
  EXPECT_EQ(gate_.noise()[0], std::byte{127});
}

TEST_F(SilenceGateTest, SpeechIsSentWholeAndItsEndToo) {
  static_cast<void>(sent_of(test::noise(8000, 20)));
  const std::string said = sent_of(test::vowel(8000, 130, 8000));
  EXPECT_EQ(said, std::string(50, 's'));
  const std::string after = sent_of(test::noise(8000, 20, 2));
  EXPECT_EQ(after.substr(0, 11), "ssssssssssn");
}

TEST_F(SilenceGateTest, NoiseThatGrowsIsDescribedAsLoudAsItIs) {
  static_cast<void>(sent_of(test::noise(16'000, 30, 1)));
  const std::string told = sent_of(test::noise(8000, 42, 2));
  EXPECT_EQ(std::ranges::count(told, 's'), 0);
  EXPECT_NEAR(std::to_integer<int>(gate_.noise()[0]), -20 * std::log10(42 / 32'768.0), 1.1);
}

TEST_F(SilenceGateTest, SavesMostOfAConversation) {
  const std::string sent = sent_of(test::noise(10 * 8000, 20));
  EXPECT_GT(std::ranges::count(sent, '.'), 400);
}

}  // namespace
}  // namespace godwit::audio
