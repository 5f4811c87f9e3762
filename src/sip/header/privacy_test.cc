// SPDX-License-Identifier: Apache-2.0
#include "sip/header/privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(PrivacyTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_privacy, {"id", "none", "header;session;user;critical", " id ; critical ",
                                    "id, critical", "history id", "ID;x-own"});
}

TEST(PrivacyTest, KnowsWhatIsAskedFor) {
  const auto privacy = parse_privacy("ID, user;critical header ").value();
  EXPECT_THAT(privacy.values, ElementsAre("ID", "user", "critical", "header"));
  EXPECT_TRUE(asks_for(privacy, "id"));
  EXPECT_TRUE(asks_for(privacy, "header"));
  EXPECT_FALSE(asks_for(privacy, "session"));
  EXPECT_EQ(to_string(privacy), "ID;user;critical;header");
}

TEST(PrivacyTest, SaysWhereAFaultIs) {
  constexpr const char* kExpected = "expected a token, as \"id\"";
  test::expect_bad(parse_privacy, {{"", 0, kExpected},
                                   {"id;", 3, kExpected},
                                   {";id", 0, kExpected},
                                   {"id;;user", 3, kExpected},
                                   {"id=1", 2, "expected \";\""},
                                   {"\"id\"", 0, kExpected}});
}

TEST(PrivacyTest, EndsAtTheLimit) {
  const auto list = [](std::size_t count) {
    std::string text = "x";
    while (--count > 0) text += ";x";
    return text;
  };
  EXPECT_EQ(parse_privacy(list(limits::kParameters))->values.size(), limits::kParameters);
  const Fault too_many{"too many values", 2 * limits::kParameters};
  EXPECT_EQ(parse_privacy(list(limits::kParameters + 1)).error(), too_many);
  EXPECT_EQ(parse_privacy(list(limits::kParameters * 10)).error(), too_many);
}

TEST(PrivacyTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(14);
  for (int i = 0; i < 1000; ++i) {
    Privacy privacy;
    for (auto count = 1 + make.below(4); count > 0; --count) privacy.values.push_back(make.token());
    test::expect_reads_back(parse_privacy, privacy);
  }
}

}  // namespace
}  // namespace godwit::sip
