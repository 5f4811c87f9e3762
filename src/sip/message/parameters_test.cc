// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "sip/message/scan.h"
#include "sip/message/uri.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointee;

TEST(ParametersTest, FieldParametersMayHaveSpacesAndQuotes) {
  EXPECT_THAT(read_parameters(R"(;tag=a ; lr;x = "q;=,\"" ;y=[2001:db8::1])", scan_field_parameter),
              ElementsAre(Parameter{"tag", "a"}, Parameter{"lr", std::nullopt},
                          Parameter{"x", R"("q;=,\"")"}, Parameter{"y", "[2001:db8::1]"}));
  EXPECT_THAT(read_parameters("", scan_field_parameter), IsEmpty());
}

TEST(ParametersTest, UriParametersMayHaveAnEmptyValueAndMoreCharacters) {
  EXPECT_THAT(
      read_parameters(";lr=;maddr=[::1];a/b:c=d&e", scan_uri_parameter),
      ElementsAre(Parameter{"lr", ""}, Parameter{"maddr", "[::1]"}, Parameter{"a/b:c", "d&e"}));
}

struct BadParameters {
  std::string_view text;
  const char* what;
  std::size_t at;
};
class BadParameterTest : public ::testing::TestWithParam<BadParameters> {};

TEST_P(BadParameterTest, IsRefusedWithItsPlace) {
  const auto wrong =
      for_each_parameter(GetParam().text, scan_field_parameter, [](const ParameterParts&) {});
  ASSERT_TRUE(wrong);
  EXPECT_STREQ(wrong->what, GetParam().what);
  EXPECT_EQ(wrong->at, GetParam().at);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadParameterTest,
    ::testing::Values(BadParameters{"tag=a", "expected \";\"", 0},
                      BadParameters{";", "expected a parameter name", 1},
                      BadParameters{";a;;b", "expected a parameter name", 3},
                      BadParameters{";=a", "expected a parameter name", 1},
                      BadParameters{";a=", "expected a parameter value after \"=\"", 3},
                      BadParameters{";a=;b", "expected a parameter value after \"=\"", 3},
                      BadParameters{";a=\"b", "unterminated quoted string", 3},
                      BadParameters{";a=b c", "expected \";\"", 5},
                      BadParameters{";a=b=c", "expected \";\"", 4},
                      BadParameters{";a=\"b\"c", "expected \";\"", 6}));

TEST(ParametersTest, AreFoundWithoutRegardToCase) {
  const Parameters parameters{{"Transport", "tcp"}, {"lr", std::nullopt}};
  EXPECT_THAT(find_parameter(parameters, "transport"), Pointee(std::string("tcp")));
  EXPECT_THAT(find_parameter(parameters, "LR"), Pointee(std::string()));
  EXPECT_EQ(find_parameter(parameters, "maddr"), nullptr);
  EXPECT_TRUE(has_parameter(parameters, "lr"));
  EXPECT_FALSE(has_parameter(parameters, "l"));
}

TEST(ParametersTest, SettingReplacesInPlaceOrAdds) {
  Parameters parameters{{"a", "1"}, {"b", "2"}};
  set_parameter(parameters, "A", std::nullopt);
  set_parameter(parameters, "c", "3");
  EXPECT_THAT(parameters,
              ElementsAre(Parameter{"a", std::nullopt}, Parameter{"b", "2"}, Parameter{"c", "3"}));
}

}  // namespace
}  // namespace godwit::sip
