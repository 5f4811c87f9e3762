// SPDX-License-Identifier: Apache-2.0
#include "sip/header/info_link.h"

#include <gtest/gtest.h>

#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(InfoLinkTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_info_link,
                    {"<http://www.example.com/sounds/moo.wav>",
                     "<http://wwww.example.com/alice/photo.jpg> ;purpose=icon",
                     "<sip:not-in-service-recording@atlanta.com>", "<urn:alert:service:normal@h>",
                     " <cid:a@h>;x=\"y\"", "<http://127.0.0.1/Bellcore-dr2>;info=alert-internal"});
}

TEST(InfoLinkTest, KnowsItsPurpose) {
  EXPECT_EQ(purpose_of(parse_info_link("<http://h/>;x;Purpose=\"card\"").value()), "card");
  EXPECT_EQ(purpose_of(parse_info_link("<http://h/>").value()), "");
}

TEST(InfoLinkTest, SaysWhereAFaultIs) {
  constexpr const char* kExpected = "expected \"<\" before the URI";
  test::expect_bad(parse_info_link, {{"", 0, kExpected},
                                     {"http://h/", 0, kExpected},
                                     {"\"Photo\" <http://h/>", 0, kExpected},
                                     {" Bellcore-dr1", 1, kExpected},
                                     {"<http://h/", 10},
                                     {"<>", 1},
                                     {"<http://h/>;purpose=", 20}});
}

TEST(InfoLinkTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(17);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_info_link, InfoLink{make_uri(make), make.parameters()});
  }
}

}  // namespace
}  // namespace godwit::sip
