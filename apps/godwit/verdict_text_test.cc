// SPDX-License-Identifier: Apache-2.0
#include "verdict_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;

std::string request(const std::string& start, const std::string& more = "") {
  return start +
         " SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
         "Max-Forwards: 70\r\n"
         "From: <sip:alice@example.net>;tag=a\r\n"
         "To: <sip:bob@example.org>\r\n"
         "Call-ID: told\r\n" +
         more + "\r\n";
}

TEST(VerdictText, OnAValidRequest) {
  const auto verdict = sip::judge(request("OPTIONS im:bob@example.org", "CSeq: 1 OPTIONS\r\n"));
  const std::string expected =
      "{\"valid\":true,\"kind\":\"request\",\"method\":\"OPTIONS\",\"error\":null,\"answer\":416,"
      "\"reason\":\"the scheme of the Request-URI is not sip, sips or tel (RFC 3261 "
      "\\u00a78.2.2.1)\",\"warnings\":[]}";
  EXPECT_EQ(write(to_json(verdict)), expected);
  EXPECT_THAT(to_line(verdict), HasSubstr("valid request OPTIONS: answer 416, the scheme"));
}

TEST(VerdictText, OnAnInvalidRequest) {
  const auto text = request("OPTIONS sip:bob@example.org", "CSeq: 1 OPTIONS\r\nExpires: x\r\n");
  const auto verdict = sip::judge(text);
  const Json j = to_json(verdict);
  EXPECT_EQ(j["valid"], false);
  EXPECT_EQ(j["error"]["field"], "Expires");
  EXPECT_EQ(j["error"]["offset"], text.find("x\r\n"));
  EXPECT_TRUE(j["error"]["reason"].is_string());
  EXPECT_EQ(j["answer"], 400);
  EXPECT_THAT(to_line(verdict), HasSubstr("invalid request OPTIONS: Expires: "));
  EXPECT_THAT(to_line(verdict), HasSubstr("; answer 400, "));
}

TEST(VerdictText, OnAResponseAndOnNoMessage) {
  const Json response = to_json(sip::judge("SIP/2.0 200 OK\r\n\r\n"));
  EXPECT_EQ(response["kind"], "response");
  EXPECT_EQ(response["status"], 200);
  EXPECT_FALSE(response.contains("method"));
  EXPECT_TRUE(response["answer"].is_null());
  EXPECT_TRUE(to_json(sip::judge("SIP/2.0 2000 OK\r\n\r\n"))["status"].is_null());
  EXPECT_TRUE(to_json(sip::judge(""))["kind"].is_null());
  EXPECT_THAT(to_line(sip::judge("")), HasSubstr("invalid no message: "));
}

TEST(VerdictText, WarningsAreSentences) {
  const auto verdict = sip::judge(
      request("OPTIONS sip:bob@example.org", "CSeq: 1 OPTIONS\r\nl: 0\r\n") + "and more");
  const Json j = to_json(verdict);
  ASSERT_EQ(j["warnings"].size(), 1U);
  EXPECT_EQ(j["warnings"][0], "body: bytes after it are dropped at byte 203");
  EXPECT_THAT(to_line(verdict), HasSubstr("; warning: body: bytes after it are dropped"));
}

TEST(VerdictText, NothingInAMessageCanCommandATerminal) {
  // Escape sequences where a verdict shows the message: method, field name, event package.
  for (const std::string evil : {"\x1b[2J", "\x9b", "\xe2\x80\xae", "\a", "\x7f"}) {
    for (const auto& text :
         {request("OPT" + evil + "IONS sip:bob@example.org"),
          request("OPTIONS sip:bob@example.org", "X" + evil + "Y: 1\r\nCSeq: 1 OPTIONS\r\n"),
          request("OPTIONS sip:bob@example.org", "Expires: " + evil + "\r\nCSeq: 1 OPTIONS\r\n"),
          evil}) {
      for (const std::string& line :
           {to_line(sip::judge(text)), write(to_json(sip::judge(text)))}) {
        EXPECT_EQ(line.find(evil), std::string::npos) << line;
        EXPECT_EQ(line.find_first_of("\x1b\n\r\a"), std::string::npos);
      }
    }
  }
}

TEST(VerdictText, OnASessionDescription) {
  const auto good = sdp::inspect("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n");
  EXPECT_EQ(to_json(good)["valid"], true);
  EXPECT_EQ(to_json(good)["kind"], "sdp");
  EXPECT_TRUE(to_json(good)["error"].is_null());
  EXPECT_THAT(to_line(good), HasSubstr("valid sdp"));

  const auto bad =
      sdp::inspect("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=\x1b[2J x\r\n");
  const Json j = to_json(bad);
  EXPECT_EQ(j["valid"], false);
  EXPECT_EQ(j["error"]["field"], "m=");
  EXPECT_EQ(j["error"]["line"], 5);
  EXPECT_GE(j["error"]["offset"], 45);
  EXPECT_THAT(to_line(bad), HasSubstr("invalid sdp: line 5: m= "));
  EXPECT_EQ(to_line(bad).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace godwit::cli
