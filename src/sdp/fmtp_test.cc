// SPDX-License-Identifier: Apache-2.0
#include "sdp/fmtp.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(Fmtp, ReadsAndWritesTheParametersAsTheyCame) {
  EXPECT_EQ(parse_fmtp("96 a=1;  b=2"), (Fmtp{"96", "a=1;  b=2"}));
  test::expect_good(parse_fmtp, {"101 0-15", "telephone x", " 96  useinbandfec=1;minptime=10 "});
  test::expect_bad(parse_fmtp, {{"96", 2, "expected parameters after the format"}});
}

TEST(Fmtp, ReadsParametersAsAList) {
  const auto list = parse_format_parameters("stereo=1; UseInbandFec = 0 ;0-15;;x=a=b;y=;");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (FormatParameters{{"stereo", "1"},
                                     {"UseInbandFec", "0"},
                                     {"0-15", std::nullopt},
                                     {"x", "a=b"},
                                     {"y", ""}}));
  EXPECT_EQ(find_parameter(*list, "useinbandfec")->value, "0");
  EXPECT_EQ(find_parameter(*list, "none"), nullptr);
  EXPECT_EQ(to_string(*list), "stereo=1;UseInbandFec=0;0-15;x=a=b;y=");
  EXPECT_TRUE(parse_format_parameters("")->empty());
}

TEST(Fmtp, WantsANameBeforeTheEqualsSign) {
  test::expect_bad(parse_format_parameters,
                   {{"a=1; =2", 5, "expected a parameter's name before \"=\""}});
}

TEST(Fmtp, HoldsAsManyParametersAsTheLimit) {
  const auto text_of = [](std::size_t count) {
    std::string text;
    while (count-- > 0) text += "a=1;";
    return text;
  };
  EXPECT_TRUE(parse_format_parameters(text_of(limits::kFormatParameters)));
  EXPECT_FALSE(parse_format_parameters(text_of(limits::kFormatParameters + 1)));
  EXPECT_FALSE(parse_format_parameters(text_of(10 * limits::kFormatParameters)));
}

TEST(Fmtp, ReadsBackWhateverItHolds) {
  SeededRandom random(3);
  for (int i = 0; i < 300; ++i) {
    FormatParameters list;
    for (auto count = 1 + random.below(9); count > 0; --count) {
      list.push_back({random.token(1 + random.below(4)), std::nullopt});
      if (random.below(3) > 0) list.back().value = random.token(random.below(4));
    }
    EXPECT_EQ(parse_format_parameters(to_string(list)), list);
    test::expect_reads_back(parse_fmtp, Fmtp{random.token(2), to_string(list)});
  }
}

}  // namespace
}  // namespace godwit::sdp
