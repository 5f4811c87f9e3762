// SPDX-License-Identifier: Apache-2.0
#include "sip/header/contact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/address_maker.h"
#include "support/value_table.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kFull =
    "\"Bob\" <sip:bob@192.0.2.4:5070;ob>;q=0.7;expires=3600;"
    "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\";reg-id=1;"
    "pub-gruu=\"sip:bob@h;gr=urn:uuid:f8\";temp-gruu=\"sip:tgruu.7hs@h;gr\";"
    "audio;methods=\"INVITE,BYE\";x=\"y\"";

TEST(ContactTest, ReadsEveryFormAndReadsItBack) {
  test::expect_good(
      parse_contact,
      {kFull, "<sip:a@h>", "sip:a@h;expires=60", "\"Mr. Watson\" <mailto:watson@h> ;q=0.1",
       "<sip:a@h>;Q=1.000;EXPIRES = \"60\" ; Reg-ID=2147483647",
       "<sip:a@h>;expires=1;expires=2;q=0;q=1", "<sip:a@h>;+sip.instance=\"<>\"",
       "<sip:a@h>;+sip.instance=urn;+sip.instance", "<sip:a@h>;video=\"a b\";pub-gruu=\"\"",
       "<sip:a@h>;pub-gruu;temp-gruu=bare", R"(<sip:a@h>;+sip.instance="<a\"b>")",
       R"(<sip:a@h>;+sip.instance="<a\>")"});
}

TEST(ContactTest, KnowsItsParts) {
  const auto contact = parse_contact(kFull).value();
  EXPECT_EQ(contact.display_name, "Bob");
  EXPECT_EQ(to_string(contact.uri), "sip:bob@192.0.2.4:5070;ob");
  EXPECT_EQ(contact.q, 700);
  EXPECT_EQ(contact.expires, 3600s);
  EXPECT_EQ(contact.instance, "urn:uuid:00000000-0000-1000-8000-000A95A0E128");
  EXPECT_EQ(contact.reg_id, 1U);
  EXPECT_EQ(contact.pub_gruu, "sip:bob@h;gr=urn:uuid:f8");
  EXPECT_EQ(contact.temp_gruu, "sip:tgruu.7hs@h;gr");
  EXPECT_NE(find_feature_tag(contact.features, "audio"), nullptr);
  EXPECT_NE(find_feature_tag(contact.features, "methods"), nullptr);
  EXPECT_EQ(contact.other, (Parameters{{"x", "\"y\""}}));
  EXPECT_EQ(to_string(contact), kFull);
}

