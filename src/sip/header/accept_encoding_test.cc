// SPDX-License-Identifier: Apache-2.0
#include "sip/header/accept_encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;

TEST(AcceptEncodingTest, ReadsCodingsWithTheirPreference) {
  EXPECT_THAT(parse_accept_encoding("gzip;q=1.0, identity; q=0.5, *;q=0").value(),
              ElementsAre(EncodingRange{"gzip", 1000, {}}, EncodingRange{"identity", 500, {}},
                          EncodingRange{"*", 0, {}}));
  EXPECT_THAT(parse_accept_encoding("").value(), ElementsAre());
}

TEST(AcceptEncodingTest, WelcomesNoCodingAtAllUnlessRefused) {
  const auto preference = [](std::string_view accept, std::string_view coding) {
    return preference_for(parse_accept_encoding(accept).value(), coding);
  };
  EXPECT_EQ(preference("", "identity"), 1000);
  EXPECT_EQ(preference("gzip", "Identity"), 1000);
  EXPECT_EQ(preference("gzip, *;q=0", "identity"), 0);
  EXPECT_EQ(preference("gzip;q=0.3, *;q=0.1", "GZIP"), 300);
  EXPECT_EQ(preference("gzip;q=0.3, *;q=0.1", "deflate"), 100);
  EXPECT_EQ(preference("gzip", "deflate"), 0);
}

TEST(AcceptEncodingTest, WritesWhatItReads) {
  test::expect_good(parse_encoding_range,
                    {"gzip", "*", "identity;q=0.5", "x-gzip ; q=0 ; level=9"});
}

TEST(AcceptEncodingTest, SaysWhereItBreaks) {
  test::expect_bad(parse_accept_encoding, {{",", 0, "expected a content coding or \"*\""},
                                           {"gzip,", 5, "expected a content coding or \"*\""},
                                           {"gzip deflate", 5, "expected \";\""},
                                           {"gzip;q=1.5", 7, "expected a number from 0 to 1"}});
}

TEST(AcceptEncodingTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(4);
  for (int round = 0; round < 500; ++round) {
    test::expect_reads_back(
        parse_encoding_range,
        EncodingRange{make.token(), static_cast<Thousandths>(make.below(1001)), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
