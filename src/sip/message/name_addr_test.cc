// SPDX-License-Identifier: Apache-2.0
#include "sip/message/name_addr.h"

#include <gmock/gmock.h>

#include "sip/message/scan.h"

namespace godwit::sip {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;

struct Reading {
  std::string_view text;
  std::string_view display_name;
  std::string_view uri;
  std::string_view tag;
  std::string_view written;
};
class NameAddrTest : public ::testing::TestWithParam<Reading> {};

TEST_P(NameAddrTest, IsReadAndWrittenInOneForm) {
  const auto& wanted = GetParam();
  const auto value = parse_name_addr(wanted.text);
  ASSERT_TRUE(value) << value.error().detail;
  EXPECT_EQ(value->display_name, wanted.display_name);
  EXPECT_EQ(to_string(value->uri), wanted.uri);
  EXPECT_EQ(tag_of(*value), wanted.tag);
  EXPECT_EQ(scan_tag(wanted.text), wanted.tag);
  EXPECT_EQ(to_string(*value), wanted.written);
  EXPECT_EQ(parse_name_addr(to_string(*value)).value(), *value);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NameAddrTest,
    ::testing::Values(
        Reading{R"("Alice Example" <sip:alice@example.com>;tag=8d7a)", "Alice Example",
                "sip:alice@example.com", "8d7a",
                R"("Alice Example" <sip:alice@example.com>;tag=8d7a)"},
        Reading{"<sip:a@[2001:db8::1]:5070;lr>", "", "sip:a@[2001:db8::1]:5070;lr", "",
                "<sip:a@[2001:db8::1]:5070;lr>"},
        Reading{"sip:+1@192.0.2.7;tag=a48s;x", "", "sip:+1@192.0.2.7", "a48s",
                "<sip:+1@192.0.2.7>;tag=a48s;x"},
        Reading{"sip:a@h ; TAG = 1", "", "sip:a@h", "1", "<sip:a@h>;TAG=1"},
        Reading{"caller<sip:c@h>;tag=3", "caller", "sip:c@h", "3", R"("caller" <sip:c@h>;tag=3)"},
        Reading{"Anna Maria  <sips:am@h>", "Anna Maria", "sips:am@h", "",
                R"("Anna Maria" <sips:am@h>)"},
        Reading{R"("a \"b\" \\ <c>, ;" <sip:d@h>)", R"(a "b" \ <c>, ;)", "sip:d@h", "",
                R"("a \"b\" \\ <c>, ;" <sip:d@h>)"},
        Reading{"Bell, Alexander <sip:a.g.bell@h>;tag=43", "Bell, Alexander", "sip:a.g.bell@h",
                "43", R"("Bell, Alexander" <sip:a.g.bell@h>;tag=43)"},
        Reading{R"("" <sip:a@h>)", "", "sip:a@h", "", "<sip:a@h>"},
        Reading{"<tel:+1;phone-context=h>;q=0.5", "", "tel:+1;phone-context=h", "",
                "<tel:+1;phone-context=h>;q=0.5"},
        Reading{"  <sip:a@h>  ", "", "sip:a@h", "", "<sip:a@h>"},
        Reading{"\"\\\0\\\x07\" <sip:a@h>"sv, "\0\x07"sv, "sip:a@h", "",
                "\"\\\0\\\x07\" <sip:a@h>"sv}));

TEST(NameAddrTest, ParametersInsideTheBracketsAreTheUris) {
  const auto value = parse_name_addr(
                         "<sip:alice@192.0.2.1;transport=udp;ob>;"
                         "+sip.instance=\"<urn:uuid:00000000>\";expires=600")
                         .value();
  EXPECT_THAT(value.uri.parameters,
              ElementsAre(Parameter{"transport", "udp"}, Parameter{"ob", std::nullopt}));
  EXPECT_THAT(value.parameters, ElementsAre(Parameter{"+sip.instance", "\"<urn:uuid:00000000>\""},
                                            Parameter{"expires", "600"}));
}

TEST(NameAddrTest, ALineBreakInADisplayNameIsNotWritten) {
  NameAddr value;
  value.display_name = "x\r\nEvil: y";
  value.uri.host = std::string("h");
  EXPECT_EQ(to_string(value), "\"x  Evil: y\" <sip:h>");
}

struct BadNameAddr {
  std::string_view text;
  std::string_view detail;
};
class BadNameAddrTest : public ::testing::TestWithParam<BadNameAddr> {};

TEST_P(BadNameAddrTest, IsRefusedWithItsPlace) {
  const auto value = parse_name_addr(GetParam().text);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().detail, GetParam().detail);
  EXPECT_EQ(scan_tag(GetParam().text), "");
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadNameAddrTest,
    ::testing::Values(
        BadNameAddr{"", "address: expected a URI at byte 0"},
        BadNameAddr{" ", "address: expected a URI at byte 1"},
        BadNameAddr{"*", "address: expected a URI scheme at byte 0"},
        BadNameAddr{"\"Mr. J <sip:a@h>", "address: unterminated quoted string at byte 0"},
        BadNameAddr{"\"J\" sip:a@h", "address: expected \"<\" at byte 4"},
        BadNameAddr{"\"J\"", "address: expected \"<\" at byte 3"},
        BadNameAddr{"<sip:a@h", "address: expected \">\" at byte 8"},
        BadNameAddr{"<>", "address: expected a URI scheme at byte 1"},
        BadNameAddr{"\"T\" < sip:a@h >", "address: character not allowed in a URI at byte 5"},
        BadNameAddr{"<sip:a@h>tag=1", "address: expected \";\" at byte 9"},
        BadNameAddr{"<sip:a@h>;;", "address: expected a parameter name at byte 10"},
        BadNameAddr{"sip:a@h;", "address: expected a parameter name at byte 8"},
        BadNameAddr{"a\nb <sip:a@h>", "address: control character at byte 1"}));

}  // namespace
}  // namespace godwit::sip