TEST(ContactTest, ScansThePartsWithoutCopying) {
  const auto parts = scan_contact(kFull).value();
  EXPECT_FALSE(parts.all);
  EXPECT_EQ(parts.address.display_name, "\"Bob\"");
  EXPECT_EQ(parts.address.uri.host, "192.0.2.4");
  EXPECT_EQ(parts.q, 700);
  EXPECT_EQ(parts.expires, 3600s);
  EXPECT_EQ(parts.reg_id, 1U);
  EXPECT_EQ(parts.instance, "\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"");
  EXPECT_EQ(parts.pub_gruu, "\"sip:bob@h;gr=urn:uuid:f8\"");
  EXPECT_EQ(parts.temp_gruu, "\"sip:tgruu.7hs@h;gr\"");
  EXPECT_GE(parts.instance.data(), kFull.data());
  EXPECT_LT(parts.instance.data(), kFull.data() + kFull.size());
}

TEST(ContactTest, ScansTheStar) {
  EXPECT_TRUE(scan_contact("*")->all);
  EXPECT_TRUE(scan_contact(" * ")->all);
  EXPECT_FALSE(scan_contact("*;expires=0"));
  EXPECT_FALSE(scan_contact("<sip:a@h>")->all);
}

TEST(ContactTest, SaysWhereAFaultIs) {
  for (const auto& bad : std::initializer_list<test::BadText>{
           {"", 0},
           {"<sip:a@h", 8},
           {"<sip:a@h>;q=2", 12, "expected a number from 0 to 1"},
           {"<sip:a@h>;q", 10, "expected a number from 0 to 1"},
           {"<sip:a@h>;q=0.5555", 17},
           {"<sip:a@h>;q=\"x\"", 13, "expected a number from 0 to 1"},
           {"<sip:a@h>;reg-id=0", 17, "expected a number from 1 on"},
           {"<sip:a@h>;reg-id=2147483648", 17, "number too large"},
           {"<sip:a@h>;reg-id=1x", 18},
           {"<sip:a@h>;x=", 12},
           {"sip:a@h?Route=%3Csip:b%3E", 7}}) {
    test::expect_bad(parse_contact, {bad});
    test::expect_bad(scan_contact, {bad});
  }
  test::expect_bad(parse_contact, {{"*", 0, "expected an address: \"*\" stands only alone"}});
}

// RFC 3261 §20.10
TEST(ContactTest, AMalformedLifetimeIsAnHourAndAnOverlongOneTheLongest) {
  const auto expires = [](std::string_view value) {
    const auto text = "<sip:a@h>;expires" + std::string(value);
    EXPECT_EQ(scan_contact(text)->expires, parse_contact(text)->expires);
    return parse_contact(text)->expires;
  };
  EXPECT_EQ(expires("=4294967295"), 4294967295s);
  EXPECT_EQ(expires("=4294967296"), 4294967295s);
  EXPECT_EQ(expires("=99999999999999999999999999"), 4294967295s);
  EXPECT_EQ(expires("=-1"), 3600s);
  EXPECT_EQ(expires("=soon"), 3600s);
  EXPECT_EQ(expires("=\"\""), 3600s);
  EXPECT_EQ(expires(""), 3600s);
  EXPECT_EQ(expires("=0"), 0s);
}

TEST(ContactTest, ParametersEndAtTheLimit) {
  const auto with = [](std::size_t count) {
    std::string text = "<sip:a@h>";
    while (count-- > 0) text += ";audio";
    return text;
  };
  EXPECT_EQ(parse_contact(with(limits::kParameters))->features.size(), limits::kParameters);
  EXPECT_FALSE(parse_contact(with(limits::kParameters + 1)));
  EXPECT_FALSE(parse_contact(with(limits::kParameters * 10)));
  EXPECT_TRUE(scan_contact(with(limits::kParameters)));
  EXPECT_FALSE(scan_contact(with(limits::kParameters + 1)));
  EXPECT_FALSE(scan_contact(with(limits::kParameters * 10)));
}

Contact make_contact(test::ValueMaker& make) {
  Contact contact;
  contact.display_name = make.text();
  contact.uri = make_uri(make);
  if (make.coin()) contact.q = static_cast<Thousandths>(make.below(1001));
  if (make.coin()) contact.expires = std::chrono::seconds{make.number()};
  if (make.coin()) contact.instance = "urn:" + make.text();
  if (make.coin()) contact.reg_id = static_cast<std::uint32_t>(1 + make.below(0x7fffffff));
  if (make.coin()) contact.pub_gruu = "sip:" + make.text();
  if (make.coin()) contact.temp_gruu = make.word();
  if (make.coin()) contact.features.push_back({"audio", {}});
  if (make.coin()) contact.features.push_back({"+x", make.text()});
  contact.other = make.parameters();
  return contact;
}

TEST(ContactTest, ReadsBackWhatItWrites) {
  test::ValueMaker make(4);
  for (int i = 0; i < 1000; ++i) {
    const auto contact = make_contact(make);
    test::expect_reads_back(parse_contact, contact);
    const auto parts = scan_contact(to_string(contact));
    ASSERT_TRUE(parts) << to_string(contact);
    EXPECT_EQ(parts->q, contact.q);
    EXPECT_EQ(parts->expires, contact.expires);
    EXPECT_EQ(parts->reg_id, contact.reg_id);
  }
}

TEST(ContactTest, WritesNoNumberThatDoesNotRead) {
  Contact contact = parse_contact("<sip:a@h>").value();
  contact.q = 2000;
  contact.expires = -5s;
  contact.reg_id = 0;
  EXPECT_EQ(to_string(contact), "<sip:a@h>;q=1;expires=0;reg-id=1");
}

TEST(ContactsTest, AreAStarOrAList) {
  test::expect_good(parse_contacts, {"*", " * ", "<sip:a@h>, \"B, C\" <sip:b@h>;q=0.5 , sip:c@h"});
  EXPECT_TRUE(parse_contacts("*")->all);
  EXPECT_EQ(parse_contacts("<sip:a@h>,<sip:b,c@h>")->list.size(), 2U);
  test::expect_bad(parse_contacts, {{"", 0},
                                    {"<sip:a@h>,", 10},
                                    {"<sip:a@h>, *", 11},
                                    {"*, <sip:a@h>", 0},
                                    {"<sip:a@h>, <sip:b@h>;q=x", 23}});
}

}  // namespace
}  // namespace godwit::sip
