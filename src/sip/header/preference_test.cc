// SPDX-License-Identifier: Apache-2.0
#include "sip/header/preference.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(PreferenceTest, IsFullUnlessSaidOtherwise) {
  Parameters others;
  EXPECT_EQ(read_preference("gzip", 4, others), 1000);
  EXPECT_EQ(read_preference("gzip;q=0.25;x=1", 4, others), 250);
  EXPECT_EQ(others, (Parameters{{"x", "1"}}));
  EXPECT_EQ(read_preference("gzip ; Q = \"0.5\"", 4, others), 500);
}

TEST(PreferenceTest, SaysWhereItBreaks) {
  Parameters others;
  EXPECT_EQ(read_preference("gzip;q=7", 4, others).error(),
            (Fault{"expected a number from 0 to 1", 7}));
  EXPECT_EQ(read_preference("gzip;q=\"7\"", 4, others).error().at, 8U);
  EXPECT_EQ(read_preference("gzip x", 4, others).error(), (Fault{"expected \";\"", 5}));
}

TEST(PreferenceTest, IsWrittenOnlyWhenItSaysSomething) {
  std::string text;
  append_preference(text, 1000, {{"x", "1"}});
  EXPECT_EQ(text, ";x=1");
  text.clear();
  append_preference(text, 5, {{"x", "1"}});
  EXPECT_EQ(text, ";q=0.005;x=1");
  text.clear();
  append_preference(text, 1000, {{"q", "0.2"}});
  EXPECT_EQ(text, ";q=1;q=0.2");
}

}  // namespace
}  // namespace godwit::sip
