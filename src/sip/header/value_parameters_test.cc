// SPDX-License-Identifier: Apache-2.0
#include "sip/header/value_parameters.h"

#include <gtest/gtest.h>

#include "sip/header/number.h"

namespace godwit::sip {
namespace {

Parameters read_parameters(std::string_view text) {
  Parameters all;
  EXPECT_EQ(read_value_parameters(text, 0, all), std::nullopt) << text;
  return all;
}

std::optional<Fault> fault_of(std::string_view text) {
  Parameters all;
  return read_value_parameters(text, 0, all);
}

std::string many_parameters(std::size_t count) {
  std::string text;
  while (count-- > 0) text += ";p";
  return text;
}

TEST(ValueParametersTest, KeepsThemAsTheyCame) {
  EXPECT_EQ(read_parameters(""), Parameters{});
  EXPECT_EQ(read_parameters(" ; a ;b = 1; c=\"x;y\""),
            (Parameters{{"a", std::nullopt}, {"b", "1"}, {"c", "\"x;y\""}}));
}

TEST(ValueParametersTest, SaysWhereTheFaultIs) {
  EXPECT_EQ(fault_of("a"), (Fault{"expected \";\"", 0}));
  EXPECT_EQ(fault_of(";a b"), (Fault{"expected \";\"", 3}));
  EXPECT_EQ(fault_of(";a;")->at, 3U);
  EXPECT_EQ(fault_of(";a=")->at, 3U);
  EXPECT_EQ(fault_of(";a=\"x")->at, 3U);
  EXPECT_EQ(fault_of(";a=x\ny"), (Fault{"expected \";\"", 4}));
}

TEST(ValueParametersTest, EndAtTheLimit) {
  EXPECT_EQ(read_parameters(many_parameters(limits::kParameters)).size(), limits::kParameters);
  const Fault too_many{"more than 64 parameters", 2 * limits::kParameters};
  EXPECT_EQ(fault_of(many_parameters(limits::kParameters + 1)), too_many);
  EXPECT_EQ(fault_of(many_parameters(limits::kParameters * 10)), too_many);
}

TEST(ValueParametersTest, GivesTypedOnesAwayAndShiftsTheirFaults) {
  std::optional<std::chrono::seconds> expires;
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (name != "expires") return false;
    return put(expires, scan_bare_or_quoted(value, scan_delta_seconds));
  };
  Parameters others;
  EXPECT_EQ(read_value_parameters("x;a;expires=60;b", 1, others, take), std::nullopt);
  EXPECT_EQ(expires, std::chrono::seconds{60});
  EXPECT_EQ(others, (Parameters{{"a", std::nullopt}, {"b", std::nullopt}}));

  EXPECT_EQ(read_value_parameters(";expires=\"30\"", 0, others, take), std::nullopt);
  EXPECT_EQ(expires, std::chrono::seconds{30});
  EXPECT_EQ(read_value_parameters(";expires=6x", 0, others, take)->at, 10U);
  EXPECT_EQ(read_value_parameters(";expires=\"6x\"", 0, others, take)->at, 11U);
  EXPECT_EQ(read_value_parameters(";expires", 0, others, take), (Fault{"expected a number", 1}));
}

TEST(ValueParametersTest, ReadsTheTextOfAValue) {
  EXPECT_EQ(value_text("plain"), "plain");
  EXPECT_EQ(value_text(R"("a \"b\"")"), R"(a "b")");
}

TEST(ValueParametersTest, WritesOnlyWhatReadsBack) {
  const auto written = [](Parameters parameters) {
    std::string text;
    append_parameters(text, parameters);
    return text;
  };
  EXPECT_EQ(written({{"a", std::nullopt}, {"b", "1"}, {"c", "\"x;y\""}, {"d", "[::1]"}}),
            ";a;b=1;c=\"x;y\";d=[::1]");
  EXPECT_EQ(written({{"a", ""}}), ";a=\"\"");
  EXPECT_EQ(written({{"a", "x y"}}), ";a=\"x y\"");
  EXPECT_EQ(written({{"a", "x;b=2"}}), ";a=\"x;b=2\"");
  EXPECT_EQ(written({{"a", "\"open"}}), ";a=\"\\\"open\"");
  EXPECT_EQ(written({{"a", "x\r\nVia: y"}}), ";a=\"x  Via: y\"");
  EXPECT_EQ(written({{"no token", "1"}, {"", "2"}, {"c", std::nullopt}}), ";c");
}

TEST(ValueParametersTest, MakesATokenOfAnything) {
  EXPECT_EQ(as_token("abc.1"), "abc.1");
  EXPECT_EQ(as_token("a b\r\nc"), "a-b--c");
  EXPECT_EQ(as_token(""), "-");
  EXPECT_EQ(lower_case("SDP-1\xc3\x84"), "sdp-1\xc3\x84");
}

}  // namespace
}  // namespace godwit::sip
