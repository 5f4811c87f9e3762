// SPDX-License-Identifier: Apache-2.0
#include "sip/header/contact_preference.h"

#include <gtest/gtest.h>

#include "support/value_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

// RFC 3841 §9.2, RFC 4596 §3
TEST(AcceptContactTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_accept_contact,
                    {"*", "*;audio;require", "*;mobility=\"fixed\";require;explicit",
                     " * ;methods=\"INVITE,BYE\";video=\"TRUE\";class=\"!personal\"",
                     "*;+g.3gpp.icsi-ref=\"urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel\";explicit",
                     "*;require=yes;require;require", "*;audio=\"a b\";x=y"});
}

TEST(AcceptContactTest, KnowsItsParts) {
  const auto value = parse_accept_contact("*;x=1;Require;audio;EXPLICIT;video=\"a b\"").value();
  EXPECT_TRUE(value.require);
  EXPECT_TRUE(value.explicit_match);
  EXPECT_NE(find_feature_tag(value.features, "audio"), nullptr);
  EXPECT_EQ(value.other, (Parameters{{"x", "1"}, {"video", "\"a b\""}}));
}

TEST(AcceptContactTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_accept_contact, {{"", 0, "expected \"*\""},
                                          {" audio", 1, "expected \"*\""},
                                          {"<sip:a@h>", 0, "expected \"*\""},
                                          {"*audio", 1},
                                          {"*;", 2}});
}

TEST(AcceptContactTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(5);
  for (int i = 0; i < 1000; ++i) {
    AcceptContact value{{}, make.coin(), make.coin(), make.parameters()};
    if (make.coin()) value.features.push_back({"video", {}});
    if (make.coin()) value.features.push_back({"+a", make.text()});
    test::expect_reads_back(parse_accept_contact, value);
  }
}

TEST(RejectContactTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_reject_contact,
                    {"*;actor=\"msg-taker\";video", "*", "*;require", "*;x=\"y\";audio"});
  test::expect_bad(parse_reject_contact, {{"", 0}, {"x", 0}, {"*;x=", 4}});
}

TEST(RejectContactTest, KnowsNoRequire) {
  const auto value = parse_reject_contact("*;require;audio").value();
  EXPECT_EQ(value.other, (Parameters{{"require", std::nullopt}}));
  EXPECT_EQ(value.features.size(), 1U);
}

TEST(RejectContactTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(6);
  for (int i = 0; i < 1000; ++i) {
    RejectContact value{{}, make.parameters()};
    if (make.coin()) value.features.push_back({"+a", make.text()});
    test::expect_reads_back(parse_reject_contact, value);
  }
}

}  // namespace
}  // namespace godwit::sip
