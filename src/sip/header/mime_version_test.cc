// SPDX-License-Identifier: Apache-2.0
#include "sip/header/mime_version.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(MimeVersionTest, ReadsAndWritesTwoNumbers) {
  EXPECT_EQ(parse_mime_version("1.0").value(), (MimeVersion{1, 0}));
  EXPECT_EQ(to_string(MimeVersion{1, 0}), "1.0");
  test::expect_good(parse_mime_version, {"1.0", "12.034", "4294967295.0"});
}

TEST(MimeVersionTest, SaysWhereItBreaks) {
  test::expect_bad(parse_mime_version, {{"", 0, "expected a number"},
                                        {"1", 1, "expected \".\" after the number"},
                                        {"1.", 2, "expected a number"},
                                        {".0", 0, "expected a number"},
                                        {"1 .0", 1, "expected nothing after the number"},
                                        {"1.0.1", 3, "expected nothing after the number"},
                                        {"1.4294967296", 2, "number too large"}});
}

TEST(MimeVersionTest, ReadsBackWhateverItHolds) {
  test::ValueMaker make(7);
  for (int round = 0; round < 200; ++round) {
    test::expect_reads_back(parse_mime_version, MimeVersion{make.number(), make.number()});
  }
}

}  // namespace
}  // namespace godwit::sip
