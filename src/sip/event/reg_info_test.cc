// SPDX-License-Identifier: Apache-2.0
#include "sip/event/reg_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The example of RFC 5628 §6, with the words that outbound adds.
constexpr std::string_view kExample = R"(<?xml version="1.0"?>
<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" xmlns:gr="urn:ietf:params:xml:ns:gruuinfo"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1" state="partial">
  <registration aor="sip:user@example.com" id="as9" state="active">
    <contact id="76" state="active" event="registered" duration-registered="7322" expires="3600" q="0.8"
             callid="1j9FpLxk3uxtm8tn@192.0.2.1" cseq="54302">
      <uri> sip:user@192.0.2.1 </uri>
      <unknown-param name="+sip.instance">"&lt;urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6&gt;"</unknown-param>
      <unknown-param name="reg-id">2</unknown-param>
      <gr:pub-gruu uri="sip:user@example.com;gr=hha9s8d-999a"/>
      <gr:temp-gruu uri="sip:8ffkas08af7fasklzi9@example.com;gr" first-cseq="54301"/>
      <more:news xmlns:more="urn:more"><uri>sip:not@this.test</uri></more:news>
    </contact>
    <contact id="77" state="terminated" event="probation" retry-after="90"><uri>sip:user@192.0.2.2</uri></contact>
  </registration>
</reginfo>)";

std::string with_contacts(std::size_t registrations, std::size_t contacts) {
  std::string text = "<reginfo version=\"0\" state=\"full\">";
  for (std::size_t r = 0; r < registrations; ++r) {
    text += "<registration id=\"r\" aor=\"sip:a@b.test\">";
    for (std::size_t c = 0; c < contacts; ++c) {
      text += "<contact id=\"" + std::to_string(c) +
              "\" state=\"active\" event=\"created\"><uri>sip:a@b</uri></contact>";
    }
    text += "</registration>";
  }
  return text + "</reginfo>";
}

TEST(RegInfoTest, ReadsContactsWithTheirGruusAndFlows) {
  const auto read = parse_reg_info(kExample);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->version, 1U);
  EXPECT_EQ(read->extent, RegInfo::Extent::partial);
  ASSERT_THAT(read->registrations, SizeIs(1));
  EXPECT_EQ(read->registrations[0].aor, "sip:user@example.com");
  const RegInfo::Contact first{.id = "76",
                               .uri = "sip:user@192.0.2.1",
                               .state = RegInfo::State::active,
                               .event = RegInfo::Event::registered,
                               .expires = 3600s,
                               .call_id = "1j9FpLxk3uxtm8tn@192.0.2.1",
                               .cseq = 54302,
                               .instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                               .reg_id = 2,
                               .pub_gruu = "sip:user@example.com;gr=hha9s8d-999a",
                               .temp_gruu = "sip:8ffkas08af7fasklzi9@example.com;gr",
                               .first_cseq = 54301};
  ASSERT_THAT(read->registrations[0].contacts, SizeIs(2));
  EXPECT_EQ(read->registrations[0].contacts[0], first);
  const auto& second = read->registrations[0].contacts[1];
  EXPECT_EQ(second.event, RegInfo::Event::probation);
  EXPECT_EQ(second.state, RegInfo::State::terminated);
  EXPECT_EQ(second.retry_after, 90s);
}

TEST(RegInfoTest, ReadsWhatItHasWritten) {
  auto document = *parse_reg_info(kExample);
  document.registrations[0].contacts[0].uri = "sip:\"<&>'@192.0.2.1";
  const auto again = parse_reg_info(write_reg_info(document));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(*again, document);
  EXPECT_THAT(write_reg_info(document), HasSubstr("first-cseq=\"54301\""));
}

