// SPDX-License-Identifier: Apache-2.0
#include "ua/told_by_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::ua {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using sip::Field;

IncomingCall told(const sip::Message& invite, Source source = Source::own_server) {
  IncomingCall call;
  call.from = "\"Bob\" <sip:bob@example.org>";
  tell_of_caller(invite, source, call);
  return call;
}

sip::Message invite_with(Field field, std::initializer_list<std::string> values) {
  auto invite = sip::Message::request("INVITE", "sip:alice@example.org");
  for (const auto& value : values) invite.add(field, value);
  return invite;
}

TEST(ToldByPeer, SubjectAndTheWayACallTookAreTold) {
  auto invite = invite_with(Field::subject, {"Lunch today"});
  invite.add(Field::diversion, "<sip:newest@example.org>;reason=no-answer");
  invite.add(Field::diversion, "<sip:first@example.org>;reason=unconditional");
  invite.add(Field::history_info,
             "<sip:first@example.org>;index=1, <sip:newest@example.org>;index=1.1;rc=1");
  const auto call = told(invite);
  EXPECT_EQ(call.subject, "Lunch today");
  EXPECT_THAT(call.diversion, ElementsAre("<sip:newest@example.org>;reason=no-answer",
                                          "<sip:first@example.org>;reason=unconditional"));
  EXPECT_THAT(call.history, ElementsAre("<sip:first@example.org>;index=1",
                                        "<sip:newest@example.org>;index=1.1;rc=1"));
}

TEST(ToldByPeer, NobodyButTheOwnServerAssertsAnIdentity) {
  const auto invite = invite_with(Field::p_asserted_identity,
                                  {"\"Boss\" <sip:boss@example.org>, <tel:+4930123>"});
  EXPECT_EQ(told(invite).asserted_identity, "\"Boss\" <sip:boss@example.org>");
  EXPECT_EQ(told(invite, Source::anybody).asserted_identity, "");
  EXPECT_EQ(told(invite_with(Field::p_asserted_identity, {"<tel:+4930123>"})).asserted_identity,
            "<tel:+4930123>");
  EXPECT_EQ(told(invite_with(Field::p_asserted_identity, {"<<<"})).asserted_identity, "");
}

TEST(ToldByPeer, ControlCharactersAndWhatIsNoTextAreTakenOut) {
  const auto call = told(invite_with(Field::subject, {"a\x1b[31mred\x07 \xff\xc2\x9b"}));
  EXPECT_EQ(call.subject, "a [31mred  \xEF\xBF\xBD");
}

TEST(ToldByPeer, OnlySoMuchIsTold) {
  const auto subject_of = [](std::size_t size) {
    return told(invite_with(Field::subject, {std::string(size, 's')})).subject.size();
  };
  EXPECT_EQ(subject_of(limits::kToldBytes), limits::kToldBytes);
  EXPECT_EQ(subject_of(limits::kToldBytes + 1), limits::kToldBytes);
  EXPECT_EQ(subject_of(10 * limits::kToldBytes), limits::kToldBytes);
  std::string umlauts = "x";
  for (std::size_t i = 0; i < limits::kToldBytes; ++i) umlauts += "\xC3\xBC";
  EXPECT_EQ(told(invite_with(Field::subject, {umlauts})).subject.size(), limits::kToldBytes - 1)
      << "no character is cut in two";

  const auto entries_of = [](std::size_t count) {
    auto invite = sip::Message::request("INVITE", "sip:alice@example.org");
    for (std::size_t i = 0; i < count; ++i) invite.add(Field::diversion, "<sip:a@example.org>");
    return told(invite).diversion.size();
  };
  EXPECT_EQ(entries_of(limits::kToldEntries), limits::kToldEntries);
  EXPECT_EQ(entries_of(limits::kToldEntries + 1), limits::kToldEntries);
  EXPECT_EQ(entries_of(10 * limits::kToldEntries), limits::kToldEntries);
}

TEST(ToldByPeer, AnInviteThatSaysNothingTellsNothing) {
  const auto call = told(sip::Message::request("INVITE", "sip:alice@example.org"));
  EXPECT_THAT(call.subject, IsEmpty());
  EXPECT_THAT(call.diversion, SizeIs(0));
  EXPECT_THAT(call.history, SizeIs(0));
}

TEST(ToldByPeer, AReasonIsASentence) {  // RFC 3326
  const auto told_of = [](const char* value) {
    return told_reason(invite_with(Field::reason, {value}));
  };
  EXPECT_EQ(told_of("Q.850;cause=16;text=\"Normal call clearing\""),
            "Normal call clearing (Q.850 16)");
  EXPECT_EQ(told_of("SIP;cause=200;text=\"Call completed elsewhere\""),
            "Call completed elsewhere (SIP 200)");
  EXPECT_EQ(told_of("SIP;cause=486"), "SIP 486");
  EXPECT_EQ(told_of("Q.850;cause=17, SIP;cause=486"), "Q.850 17");
  EXPECT_EQ(told_of("Q.850;text=\"a\x07" "b\""), "a b (Q.850)");
  EXPECT_EQ(told_of(";;"), "");
  EXPECT_EQ(told_reason(sip::Message::request("BYE", "sip:a@example.org")), "");
  EXPECT_EQ(ended_by_peer("hung up", invite_with(Field::reason, {"SIP;cause=486"})),
            "hung up: SIP 486");
  EXPECT_EQ(ended_by_peer("hung up", sip::Message::request("BYE", "sip:a@example.org")), "hung up");
}

}  // namespace
}  // namespace godwit::ua
