// SPDX-License-Identifier: Apache-2.0
#include "ua/request_check.h"

#include <gtest/gtest.h>

#include "ua/abilities.h"

namespace godwit::ua {
namespace {

using sip::Answer;
using sip::Field;

const std::string kAllow = sip::allow_value(abilities());

sip::Message request(std::string_view method, std::string_view to_tag = {}) {
  auto message = sip::Message::request(method, "sip:alice@192.0.2.1");
  message.add(Field::via, "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx");
  message.add(Field::max_forwards, "70");
  message.add(Field::from, "<sip:bob@example.com>;tag=b");
  const std::string tag = to_tag.empty() ? "" : ";tag=" + std::string(to_tag);
  message.add(Field::to, "<sip:alice@example.com>" + tag);
  message.add(Field::call_id, "call-1");
  message.add(Field::cseq, "1 " + std::string(method));
  if (method == "INVITE") message.add(Field::contact, "<sip:bob@192.0.2.2>");
  return message;
}

std::string extra(const Answer& answer, Field field) {
  for (const auto& one : answer.fields) {
    if (one.field == field) return one.value;
  }
  return "none";
}

TEST(RequestCheck, FindsNothingWrongWithWhatTheEngineDoes) {
  EXPECT_EQ(check_request(request("INVITE")).status, 200);
  EXPECT_EQ(check_request(request("OPTIONS")).status, 200);
}

TEST(RequestCheck, RefusesMethodsThatTheEngineDoesNotHave) {
  for (const char* method : {"REGISTER", "PUBLISH"}) {
    auto asked = request(method);
    asked.set(Field::contact, "<sip:bob@192.0.2.2>");
    const auto answer = check_request(asked);
    EXPECT_EQ(answer.status, 405) << method << ": " << answer.reason;
    EXPECT_EQ(extra(answer, Field::allow), kAllow) << method;
  }
  EXPECT_EQ(check_request(request("WHISTLE")).status, 501);
}

TEST(RequestCheck, SaysWhatItWouldTakeInstead) {
  auto wants = request("INVITE");
  wants.add(Field::require, "teleport, timer");
  EXPECT_EQ(check_request(wants).status, 420);
  EXPECT_EQ(extra(check_request(wants), Field::unsupported), "teleport");

  auto text = request("INVITE");
  text.set_body("text/plain", "hello");
  EXPECT_EQ(check_request(text).status, 415);
  EXPECT_NE(extra(check_request(text), Field::accept).find("application/sdp"), std::string::npos);
}

TEST(RequestCheck, RefusesWhatNoCallIsMeantBy) {
  for (const char* method : {"BYE", "UPDATE"}) {
    EXPECT_EQ(check_request(request(method)).status, 481) << method;
    EXPECT_EQ(check_request(request(method, "gone")).status, 481) << method;
  }
  auto secure = request("INVITE");
  secure.set_uri("sips:alice@192.0.2.1");
  EXPECT_EQ(check_request(secure).status, 416);
}

TEST(RequestCheck, LeavesItToTheEngineWhichCallIsReplaced) {
  auto transferred = request("INVITE");
  transferred.add(Field::replaces, "call-2;to-tag=a;from-tag=b");
  EXPECT_EQ(check_request(transferred).status, 200);
  transferred.add(Field::require, "replaces");
  EXPECT_EQ(check_request(transferred).status, 200);
  transferred.add(Field::join, "call-2;to-tag=a;from-tag=b");
  EXPECT_EQ(check_request(transferred).status, 400) << "RFC 3891 §3: not both";
  auto options = request("OPTIONS");
  options.add(Field::replaces, "call-2;to-tag=a;from-tag=b");
  EXPECT_EQ(check_request(options).status, 400);
}

TEST(RequestCheck, LeavesItToTheEngineWhichCallIsJoined) {
  auto joining = request("INVITE");
  joining.add(Field::join, "call-2;to-tag=a;from-tag=b");
  EXPECT_EQ(check_request(joining).status, 200);
  joining.add(Field::require, "join");
  EXPECT_EQ(check_request(joining).status, 200);
  auto options = request("OPTIONS");
  options.add(Field::join, "call-2;to-tag=a;from-tag=b");
  EXPECT_EQ(check_request(options).status, 400) << "RFC 3911 §4: in INVITE only";
}

TEST(RequestCheck, APackageThatNobodyIsToldOfIsABadEvent) {
  auto subscribe = request("SUBSCRIBE");
  subscribe.set(Field::contact, "<sip:bob@192.0.2.2>");
  subscribe.add(Field::event, "dialog");
  const auto answer = check_request(subscribe);
  EXPECT_EQ(answer.status, 489);
  EXPECT_EQ(extra(answer, Field::allow_events), "refer");
}

TEST(RequestCheck, TooShortASessionIsRefusedToWhoKnowsTheTimer) {
  auto timed = request("INVITE");
  timed.add(Field::session_expires, "20");
  EXPECT_EQ(check_request(timed).status, 200);
  EXPECT_FALSE(find_refusal_in_dialog(timed));
  timed.add(Field::supported, "timer");
  EXPECT_EQ(check_request(timed).status, 422);
  EXPECT_EQ(extra(check_request(timed), Field::min_se), "90");
  EXPECT_EQ(extra(*find_refusal_in_dialog(timed), Field::min_se), "90");
}

TEST(RequestCheckInDialog, TakesWhatACallIsMadeOf) {
  for (const char* method : {"INVITE", "UPDATE", "BYE", "OPTIONS", "INFO", "MESSAGE"}) {
    EXPECT_FALSE(find_refusal_in_dialog(request(method, "a"))) << method;
  }
  auto update = request("UPDATE", "a");
  update.set_body("application/sdp", "v=0\r\n");
  EXPECT_FALSE(find_refusal_in_dialog(update));
}

TEST(RequestCheckInDialog, AGoodbyeIsNeverRefused) {
  auto bye = request("BYE", "a");
  bye.add(Field::require, "nothing-known");
  bye.set_body("application/x-statistics", "lost=3");
  EXPECT_FALSE(find_refusal_in_dialog(bye));
}

TEST(RequestCheckInDialog, RefusesMethodsExtensionsAndBodies) {
  const auto publish = find_refusal_in_dialog(request("PUBLISH", "a"));
  ASSERT_TRUE(publish);
  EXPECT_EQ(publish->status, 405);
  EXPECT_EQ(extra(*publish, Field::allow), kAllow);
  EXPECT_EQ(find_refusal_in_dialog(request("WHISTLE", "a"))->status, 501);

  auto asked = request("OPTIONS", "a");
  asked.add(Field::require, "nothing-known");
  EXPECT_EQ(find_refusal_in_dialog(asked)->status, 420);
  EXPECT_EQ(extra(*find_refusal_in_dialog(asked), Field::unsupported), "nothing-known");

  auto update = request("UPDATE", "a");
  update.set_body("text/plain", "hello");
  EXPECT_EQ(find_refusal_in_dialog(update)->status, 415);
  update.add(Field::content_disposition, "render;handling=optional");
  EXPECT_FALSE(find_refusal_in_dialog(update)) << "may be ignored";

  auto packed = request("INVITE", "a");
  packed.set_body("application/sdp", "x");
  packed.add(Field::content_encoding, "gzip");
  EXPECT_EQ(extra(*find_refusal_in_dialog(packed), Field::accept_encoding), "identity");

  auto sealed = request("INVITE", "a");
  sealed.set_body("application/pkcs7-mime;smime-type=enveloped-data", "x");
  EXPECT_EQ(find_refusal_in_dialog(sealed)->status, 493);
}

TEST(RequestCheck, AResponseCarriesTheAnswersFields) {
  const auto response =
      make_response(request("INFO"), Answer{405, "why", {{Field::allow, "ACK"}}}, "a");
  EXPECT_EQ(response.status(), 405);
  EXPECT_EQ(response.to_tag(), "a");
  EXPECT_EQ(response.field(Field::allow), "ACK");
}

TEST(RequestCheck, AbilitiesAreToldAsTheyAre) {
  auto response = sip::Message::response(200);
  add_abilities(response);
  EXPECT_EQ(response.field(Field::allow), kAllow);
  EXPECT_EQ(response.field(Field::accept).value_or("").find("application/sdp"), 0U);
  EXPECT_EQ(response.field(Field::supported), sip::supported_value(abilities()));
  EXPECT_EQ(response.field(Field::accept_encoding), "identity");
}

}  // namespace
}  // namespace godwit::ua
