// SPDX-License-Identifier: Apache-2.0
#include "sip/verdict/body.h"

#include <gmock/gmock.h>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kBodyOffer =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0\r\n";

Message with_body(std::string_view method, std::string_view type, std::string_view body) {
  Message message = Message::request(method, "sip:bob@example.org");
  message.set_body(type, body);
  return message;
}
BodyTrouble trouble(std::string_view method, std::string_view type, std::string_view body) {
  return judge_body(with_body(method, type, body), user_agent_abilities());
}

struct PartText {
  std::string type;
  std::string body;
  std::string more = {};
};
std::string multipart(const std::string& boundary, const std::vector<PartText>& parts) {
  std::string text;
  for (const PartText& part : parts) {
    text += "--" + boundary + "\r\nContent-Type: " + part.type + "\r\n" + part.more + "\r\n" +
            part.body + "\r\n";
  }
  return text + "--" + boundary + "--\r\n";
}

TEST(Body, EachPartOfAMixedBodyMustBeUnderstood) {
  const PartText sdp{"application/sdp", kBodyOffer};
  const PartText isup{"application/isup", "??"};
  const std::string type = "multipart/mixed;boundary=b";
  EXPECT_EQ(trouble("INVITE", type, multipart("b", {sdp})), BodyTrouble::none);
  EXPECT_EQ(trouble("INVITE", type, multipart("b", {sdp, isup})), BodyTrouble::type);
  const std::string optional = "Content-Disposition: signal;handling=optional\r\n";
  EXPECT_EQ(trouble("INVITE", type, multipart("b", {sdp, {isup.type, isup.body, optional}})),
            BodyTrouble::none);
  EXPECT_EQ(trouble("INVITE", "multipart/x-odd;boundary=b", multipart("b", {sdp, isup})),
            BodyTrouble::type)
      << "an unknown multipart is read as mixed";
}

TEST(Body, OneAlternativeIsEnough) {
  const std::string type = "multipart/alternative;boundary=b";
  const PartText odd{"text/x-odd", "?"};
  EXPECT_EQ(trouble("INVITE", type, multipart("b", {odd, {"application/sdp", kBodyOffer}})),
            BodyTrouble::none);
  EXPECT_EQ(trouble("INVITE", type, multipart("b", {odd, odd})), BodyTrouble::type);
}

TEST(Body, OfSignedAndRelatedBodiesTheFirstPartCounts) {
  const PartText signature{"application/pkcs7-signature", "???"};
  for (const std::string kind : {"signed", "related"}) {
    const std::string type = "multipart/" + kind + ";boundary=b";
    EXPECT_EQ(trouble("MESSAGE", type, multipart("b", {{"text/plain", "hi"}, signature})),
              BodyTrouble::none);
    EXPECT_EQ(trouble("MESSAGE", type, multipart("b", {signature, {"text/plain", "hi"}})),
              BodyTrouble::type);
  }
}

TEST(Body, PartsOfPartsAreJudgedInTheirPlace) {
  const PartText inner{"multipart/alternative;boundary=in",
                       multipart("in", {{"image/png", "?"}, {"text/plain", "hi"}})};
  EXPECT_EQ(trouble("MESSAGE", "multipart/mixed;boundary=b",
                    multipart("b", {inner, {"text/plain", "ho"}})),
            BodyTrouble::none);
  EXPECT_EQ(trouble("MESSAGE", "multipart/mixed;boundary=b",
                    multipart("b", {{"text/plain", "ho"}, inner, {"image/png", "?"}})),
            BodyTrouble::type);
}

TEST(Body, AnEncryptedPartIsAnEncryptedBody) {
  EXPECT_EQ(trouble("MESSAGE", "multipart/mixed;boundary=b",
                    multipart("b", {{"application/pkcs7-mime;smime-type=enveloped-data", "?"}})),
            BodyTrouble::encrypted);
}

TEST(Body, AMethodThatTakesNoBodyTakesNone) {
  EXPECT_EQ(trouble("SUBSCRIBE", "application/simple-filter+xml", "<f/>"), BodyTrouble::type);
  EXPECT_EQ(trouble("OPTIONS", "multipart/mixed;boundary=b",
                    multipart("b", {{"application/sdp", kBodyOffer}})),
            BodyTrouble::type);
}

TEST(Body, AMultipartThatDoesNotEndIsAFault) {
  const std::string body = multipart("b", {{"application/sdp", kBodyOffer}});
  const auto cut = with_body("INVITE", "multipart/mixed;boundary=b", body.substr(0, 100));
  const Findings findings = examine_body(cut);
  ASSERT_TRUE(findings.fault);
  EXPECT_EQ(findings.fault->field, "body");
  EXPECT_LE(findings.fault->fault.at, 100U);
}

TEST(Body, SdpIsLookedAtWhereverItStands) {
  const std::string bad =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio x RTP/AVP 0\r\n";
  const std::string inner = multipart("in", {{"text/plain", "hi"}, {"application/sdp", bad}});
  const std::string body =
      multipart("b", {{"text/plain", "ho"}, {"multipart/mixed;boundary=in", inner}});
  const Findings findings = examine_body(with_body("INVITE", "multipart/mixed;boundary=b", body));
  ASSERT_TRUE(findings.fault);
  EXPECT_EQ(findings.fault->field, "SDP m=");
  EXPECT_GE(findings.fault->fault.at, body.find("m=audio x"));
  EXPECT_LE(findings.fault->fault.at, body.find("m=audio x") + 8);
}

TEST(Body, WhatMayBeIgnoredHasRemarksOnly) {
  Message message = with_body("INVITE", "multipart/mixed;boundary=b", "no parts at all");
  message.set(Field::content_disposition, "render;handling=optional");
  const Findings findings = examine_body(message);
  EXPECT_FALSE(findings.fault);
  EXPECT_EQ(findings.remarks.size(), 1U);
}

TEST(Body, EncodedTextIsNotLookedAt) {
  Message message = with_body("INVITE", "application/sdp", "\x1f\x8b compressed");
  message.set(Field::content_encoding, "gzip");
  EXPECT_FALSE(examine_body(message).fault);
  EXPECT_EQ(judge_body(message, user_agent_abilities()), BodyTrouble::encoding);
  const PartText coded{"application/sdp", "dj0w", "Content-Transfer-Encoding: BASE64\r\n"};
  const auto parts = with_body("INVITE", "multipart/mixed;boundary=b", multipart("b", {coded}));
  EXPECT_FALSE(examine_body(parts).fault);
}

TEST(Body, PartsNestAsDeepAsTheLimit) {
  const auto nested = [](std::size_t depth) {
    PartText part{"text/plain", "hi"};
    for (std::size_t i = 0; i < depth; ++i) {
      const std::string boundary = "b" + std::to_string(i);
      part = {"multipart/mixed;boundary=" + boundary, multipart(boundary, {part})};
    }
    return with_body("MESSAGE", part.type, part.body);
  };
  const auto& abilities = user_agent_abilities();
  EXPECT_FALSE(examine_body(nested(limits::kMultipartDepth)).fault);
  EXPECT_EQ(judge_body(nested(limits::kMultipartDepth), abilities), BodyTrouble::none);
  EXPECT_TRUE(examine_body(nested(limits::kMultipartDepth + 1)).fault);
  EXPECT_TRUE(examine_body(nested(limits::kMultipartDepth * 10)).fault);
}

}  // namespace
}  // namespace godwit::sip
