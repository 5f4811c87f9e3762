// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/check_auth_field.h"

#include <gtest/gtest.h>

#include "support/value_table.h"

namespace godwit::sip {
namespace {

std::optional<Fault> check(Field field, std::string_view text) {
  const test::ExactBlock block(text);
  return check_auth_field(field, block.view());
}

TEST(CheckAuthFieldTest, PassesWhatTheGrammarAllows) {
  for (const auto field : {Field::authorization, Field::proxy_authorization}) {
    for (const auto* text :
         {R"(Digest username="u", realm="r", nonce="n", uri="sip:x", response="0")",
          R"(Digest username=u,realm=r,nonce=n,uri=x,response=0,algorithm=AKAv1-MD5,auts="x")",
          "NoOneKnowsThisScheme opaque-data=here",
          "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Bearer a.b-c_d~e+f/g=", "Negotiate"}) {
      EXPECT_EQ(check(field, text), std::nullopt) << text;
    }
  }
  for (const auto field : {Field::www_authenticate, Field::proxy_authenticate}) {
    for (const auto* text :
         {R"(Digest realm="r", nonce="n")", R"(Digest realm="r", nonce="n", algorithm=NEW)",
          R"(Digest realm="r", nonce="n", Digest realm="r", nonce="m", Basic realm="r")",
          "Negotiate", "NTLM TlRM==, Digest realm=r, nonce=n"}) {
      EXPECT_EQ(check(field, text), std::nullopt) << text;
    }
  }
  EXPECT_EQ(check(Field::authentication_info, R"(nextnonce="n")"), std::nullopt);
  EXPECT_EQ(check(Field::subject, "\""), std::nullopt) << "a field of another room";
}

TEST(CheckAuthFieldTest, TellsWhereTheGrammarIsBroken) {
  struct Bad {
    Field field;
    std::string_view text;
    Fault fault;
  };
  for (const Bad& bad : {
           Bad{Field::authorization, "", {"expected an authentication scheme", 0}},
           Bad{Field::authorization, "Digest", {"expected a username parameter", 6}},
           Bad{Field::authorization, "Basic a b", {"expected \"=\" after the parameter name", 8}},
           Bad{Field::authorization, "Other x=\"y", {"unterminated quoted string", 8}},
           Bad{Field::proxy_authorization,
               "Digest nc=1",
               {"expected eight hexadecimal digits in lower case", 10}},
           Bad{Field::www_authenticate, " , ", {"expected an authentication scheme", 3}},
           Bad{Field::www_authenticate,
               "Digest realm=r, nonce=n, Digest realm=\"r",
               {"unterminated quoted string", 38}},
           Bad{Field::proxy_authenticate,
               "Basic realm=r, Digest realm=r",
               {"expected a nonce parameter", 29}},
           Bad{Field::authentication_info, "nc", {"expected \"=\" after the parameter name", 2}},
       }) {
    const auto fault = check(bad.field, bad.text);
    ASSERT_TRUE(fault) << bad.text;
    EXPECT_STREQ(fault->what, bad.fault.what) << bad.text;
    EXPECT_EQ(fault->at, bad.fault.at) << bad.text;
  }
}

TEST(CheckAuthFieldTest, EndsOnEveryBeginningOfAValue) {
  constexpr std::string_view kText =
      R"(NTLM TlRM==, Digest realm="a\"b", nonce=x/y=, stale = "TRUE", Basic realm="c")";
  for (std::size_t size = 0; size <= kText.size(); ++size) {
    for (const auto field :
         {Field::authorization, Field::www_authenticate, Field::authentication_info}) {
      const auto fault = check(field, kText.substr(0, size));
      if (fault) {
        EXPECT_LE(fault->at, size);
      }
    }
  }
}

}  // namespace
}  // namespace godwit::sip
