// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/judge_request.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kOffer =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP "
    "0\r\n";

struct Parts {
  std::string method = "INVITE";
  std::string uri = "sip:bob@example.org";
  std::string to = "<sip:bob@example.org>";
  std::string more = {};  // further lines, each with its CRLF
  std::string type = {};
  std::string body = {};
};

std::string text_of(const Parts& parts) {
  std::string text = parts.method + ' ' + parts.uri +
                     " SIP/2.0\r\n"
                     "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
                     "Max-Forwards: 70\r\n"
                     "From: <sip:alice@example.net>;tag=a\r\n"
                     "To: " +
                     parts.to +
                     "\r\n"
                     "Call-ID: judged\r\n"
                     "Contact: <sip:alice@192.0.2.1>\r\n"
                     "CSeq: 1 " +
                     parts.method + "\r\n" + parts.more;
  if (!parts.type.empty()) text += "Content-Type: " + parts.type + "\r\n";
  return text + "Content-Length: " + std::to_string(parts.body.size()) + "\r\n\r\n" + parts.body;
}

Answer answer_to_text(const std::string& text) {
  return judge_request(read_message(text), user_agent_abilities());
}
Answer answer_to(const Parts& parts) {
  return answer_to_text(text_of(parts));
}
std::optional<int> status_for(const Parts& parts) {
  return answer_to(parts).status;
}
std::string value_in(const Answer& answer, Field field) {
  for (const auto& extra : answer.fields) {
    if (extra.field == field) return extra.value;
  }
  return "none";
}

TEST(JudgeRequest, TakesWhatIsWell) {
  EXPECT_EQ(status_for({}), 200);
  EXPECT_EQ(status_for({.type = "application/sdp", .body = std::string(kOffer)}), 200);
  for (const char* method : {"OPTIONS", "MESSAGE"}) EXPECT_EQ(status_for({.method = method}), 200);
  EXPECT_EQ(status_for({.method = "REFER", .more = "Refer-To: <sip:carol@example.org>\r\n"}), 200);
  EXPECT_EQ(status_for({.method = "SUBSCRIBE", .more = "Event: dialog;id=7\r\n"}), 200);
}

TEST(JudgeRequest, NeverAnswersAnAckOrAResponse) {
  EXPECT_EQ(status_for({.method = "ACK"}), std::nullopt);
  EXPECT_EQ(status_for({.method = "ACK", .to = "<sip:bob@example.org>;tag=b"}), std::nullopt);
  EXPECT_EQ(status_for({.method = "ACK", .uri = "nowhere:"}), std::nullopt) << "malformed";
  const auto answer = answer_to_text(
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK\r\nFrom: <sip:a@b>;tag=1\r\n"
      "To: <sip:b@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n");
  EXPECT_EQ(answer.status, std::nullopt);
  EXPECT_THAT(answer.reason, HasSubstr("response"));
}

TEST(JudgeRequest, UnknownMethodsAre501AndThoseOfServers405) {
  EXPECT_EQ(status_for({.method = "DANCE"}), 501);
  EXPECT_EQ(status_for({.method = "invite"}), 501) << "methods have their case";
  EXPECT_EQ(status_for({.method = "REGISTER"}), 405);
  const Answer publish = answer_to({.method = "PUBLISH", .more = "Event: presence\r\n"});
  EXPECT_EQ(publish.status, 405);
  EXPECT_EQ(value_in(publish, Field::allow), allow_value(user_agent_abilities()));
}

TEST(JudgeRequest, TheMethodIsLookedAtFirst) {
  // RFC 3261 §8.2: the steps follow one another, beginning with the method.
  const std::string tagged = "<sip:bob@example.org>;tag=b";
  EXPECT_EQ(status_for({.method = "DANCE", .to = tagged, .more = "Require: x\r\n"}), 501);
  EXPECT_EQ(status_for({.method = "REGISTER", .to = tagged, .more = "Require: x\r\n"}), 405);
}

