// SPDX-License-Identifier: Apache-2.0
#include "sdp/format_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sdp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Media line(std::vector<std::string> formats, std::vector<Attribute> attributes = {}) {
  Media media;
  media.type = "audio";
  media.formats = std::move(formats);
  media.attributes = std::move(attributes);
  return media;
}

TEST(FormatList, KnowsStaticPayloadTypesWithoutRtpmap) {
  EXPECT_THAT(formats_of(line({"0", "8", "10"})),
              ElementsAre(Format{0, "PCMU", 8000, 1, ""}, Format{8, "PCMA", 8000, 1, ""},
                          Format{10, "L16", 44100, 2, ""}));
}

TEST(FormatList, ReadsRtpmapAndFmtp) {
  EXPECT_THAT(formats_of(line({"96", "97"}, {{"rtpmap", "96 opus/48000/2"},
                                             {"fmtp", "96 useinbandfec=1"},
                                             {"rtpmap", "97 telephone-event/8000"},
                                             {"fmtp", "97 0-15"}})),
              ElementsAre(Format{96, "opus", 48000, 2, "useinbandfec=1"},
                          Format{97, "telephone-event", 8000, 1, "0-15"}));
}

TEST(FormatList, RtpmapOverridesAStaticType) {
  EXPECT_THAT(formats_of(line({"0"}, {{"rtpmap", "0 L8/16000"}})),
              ElementsAre(Format{0, "L8", 16000, 1, ""}));
}

TEST(FormatList, LeavesOutWhatCannotBeUnderstood) {
  EXPECT_THAT(formats_of(line({"96", "128", "t38", "97", "98", "99", "100", "101"},
                              {{"rtpmap", "97 noclock"},
                               {"rtpmap", "98 /8000"},
                               {"rtpmap", "99 x/fast"},
                               {"rtpmap", "100 x/8000/many"},
                               {"rtpmap", "101 x/8000/0"}})),
              IsEmpty());
}

TEST(FormatList, DoesNotTakeThePayloadTypeOfALongerNumber) {
  EXPECT_THAT(formats_of(line({"10"}, {{"rtpmap", "101 telephone-event/8000"}})),
              ElementsAre(Format{10, "L16", 44100, 2, ""}));
}

TEST(FormatList, ComparesCodecsWithoutCaseAndPayloadType) {
  const Format pcmu{0, "PCMU", 8000, 1, ""};
  EXPECT_TRUE(same_codec(pcmu, {96, "pcmu", 8000, 1, "x"}));
  EXPECT_FALSE(same_codec(pcmu, {0, "PCMU", 16000, 1, ""}));
  EXPECT_FALSE(same_codec(pcmu, {0, "PCMU", 8000, 2, ""}));
  EXPECT_EQ(find_codec({pcmu}, {5, "PCMA", 8000, 1, ""}), nullptr);
}

TEST(FormatList, TellsSoundFromItsAccessories) {
  EXPECT_TRUE(carries_sound({0, "PCMU", 8000, 1, ""}));
  EXPECT_FALSE(carries_sound({13, "CN", 8000, 1, ""}));
  EXPECT_FALSE(carries_sound({101, "Telephone-Event", 8000, 1, ""}));
}

TEST(FormatList, ReadsBackWhatItPuts) {
  const std::vector<Format> formats = {{0, "PCMU", 8000, 1, ""},
                                       {96, "opus", 48000, 2, "stereo=1"},
                                       {101, "telephone-event", 8000, 1, "0-16"}};
  Media media;
  put_formats(media, formats);
  EXPECT_THAT(media.formats, ElementsAre("0", "96", "101"));
  EXPECT_EQ(media.attributes[0].value, "0 PCMU/8000");
  EXPECT_EQ(formats_of(media), formats);
}

}  // namespace
}  // namespace godwit::sdp
