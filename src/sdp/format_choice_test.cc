// SPDX-License-Identifier: Apache-2.0
#include "sdp/format_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Format kOpus{96, "opus", 48000, 2, "useinbandfec=1"};
const Format kG722{9, "G722", 8000, 1, ""};
const Format kPcmu{0, "PCMU", 8000, 1, ""};
const Format kNoise{13, "CN", 8000, 1, ""};
const Format kEvent{101, "telephone-event", 8000, 1, "0-16"};
const Format kWideEvent{102, "telephone-event", 48000, 1, "0-16"};

std::vector<Format> all_of_ours() {
  return {kOpus, kG722, kPcmu, kNoise, kEvent, kWideEvent};
}
Format numbered(Format format, std::uint8_t payload_type) {
  format.payload_type = payload_type;
  return format;
}
std::vector<int> types_of(const std::vector<Format>& formats) {
  std::vector<int> types;
  for (const Format& format : formats) types.push_back(format.payload_type);
  return types;
}
Agreement agreed(const std::vector<Format>& theirs, const std::vector<Format>& ours = all_of_ours()) {
  Agreement agreement;
  agree_on_formats(take_answered(ours, theirs, {}), agreement);
  return agreement;
}

TEST(FormatChoiceTest, AnswersInTheirOrderWithTheirNumbers) {
  const auto shared =
      take_offered(all_of_ours(), {numbered(kPcmu, 0), {3, "GSM", 8000, 1, ""}, numbered(kOpus, 120)}, {});
  EXPECT_THAT(types_of(ours_of(shared)), ElementsAre(0, 120));
}

TEST(FormatChoiceTest, KeepsOurNumbersForWhatWeOffered) {
  const auto agreement = agreed({numbered(kOpus, 120), numbered(kWideEvent, 121)});
  EXPECT_EQ(agreement.send.payload_type, 120);
  EXPECT_EQ(agreement.receive.payload_type, 96);
  EXPECT_EQ(agreement.send_telephone_event, 121);
  EXPECT_EQ(agreement.receive_telephone_event, 102);
}

TEST(FormatChoiceTest, CodecSaysWhichParametersItTakesAndAnswers) {
  FormatRules rules;
  rules.takes = [](const Format& theirs) { return theirs.parameters != "mode=wrong"; };
  rules.answer = [](const Format& theirs) { return "seen " + theirs.parameters; };
  Format wrong = kOpus, right = numbered(kOpus, 97);
  wrong.parameters = "mode=wrong";
  right.parameters = "mode=right";
  const auto shared = take_offered(all_of_ours(), {wrong, right, kEvent}, rules);
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_EQ(shared[0].ours, (Format{97, "opus", 48000, 2, "seen mode=right"}));
  EXPECT_EQ(shared[0].theirs, right);
  EXPECT_EQ(shared[1].ours, kEvent) << "no codec";
  EXPECT_THAT(take_answered(all_of_ours(), {wrong}, rules), IsEmpty());
}

// RFC 4733 §2.1
TEST(FormatChoiceTest, EventsRunOnTheClockOfTheCodec) {
  const auto wide = agreed({kOpus, kPcmu, kEvent, kWideEvent});
  EXPECT_EQ(wide.send_telephone_event, 102);
  EXPECT_EQ(wide.telephone_event_rate, 48000U);
  const auto narrow = agreed({kPcmu, kOpus, kWideEvent, kEvent});
  EXPECT_EQ(narrow.send_telephone_event, 101);
  EXPECT_EQ(narrow.telephone_event_rate, 8000U);
}

TEST(FormatChoiceTest, EventsOf8000HzDoWhereThereAreNoOthers) {
  const auto agreement = agreed({kOpus, kEvent});
  EXPECT_EQ(agreement.send_telephone_event, 101);
  EXPECT_EQ(agreement.receive_telephone_event, 101);
  EXPECT_EQ(agreement.telephone_event_rate, 8000U);
  EXPECT_EQ(agreed({kPcmu, kWideEvent}).send_telephone_event, std::nullopt);
}

TEST(FormatChoiceTest, EverythingElseInCommonMayBeReceived) {
  EXPECT_THAT(types_of(agreed({kOpus, kG722, kPcmu, kNoise, kEvent, kWideEvent}).also_receive),
              ElementsAre(9, 0, 101));
  EXPECT_THAT(agreed({kPcmu, kEvent}).also_receive, IsEmpty());
}

// RFC 3389 §4
TEST(FormatChoiceTest, ComfortNoiseIsOfTheClockOfTheCodec) {
  EXPECT_EQ(agreed({kPcmu, kNoise}).send_comfort_noise, 13);
  EXPECT_EQ(agreed({kPcmu, kNoise}).receive_comfort_noise, 13);
  EXPECT_EQ(agreed({kG722, kNoise}).send_comfort_noise, 13);
  EXPECT_EQ(agreed({kOpus, kPcmu, kNoise}).send_comfort_noise, std::nullopt);
  EXPECT_EQ(agreed({kOpus, kPcmu, kNoise}).receive_comfort_noise, 13) << "beside PCMU";
  EXPECT_EQ(agreed({kPcmu}).receive_comfort_noise, std::nullopt);
  EXPECT_EQ(agreed({kPcmu, kNoise}, {kPcmu}).send_comfort_noise, std::nullopt);
}

TEST(FormatChoiceTest, WithoutSoundThereIsNothingToAgreeOn) {
  EXPECT_EQ(first_sound(take_offered(all_of_ours(), {kNoise, kEvent}, {})), nullptr);
}

TEST(FormatChoiceTest, NumbersInUseAreKeptAndAvoided) {
  std::vector<Format> own = all_of_ours();
  adopt_payload_types({numbered(kEvent, 96), numbered(kWideEvent, 97)}, own);
  EXPECT_THAT(types_of(own), ElementsAre(98, 9, 0, 13, 96, 97));
}

}  // namespace
}  // namespace godwit::sdp
