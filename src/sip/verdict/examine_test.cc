// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/examine.h"

#include <gmock/gmock.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// An OPTIONS request; `more` are further lines, each with its CRLF.
std::string options_with(const std::string& more) {
  return "OPTIONS sip:bob@example.org SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
         "Max-Forwards: 70\r\n"
         "From: <sip:alice@example.net>;tag=a\r\n"
         "To: <sip:bob@example.org>\r\n"
         "Call-ID: examined\r\n"
         "CSeq: 1 OPTIONS\r\n" +
         more + "\r\n";
}
std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}
Findings examine_text(const std::string& text) {
  return examine(read_message(text), text);
}
/// "Field: what at N", "" without a fault.
std::string fault_in(const std::string& text) {
  const auto found = examine_text(text).fault;
  if (!found) return "";
  return found->field + ": " + found->fault.what + " at " + std::to_string(found->fault.at);
}
std::string at(const std::string& text, std::string_view part) {
  return " at " + std::to_string(text.find(part));
}
/// The fields that remarks are about.
std::vector<std::string> remarked(const std::string& text) {
  std::vector<std::string> fields;
  for (const Remark& remark : examine_text(text).remarks) fields.push_back(remark.field);
  return fields;
}

TEST(Examine, FindsNothingInAGoodMessage) {
  const Findings findings = examine_text(options_with(""));
  EXPECT_FALSE(findings.fault);
  EXPECT_THAT(findings.remarks, IsEmpty());
}

TEST(Examine, KeepsTheFaultOfTheReaderWhenItIsTheFirst) {
  const std::string text = options_with("To: <sip:carol@example.org>\r\nRequire: a b\r\n");
  EXPECT_EQ(fault_in(text), "To: given twice" + at(text, "<sip:carol"));
  const std::string later = options_with("Require: a b\r\nTo: <sip:carol@example.org>\r\n");
  EXPECT_THAT(fault_in(later), HasSubstr("Require: "));
}

TEST(Examine, LooksAtTheGrammarOfEveryKnownField) {
  for (const char* line : {"Max-Forwards: 256", "Contact: <sip:a@b>;q=2", "Require: a b",
                           "Accept: text", "Content-Type: sdp", "Expires: soon", "RAck: 1 INVITE",
                           "Date: Sat, 21 Nov 2026 10:00:00 CET", "Refer-To: sip:a?b=c"}) {
    const std::string text =
        replaced(options_with(std::string(line) + "\r\n"), "Max-Forwards: 70\r\n", "");
    const auto fault = examine_text(text).fault;
    ASSERT_TRUE(fault) << line;
    EXPECT_THAT(std::string(line), HasSubstr(fault->field));
    EXPECT_GE(fault->fault.at, text.find(line)) << line;
    EXPECT_LE(fault->fault.at, text.find(line) + std::string_view(line).size()) << line;
  }
}

TEST(Examine, PlacesCountInTheInputEvenBehindFoldedLinesAndEmptyOnes) {
  const std::string text = "\r\n\r\n" + options_with("Y: a\r\n  b\r\nExpires:\r\n  7 days\r\n");
  EXPECT_THAT(fault_in(text), HasSubstr("Expires: "));
  EXPECT_EQ(examine_text(text).fault->fault.at, text.find(" days"));
}

TEST(Examine, TheFirstFaultInTheMessageCounts) {
  EXPECT_THAT(fault_in(options_with("Require: a b\r\nMax-Breadth: x\r\nAccept: y\r\n")),
              HasSubstr("Require: "));
  EXPECT_THAT(fault_in(options_with("Accept: y\r\nRequire: a b\r\n")), HasSubstr("Accept: "));
}

TEST(Examine, FieldsThatOnlyInformMayBeMalformed) {
  const std::string text = options_with("Timestamp: now\r\nReply-To: \"\r\n");
  EXPECT_EQ(fault_in(text), "");
  EXPECT_THAT(remarked(text), ElementsAre("Timestamp", "Reply-To"));
}

TEST(Examine, SingleFieldsStandOnce) {
  EXPECT_THAT(fault_in(options_with("Expires: 1\r\nExpires: 1\r\n")),
              HasSubstr("Expires: given twice"));
  EXPECT_EQ(fault_in(options_with("Require: timer\r\nRequire: path\r\n")), "");
}

TEST(Examine, ARequestUriCarriesNoHeaders) {
  const std::string text = replaced(options_with(""), "org SIP", "org?a=b SIP");
  EXPECT_EQ(fault_in(text), "Request-URI: a Request-URI must not carry headers" + at(text, "?a=b"));
}

TEST(Examine, ATelephoneNumberIsOne) {
  EXPECT_EQ(fault_in(replaced(options_with(""), "sip:bob@example.org SIP", "tel:112 SIP")), "");
  const std::string text = replaced(options_with(""), "sip:bob@example.org SIP", "tel:+49x30 SIP");
  EXPECT_THAT(fault_in(text), HasSubstr("Request-URI: "));
  EXPECT_EQ(examine_text(text).fault->fault.at, text.find("x30"));
}