TEST(JudgeRequest, WhatNamesADialogThatIsNotThereIs481) {
  const std::string tagged = "<sip:bob@example.org>;tag=b";
  for (const char* method : {"INVITE", "OPTIONS", "MESSAGE", "BYE", "UPDATE", "INFO", "NOTIFY"}) {
    EXPECT_EQ(status_for({.method = method, .to = tagged}), 481) << method;
  }
  for (const char* method : {"BYE", "UPDATE", "INFO", "NOTIFY", "CANCEL"}) {
    EXPECT_EQ(status_for({.method = method}), 481) << method;
  }
  EXPECT_EQ(status_for({.method = "PRACK", .more = "RAck: 1 1 INVITE\r\n"}), 481);
  EXPECT_EQ(status_for({.method = "CANCEL", .more = "Require: x\r\n"}), 481)
      << "Require means nothing in CANCEL (RFC 3261 §8.2.2.3)";
}

TEST(JudgeRequest, OtherSchemesThanSipSipsAndTelAre416) {
  EXPECT_EQ(status_for({.uri = "sips:bob@example.org"}), 200);
  EXPECT_EQ(status_for({.uri = "tel:+4930123456"}), 200);
  EXPECT_EQ(status_for({.uri = "SIP:bob@example.org"}), 200);
  EXPECT_EQ(status_for({.uri = "im:bob@example.org"}), 416);
  EXPECT_EQ(status_for({.uri = "im:bob@example.org", .more = "Require: x\r\n"}), 416);
}

TEST(JudgeRequest, UnknownExtensionsAre420AndNamed) {
  const Answer answer =
      answer_to({.more = "Require: 100rel, Teleport\r\nRequire: timer,levitation\r\n"});
  EXPECT_EQ(answer.status, 420);
  EXPECT_EQ(value_in(answer, Field::unsupported), "Teleport, levitation");
  EXPECT_EQ(status_for({.more = "Require: 100REL, Replaces\r\n"}), 200);
  EXPECT_EQ(status_for({.more = "Proxy-Require: x\r\n"}), 200) << "a proxy's business";
}

TEST(JudgeRequest, UnknownBodiesAre415AndTheKnownOnesNamed) {
  const Answer answer = answer_to({.type = "application/x-smoke", .body = "o O"});
  EXPECT_EQ(answer.status, 415);
  EXPECT_THAT(value_in(answer, Field::accept), HasSubstr("application/sdp"));
  EXPECT_EQ(status_for({.type = "application/x-smoke"}), 200) << "no body";
  EXPECT_EQ(status_for({.more = "Content-Disposition: render;handling=optional\r\n",
                        .type = "application/x-smoke",
                        .body = "o O"}),
            200);
  EXPECT_EQ(status_for({.method = "MESSAGE", .type = "text/plain", .body = "hi"}), 200);
  EXPECT_EQ(status_for({.method = "MESSAGE", .type = "image/png", .body = "hi"}), 415);
}

TEST(JudgeRequest, UnknownEncodingsAre415) {
  const Answer answer =
      answer_to({.more = "Content-Encoding: gzip\r\n", .type = "application/sdp", .body = "zzz"});
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(value_in(answer, Field::accept_encoding), "identity");
  EXPECT_EQ(
      status_for(
          {.more = "e: Identity\r\n", .type = "application/sdp", .body = std::string(kOffer)}),
      200);
}

TEST(JudgeRequest, EncryptedBodiesAre493) {
  EXPECT_EQ(status_for({.type = "application/pkcs7-mime; smime-type=enveloped-data", .body = "x"}),
            493);
  EXPECT_EQ(status_for({.type = "application/pkcs7-mime", .body = "x"}), 493);
  EXPECT_EQ(status_for({.type = "application/pkcs7-mime;smime-type=\"signed-data\"", .body = "x"}),
            415);
}

TEST(JudgeRequest, AnInviteThatTakesNoSdpIs406) {
  EXPECT_EQ(status_for({.more = "Accept: text/plain\r\n"}), 406);
  EXPECT_EQ(status_for({.more = "Accept:\r\n"}), 406);
  EXPECT_EQ(status_for({.more = "Accept: application/sdp;q=0, */*\r\n"}), 406);
  EXPECT_EQ(status_for({.more = "Accept: text/plain\r\nAccept: application/*;q=0.1\r\n"}), 200);
  EXPECT_EQ(status_for({.method = "OPTIONS", .more = "Accept: text/plain\r\n"}), 200);
}

TEST(JudgeRequest, ThereIsNoCallToReplaceOrJoin) {
  const std::string replaces = "Replaces: 1@h;to-tag=a;from-tag=b\r\n";
  const std::string join = "Join: 1@h;to-tag=a;from-tag=b\r\n";
  EXPECT_EQ(status_for({.more = replaces}), 481);
  EXPECT_EQ(status_for({.more = join}), 481);
  EXPECT_EQ(status_for({.more = replaces + join}), 400);
  EXPECT_EQ(status_for({.method = "OPTIONS", .more = replaces}), 400);
}

