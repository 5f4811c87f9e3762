// SPDX-License-Identifier: Apache-2.0
#include "sip/header/asserted_identity.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(AssertedIdentityTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_asserted_identity,
                    {"\"Cullen Jennings\" <sip:fluffy@cisco.com>", "tel:+14085264000",
                     "<tel:+14085264000> , \"C, J\" <sips:fluffy@cisco.com;user=phone>;x=y",
                     "sip:a@h, sip:b@h, tel:1, tel:2, <https://h/a,b>"});
}

TEST(AssertedIdentityTest, KnowsOneOfEachKind) {
  const auto identity =
      parse_asserted_identity("<tel:+1>, <sips:a@h>, <sip:b@h>, <mailto:c@h>").value();
  EXPECT_EQ(to_string(identity.sip.value()), "<sips:a@h>");
  EXPECT_EQ(to_string(identity.tel.value()), "<tel:+1>");
  ASSERT_EQ(identity.other.size(), 2U);
  EXPECT_EQ(to_string(identity), "<sips:a@h>, <tel:+1>, <sip:b@h>, <mailto:c@h>");
}

TEST(AssertedIdentityTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_asserted_identity,
                   {{"", 0}, {"<sip:a@h>,", 10}, {"<sip:a@h>, <tel:", 16}});
}

TEST(AssertedIdentityTest, EndsAtTheLimit) {
  const auto list = [](std::size_t count) {
    std::string text = "sip:h";
    while (--count > 0) text += ",sip:h";
    return text;
  };
  EXPECT_EQ(parse_asserted_identity(list(limits::kFields))->other.size(), limits::kFields - 1);
  EXPECT_FALSE(parse_asserted_identity(list(limits::kFields + 1)));
  EXPECT_FALSE(parse_asserted_identity(list(limits::kFields * 10)));
}

TEST(AssertedIdentityTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(13);
  for (int i = 0; i < 1000; ++i) {
    AssertedIdentity identity;
    for (auto count = 1 + make.below(4); count > 0; --count) {
      add_identity(identity, {make.text(), make_uri(make), make.parameters()});
    }
    test::expect_reads_back(parse_asserted_identity, identity);
  }
}

}  // namespace
}  // namespace godwit::sip