TEST(Examine, AnUnquotedDisplayNameConsistsOfTokens) {
  const std::string text = replaced(options_with(""), "From: ", "From: Doe, Jane ");
  EXPECT_THAT(fault_in(text), HasSubstr("From: a display name with this character"));
  EXPECT_EQ(examine_text(text).fault->fault.at, text.find(", Jane"));
  EXPECT_EQ(fault_in(replaced(options_with(""), "From: ", "From: Jane  Doe.x ")), "");
}

TEST(Examine, RequestsThatBeginADialogHaveOneContact) {
  const auto invite = [](const std::string& more) {
    return replaced(options_with(more), "OPTIONS", "INVITE");
  };
  EXPECT_THAT(fault_in(invite("")), HasSubstr("Contact: mandatory field missing"));
  EXPECT_EQ(fault_in(invite("Contact: <sip:a@b>\r\n")), "");
  EXPECT_THAT(fault_in(invite("m: <sip:a@b>, <sip:a@c>\r\n")), HasSubstr("Contact: given twice"));
  EXPECT_THAT(fault_in(invite("Contact: *\r\n")), HasSubstr("REGISTER only"));
  EXPECT_THAT(fault_in(invite("Contact: <tel:110>\r\n")), HasSubstr("expected a SIP or SIPS URI"));
  const std::string old = replaced(invite(""), "z9hG4bK", "");
  EXPECT_EQ(fault_in(old), "") << "RFC 2543 could do without";
  EXPECT_THAT(remarked(old), ElementsAre("Via", "Contact"));
}

TEST(Examine, ReferAndPrackNeedWhatTheyAreAbout) {
  const std::string refer = replaced(options_with("m: <sip:a@b>\r\n"), "OPTIONS", "REFER");
  EXPECT_THAT(fault_in(refer), HasSubstr("Refer-To: mandatory field missing"));
  EXPECT_THAT(fault_in(replaced(options_with(""), "OPTIONS", "PRACK")),
              HasSubstr("RAck: mandatory field missing"));
}

TEST(Examine, RemarksOnWhatRfc2543Lacked) {
  EXPECT_THAT(remarked(replaced(options_with(""), ";branch=z9hG4bKa", "")), ElementsAre("Via"));
  EXPECT_THAT(remarked(replaced(options_with(""), "z9hG4bKa", "a")), ElementsAre("Via"));
  EXPECT_THAT(remarked(replaced(options_with(""), "z9hG4bKa", "z9hG4bK")), ElementsAre("Via"));
  EXPECT_THAT(remarked(replaced(options_with(""), ";tag=a", "")), ElementsAre("From"));
  EXPECT_THAT(remarked(replaced(options_with(""), "Max-Forwards: 70\r\n", "")),
              ElementsAre("Max-Forwards"));
}

TEST(Examine, RemarksOnAddressesThatAreReadOnPurpose) {
  const std::string text = replaced(options_with(""), ";branch", ";received=[2001:db8::1];branch");
  EXPECT_THAT(remarked(text), ElementsAre("Via"));
  EXPECT_EQ(examine_text(text).remarks.front().at, text.find("[2001"));
  const std::string colons =
      replaced(options_with(""), "bob@example.org", "[2001:db8:::192.0.2.9]");
  EXPECT_THAT(remarked(colons), ElementsAre("Request-URI", "To"));
}

TEST(Examine, RemarksOnWhatTheReaderForgave) {
  std::string text = "\r\n" + options_with("l: 0\r\n") + "and more";
  text = replaced(text, "Call-ID: examined\r\n", "Call-ID: examined\n");
  EXPECT_THAT(remarked(text), ElementsAre("start line", "header", "body"));
}

TEST(Examine, ABodyHasAType) {
  EXPECT_THAT(fault_in(options_with("") + "hello"),
              HasSubstr("Content-Type: mandatory field missing"));
}

TEST(Examine, LooksIntoASessionDescription) {
  const std::string type = "Content-Type: application/sdp\r\n";
  const std::string good =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
  EXPECT_EQ(fault_in(options_with(type) + good), "");
  const std::string bad = options_with(type) + good + "m=audio many RTP/AVP 0\r\n";
  EXPECT_THAT(fault_in(bad), HasSubstr("SDP m=: "));
  EXPECT_GE(examine_text(bad).fault->fault.at, bad.find("m=audio"));
  const std::string optional = "Content-Disposition: session;handling=optional\r\n";
  EXPECT_EQ(fault_in(options_with(type + optional) + "not at all"), "");
  EXPECT_THAT(remarked(options_with(type + optional) + "not at all"), ElementsAre("SDP"));
}

TEST(Examine, WithoutTheBytesItKnowsNoPlaces) {
  const Findings findings = examine(read_message(options_with("Accept: y\r\n")));
  ASSERT_TRUE(findings.fault);
  EXPECT_EQ(findings.fault->field, "Accept");
}

}  // namespace
}  // namespace godwit::sip