TEST(JudgeRequest, UnknownEventsAre489) {
  const Answer answer = answer_to({.method = "SUBSCRIBE", .more = "o: presence.winfo\r\n"});
  EXPECT_EQ(answer.status, 489);
  EXPECT_THAT(value_in(answer, Field::allow_events), HasSubstr("message-summary"));
  EXPECT_EQ(status_for({.method = "SUBSCRIBE"}), 489) << "no Event at all";
}

TEST(JudgeRequest, TooShortASessionIs422ForWhoKnowsIt) {
  const Answer answer = answer_to({.more = "Supported: timer\r\nSession-Expires: 89\r\n"});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(value_in(answer, Field::min_se), "90");
  EXPECT_EQ(status_for({.more = "k: timer\r\nx: 90;refresher=uac\r\n"}), 200);
  EXPECT_EQ(status_for({.more = "Session-Expires: 5\r\n"}), 200);
}

// --- What is malformed.

TEST(JudgeRequest, AMalformedRequestIs400WhereverItCanBeAnswered) {
  EXPECT_EQ(status_for({.more = "Require: ,,\r\n"}), 400);
  EXPECT_EQ(status_for({.to = "\"Bob <sip:bob@example.org>"}), 400);
  EXPECT_EQ(status_for({.type = "application/sdp", .body = "hello"}), 400);
  // The parameters of the top Via are broken, but not where the answer goes.
  std::string text = text_of({});
  text.replace(text.find(";branch=z9hG4bKa"), 16, ";;,");
  EXPECT_EQ(answer_to_text(text).status, 400);
}

TEST(JudgeRequest, WhatCannotBeAnsweredIsDropped) {
  std::string text = text_of({});
  text.replace(text.find("SIP/2.0/UDP"), 11, "carrier pigeon");
  EXPECT_EQ(answer_to_text(text).status, std::nullopt);
  text = text_of({});
  text.erase(text.find("Via"), text.find("Max") - text.find("Via"));
  EXPECT_EQ(answer_to_text(text).status, std::nullopt);
  EXPECT_THAT(answer_to_text(text).reason, HasSubstr("Via"));
  for (const char* junk : {"", "\r\n\r\n", "hello", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    EXPECT_EQ(answer_to_text(junk).status, std::nullopt) << junk;
  }
}

TEST(JudgeRequest, AnotherVersionIs505) {
  std::string text = text_of({});
  for (auto at = text.find("SIP/2.0"); at != std::string::npos; at = text.find("SIP/2.0", at)) {
    text.replace(at, 7, "SIP/4.2");
  }
  EXPECT_EQ(answer_to_text(text).status, 505);
}

TEST(JudgeRequest, TooMuchIs513And414) {
  const std::string body(limits::kMessageBytes, 'x');
  EXPECT_EQ(status_for({.method = "MESSAGE", .type = "text/plain", .body = body}), 513);
  const std::string user(limits::kUriBytes, 'b');
  EXPECT_EQ(status_for({.uri = "sip:" + user + "@example.org"}), 414);
}

TEST(JudgeRequest, TheCSeqOfAnotherMethodIs400Or501ForAnUnknownMethod) {
  std::string text = text_of({.method = "OPTIONS"});
  text.replace(text.find("1 OPTIONS"), 9, "1 INVITE");
  EXPECT_EQ(answer_to_text(text).status, 400);
  text.replace(text.find("OPTIONS"), 7, "DANCE");
  EXPECT_EQ(answer_to_text(text).status, 501) << "RFC 4475 §3.1.2.18";
}

TEST(JudgeRequest, AlwaysSaysWhy) {
  for (const char* method : {"INVITE", "ACK", "BYE", "DANCE", "REGISTER", "OPTIONS"}) {
    const Answer answer = answer_to({.method = method});
    EXPECT_FALSE(answer.reason.empty()) << method;
    EXPECT_EQ(answer.reason.find('\n'), std::string::npos);
  }
  EXPECT_THAT(answer_to({}).fields, IsEmpty());
  EXPECT_THAT(answer_to({.uri = "im:x"}).fields, IsEmpty());
}

}  // namespace
}  // namespace godwit::sip