TEST(RegInfoTest, NamesArePartOfTheirNamespaces) {
  const auto read = parse_reg_info(
      "<r:reginfo xmlns:r='urn:ietf:params:xml:ns:reginfo' version='0' state='full'>"
      "<r:registration id='1' aor='sip:a@b.test' state='active'>"
      "<r:contact id='1' state='active' event='created'><r:uri>sip:a@c.test</r:uri>"
      "<pub-gruu uri='sip:a@b.test;gr=1'/></r:contact>"
      "<contact id='2' state='active' event='created'><uri>sip:a@d.test</uri></contact>"
      "</r:registration></r:reginfo>");
  ASSERT_TRUE(read);
  ASSERT_THAT(read->registrations.at(0).contacts, SizeIs(1));
  EXPECT_THAT(read->registrations[0].contacts[0].pub_gruu, IsEmpty());
}

TEST(RegInfoTest, LeavesOutContactsThatDoNotRead) {
  const auto read = parse_reg_info(
      "<reginfo version='0' state='full'><registration id='1' aor='sip:a@b.test'>"
      "<contact id='1' state='init' event='created'><uri>sip:a@c</uri></contact>"
      "<contact id='2' state='active' event='invented'><uri>sip:a@c</uri></contact>"
      "<contact id='3' state='active' event='created'></contact>"
      "<contact state='active' event='created'><uri>sip:a@c</uri></contact>"
      "</registration></reginfo>");
  ASSERT_TRUE(read);
  EXPECT_THAT(read->registrations.at(0).contacts, IsEmpty());
}

TEST(RegInfoTest, IsNotReadFromAnythingElse) {
  for (const std::string_view text :
       {"", "text", "<reginfo version='0' state='full'>", "<presence version='0' state='full'/>",
        "<reginfo xmlns='urn:else' version='0' state='full'/>", "<reginfo state='full'/>",
        "<reginfo version='0'/>", "<reginfo version='x' state='full'/>", "<reginfo version='0' state='half'/>",
        "<!DOCTYPE reginfo [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><reginfo version='0' state='full'/>"}) {
    const auto read = parse_reg_info(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Errc::malformed_message);
  }
}

TEST(RegInfoTest, EntitiesThatItDoesNotKnowStayAsTheyAre) {
  const auto read = parse_reg_info(
      "<reginfo version='0' state='full'><registration id='1' aor='&lol;'/></reginfo>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->registrations.at(0).aor, "&lol;");
}

TEST(RegInfoTest, MoreThanTheLimitsIsRefusedWhole) {
  EXPECT_TRUE(parse_reg_info(with_contacts(1, limits::kRegInfoContacts)));
  EXPECT_FALSE(parse_reg_info(with_contacts(1, limits::kRegInfoContacts + 1)));
  EXPECT_FALSE(parse_reg_info(with_contacts(1, 10 * limits::kRegInfoContacts)));
  EXPECT_FALSE(parse_reg_info(with_contacts(2, limits::kRegInfoContacts / 2 + 1)));
  EXPECT_TRUE(parse_reg_info(with_contacts(limits::kRegInfoRegistrations, 0)));
  EXPECT_FALSE(parse_reg_info(with_contacts(limits::kRegInfoRegistrations + 1, 0)));
  EXPECT_FALSE(parse_reg_info(with_contacts(10 * limits::kRegInfoRegistrations, 0)));
  const auto padded = [](std::size_t size) {
    std::string text = "<reginfo version='0' state='full'/>";
    return text + std::string(size - text.size(), ' ');
  };
  EXPECT_TRUE(parse_reg_info(padded(limits::kRegInfoBytes)));
  EXPECT_FALSE(parse_reg_info(padded(limits::kRegInfoBytes + 1)));
  EXPECT_FALSE(parse_reg_info(padded(10 * limits::kRegInfoBytes)));
}

TEST(RegInfoTest, NumbersThatAreTooLargeAreTheLargest) {
  const auto read = parse_reg_info("<reginfo version='99999999999' state='full'/>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, 4'294'967'295U);
}

}  // namespace
}  // namespace godwit::sip
