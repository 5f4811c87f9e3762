// SPDX-License-Identifier: Apache-2.0
#include "sip/header/identity.h"

#include <gtest/gtest.h>

#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(IdentityTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_identity, {"sv5CTo05KqpSmtHt3dcEiO_1CWTSZtnG3iV-nmurLXV.eyJ.x;"
                                     "info=<https://biloxi.example.org/biloxi.cer>",
                                     "..sig/+=;info=<https://h/c>;alg=ES256;ppt=shaken",
                                     " a ; Info = <cid:a@h> ; PPT = \"shaken\" ; x=\"<y>;\"",
                                     "a;alg=ES256;x=\"<\\\"\";info=<https://h/?a;b,c>;alg=RS256"});
}

TEST(IdentityTest, KnowsItsParts) {
  const auto value =
      parse_identity("a.b.c;x=1;info=<https://h/c>;ppt=\"shaken\";alg=ES256;y").value();
  EXPECT_EQ(value.digest, "a.b.c");
  EXPECT_EQ(to_string(value.info), "https://h/c");
  EXPECT_EQ(value.alg, "ES256");
  EXPECT_EQ(value.ppt, "shaken");
  EXPECT_EQ(value.other, (Parameters{{"x", "1"}, {"y", std::nullopt}}));
  EXPECT_EQ(to_string(value), "a.b.c;info=<https://h/c>;alg=ES256;ppt=shaken;x=1;y");
}

TEST(IdentityTest, SaysWhereAFaultIs) {
  constexpr const char* kInfo = "expected a parameter \"info=<URI>\"";
  test::expect_bad(parse_identity,
                   {{"", 0, "expected a signature in base64"},
                    {"\"a\";info=<https://h/>", 0, "expected a signature in base64"},
                    {"a", 1, kInfo},
                    {"a;alg=ES256", 11, kInfo},
                    {"a;info=https://h/", 17, kInfo},
                    {"a;x=<https://h/>", 2, kInfo},
                    {"a<https://h/>", 1, "expected \";\""},
                    {"a b;info=<https://h/>", 2},
                    {"a;info=<https://h/", 18, "expected \">\""},
                    {"a;info=<>", 8},
                    {"a;info=<https://h/>x", 19},
                    {"a;info=<https://h/>;info=<x:y>", 25}});
}

TEST(IdentityTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(20);
  for (int i = 0; i < 1000; ++i) {
    Identity value{make.word() + ".-_." + make.word(), make_uri(make), {}, {}, make.parameters()};
    if (make.coin()) value.alg = make.token();
    if (make.coin()) value.ppt = make.text();
    test::expect_reads_back(parse_identity, value);
  }
}

TEST(IdentityTest, WritesNoSignatureThatDoesNotRead) {
  Identity value = parse_identity("a;info=<x:y>").value();
  value.digest = "a\r\nb;c";
  EXPECT_EQ(to_string(value), "a--b-c;info=<x:y>");
  value.digest = "";
  EXPECT_EQ(to_string(value), "-;info=<x:y>");
}

}  // namespace
}  // namespace godwit::sip
