// SPDX-License-Identifier: Apache-2.0
#include "sip/header/address.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

TEST(AddressTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(parse_address,
                    {"<sip:a@h>", "sip:a@h", "\"A \\\"B\\\" C\" <sip:a@h>;x=\"y;z\"",
                     "Anna Maria <sips:a@[2001:db8::1]:5071;lr>;x", "sip:a@h;x=1;y",
                     "<tel:+1-201-555-0123;phone-context=h>;p", "tel:+12015550123",
                     "<sip:a@h?Replaces=1%40h%3Bto-tag%3Da&X=y>", "  <sip:a@h>  ; x = y  ",
                     "\"\xc3\x84rger\" <https://h/?a,b;c>"});
}

TEST(AddressTest, SaysWhereAFaultIs) {
  test::expect_bad(parse_address, {{"", 0},
                                   {"<sip:a@h", 8},
                                   {"<sip:a@h>;", 10},
                                   {"<sip:a@h>;x=", 12},
                                   {"<sip:a@h>;x=\"y", 12},
                                   {"<sip:a@h> x", 10},
                                   {"\"A <sip:a@h>", 0},
                                   {"*", 0}});
}

TEST(AddressTest, KeepsParametersOfTheFieldApartFromThoseOfTheUri) {
  const auto bracketed = parse_address("<sip:a@h;lr>;x=1").value();
  EXPECT_EQ(bracketed.uri.parameters, (Parameters{{"lr", std::nullopt}}));
  EXPECT_EQ(bracketed.parameters, (Parameters{{"x", "1"}}));
  const auto bare = parse_address("sip:a@h;lr").value();
  EXPECT_EQ(bare.uri.parameters, Parameters{});
  EXPECT_EQ(bare.parameters, (Parameters{{"lr", std::nullopt}}));
}

// RFC 3261 §20, RFC 4475 §3.1.2.12
TEST(AddressTest, AUriWithHeadersMustStandInBrackets) {
  test::expect_bad(parse_address, {{"sip:a@h?X=y", 7}, {" sip:a@h?X=y;x", 8}});
  EXPECT_TRUE(parse_address("<sip:a@h?X=y>"));
  EXPECT_TRUE(parse_address("sip:a@h;x=\"?\""));
}

TEST(AddressTest, ParametersEndAtTheLimit) {
  const auto with = [](std::size_t count) {
    std::string text = "<sip:a@h>";
    while (count-- > 0) text += ";p";
    return text;
  };
  EXPECT_EQ(parse_address(with(limits::kParameters))->parameters.size(), limits::kParameters);
  EXPECT_FALSE(parse_address(with(limits::kParameters + 1)));
  EXPECT_FALSE(parse_address(with(limits::kParameters * 10)));
}

TEST(AddressTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(1);
  for (int i = 0; i < 1000; ++i) {
    test::expect_reads_back(parse_address,
                            NameAddr{make.text(), make_uri(make), make.parameters()});
  }
}

TEST(RouteTest, NeedsItsBrackets) {
  test::expect_good(
      parse_route, {"<sip:p1.example.com;lr>", "<sip:h>", "\"P\" <sips:h;lr=on>;x=y", " <sip:h> "});
  test::expect_bad(parse_route, {{"sip:h;lr", 0, "expected \"<\" before the URI"},
                                 {"  sip:h", 2, "expected \"<\" before the URI"},
                                 {"<sip:h;lr", 9}});
}

TEST(RouteTest, IsLooseWithLrInTheUri) {
  EXPECT_TRUE(is_loose_route(parse_route("<sip:h;lr>").value()));
  EXPECT_TRUE(is_loose_route(parse_route("<sip:h;LR=on>").value()));
  EXPECT_FALSE(is_loose_route(parse_route("<sip:h>;lr").value()));
}

}  // namespace
}  // namespace godwit::sip
