// SPDX-License-Identifier: Apache-2.0
#include "ua/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"
#include "ua/abilities.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using test::far_sdp;
using namespace std::chrono_literals;

class EngineTest : public ::testing::Test {
 protected:
  explicit EngineTest(UserAgentOptions options = EngineBench::without_keep_alives())
      : bench_(std::move(options)) {
    account_ = *bench_.engine.add_account(
        {.address_of_record = "sip:alice@core.test", .password = "secret"}, bench_.now);
  }
  void register_account() {
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
    const auto request = bench_.next_request("REGISTER");
    ASSERT_TRUE(request);
    bench_.answer(*request, 200);
  }
  /// Calls bob, who answers at 10.8.0.1 and takes `allow`.
  void call_up(std::string_view allow = "INVITE, ACK, BYE, UPDATE") {
    call_ = *bench_.engine.dial(account_, "bob", {}, bench_.now);
    bench_.drain();
    bench_.route("10.8.0.1", "10.1.0.2");
    const auto invite = bench_.next_request("INVITE");
    ASSERT_TRUE(invite);
    bench_.answer(*invite, 200, [&](sip::Message& response) {
      response.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
      response.add(sip::Field::record_route, "<sip:core.test;lr>");
      response.add(sip::Field::allow, allow);
      response.set_body("application/sdp", far_sdp("10.8.0.1"));
    });
    ASSERT_TRUE(bench_.next_request("ACK"));
  }
  void hear(PathId path) {
    bench_.feed(
        MediaReport{*bench_.engine.media_of(call_), media::FirstPacketReceived{path, bench_.now}, {}});
    bench_.feed(MediaReport{*bench_.engine.media_of(call_), media::FirstPacketSent{path, bench_.now}, {}});
  }
  /// Wi-Fi's address goes, another network's comes.
  void move_to(const std::string& address) {
    bench_.remove_addresses();
    bench_.routes.clear();
    bench_.observe();
    bench_.add_address(address, 3);
    bench_.route("10.9.0.1", address);
    bench_.route("10.8.0.1", address);
    bench_.observe();
  }

  EngineBench bench_;
  AccountId account_;
  CallId call_;
};

TEST_F(EngineTest, RegistersWithTheFlowsOwnAddressAsContact) {
  register_account();
  const auto events = bench_.events_of<RegistrationChanged>();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].state, RegistrationState::registered);
  EXPECT_EQ(events[1].contact, "sip:alice@10.1.0.2:5070");
}

TEST_F(EngineTest, AnswersAChallengeOnceAndTellsOfAWrongPassword) {
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  const auto challenge = [](sip::Message& response) {
    response.add(sip::Field::www_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  };
  const auto first = bench_.next_request("REGISTER");
  EXPECT_FALSE(first->message.field(sip::Field::authorization));
  bench_.answer(*first, 401, challenge);
  const auto second = bench_.next_request("REGISTER");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->message.field(sip::Field::authorization));
  bench_.answer(*second, 401, challenge);
  EXPECT_FALSE(bench_.next_request("REGISTER"));
  EXPECT_EQ(bench_.events_of<RegistrationChanged>().back().state, RegistrationState::failed);
  EXPECT_EQ(bench_.events_of<RegistrationChanged>().back().status, 401);
}

TEST_F(EngineTest, RefreshesTheBindingBeforeItEnds) {
  register_account();
  bench_.advance(239s);
  EXPECT_FALSE(bench_.next_request("REGISTER"));
  bench_.advance(2s);
  EXPECT_TRUE(bench_.next_request("REGISTER"));
}

TEST_F(EngineTest, MovesWithOneUpdateAndOneRegisterThatRemovesTheOldBinding) {
  register_account();
  call_up();
  hear(PathId{1});
  bench_.sent.clear();
  move_to("10.2.0.2");

  ASSERT_EQ(bench_.sent.size(), 2U) << "one request for the call, one for the registration";
  const auto update = bench_.next_request("UPDATE");
  ASSERT_TRUE(update);
  EXPECT_EQ(net::to_string(update->local), "10.2.0.2:5070");
  EXPECT_THAT(std::string(update->message.body()), ::testing::HasSubstr("c=IN IP4 10.2.0.2"));
  const auto request = bench_.next_request("REGISTER");
  ASSERT_TRUE(request);
  const auto contacts = request->message.values(sip::Field::contact);
  ASSERT_EQ(contacts.size(), 2U);
  EXPECT_EQ(contacts[0], "<sip:alice@10.2.0.2:5070>;expires=300");
  EXPECT_EQ(contacts[1], "<sip:alice@10.1.0.2:5070>;expires=0");
  EXPECT_FALSE(bench_.next_sent());
}

TEST_F(EngineTest, IsReconnectedOnlyWhenHeardOnTheNewPath) {
  register_account();
  call_up();
  hear(PathId{1});
  move_to("10.2.0.2");
  EXPECT_EQ(bench_.events_of<Reconnecting>().size(), 1U);
  const auto update = bench_.next_request("UPDATE");
  bench_.answer(*update, 200, [](sip::Message& response) {
    response.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
    response.set_body("application/sdp", far_sdp("10.8.0.1", 50000, 2));
  });
  hear(PathId{1});
  EXPECT_TRUE(bench_.events_of<Reconnected>().empty());
  hear(PathId{2});
  ASSERT_EQ(bench_.events_of<Reconnected>().size(), 1U);
  EXPECT_EQ(bench_.events_of<Reconnected>()[0].report.from, "10.1.0.2:5070");
  EXPECT_EQ(bench_.events_of<Reconnected>()[0].report.to, "10.2.0.2:5070");
}

// RFC 3261 §12.2.1.2: a peer that has moved too says so in its answer.
TEST_F(EngineTest, TheAnswerToARefreshNamesWhereTheNextRequestGoes) {
  register_account();
  call_up();
  move_to("10.2.0.2");
  bench_.answer(*bench_.next_request("UPDATE"), 200, [](sip::Message& response) {
    response.add(sip::Field::contact, "<sip:bob@10.8.0.7:5062>");
    response.set_body("application/sdp", far_sdp("10.8.0.7", 50000, 2));
  });
  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  const auto bye = bench_.next_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->message.uri(), "sip:bob@10.8.0.7:5062");
}

TEST_F(EngineTest, TheReportTellsWhenTheBindingWasRenewed) {
  register_account();
  call_up();
  hear(PathId{1});
  move_to("10.2.0.2");
  const auto update = bench_.next_request("UPDATE");
  const auto renewal = bench_.next_request("REGISTER");
  bench_.now += 40ms;
  bench_.answer(*renewal, 200);
  bench_.now += 20ms;
  bench_.answer(*update, 200, [](sip::Message& response) {
    response.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
    response.set_body("application/sdp", far_sdp("10.8.0.1", 50000, 2));
  });
  hear(PathId{2});
  ASSERT_EQ(bench_.events_of<Reconnected>().size(), 1U);
  EXPECT_EQ(bench_.events_of<Reconnected>()[0].report.registered, 40ms);
  EXPECT_EQ(bench_.events_of<Reconnected>()[0].report.refresh_answered, 60ms);
}

// Such an answer is no way for sound: a new INVITE lets the peer start over in the family we have.
TEST_F(EngineTest, ACallAnsweredInTheFamilyThatIsGoneIsDialledAgain) {
  bench_.names["core.test"].push_back(*net::IpAddress::parse("2001:db8:9::1"));
  register_account();
  call_up();
  hear(PathId{1});
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.add_address("2001:db8:2::2", 3);
  bench_.route("2001:db8:9::1", "2001:db8:2::2");
  bench_.observe();
  const auto update = bench_.next_request("UPDATE");
  ASSERT_TRUE(update);
  bench_.answer(*update, 200, [](sip::Message& response) {
    response.add(sip::Field::contact, "<sip:bob@10.8.0.1:5060>");
    response.set_body("application/sdp", far_sdp("10.8.0.1", 50000, 2));
  });
  const auto again = bench_.next_request("INVITE");
  ASSERT_TRUE(again);
  EXPECT_NE(again->message.call_id(), update->message.call_id());
  EXPECT_TRUE(bench_.events_of<Dropped>().empty());
}

TEST_F(EngineTest, UsesReInviteWhenThePeerDoesNotTakeUpdate) {
  call_up("INVITE, ACK, BYE");
  hear(PathId{1});
  bench_.sent.clear();
  move_to("10.2.0.2");
  const auto invite = bench_.next_request("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_FALSE(invite->message.to_tag().empty());
  EXPECT_EQ(invite->message.values(sip::Field::route).at(0), "<sip:core.test;lr>");
}

TEST_F(EngineTest, UsesReInviteWhenUpdateIsRefused) {
  call_up();
  hear(PathId{1});
  bench_.sent.clear();
  move_to("10.2.0.2");
  bench_.answer(*bench_.next_request("UPDATE"), 501);
  EXPECT_TRUE(bench_.next_request("INVITE"));
}

TEST_F(EngineTest, KeepsACallThroughAGapAndSaysNothingWhenTheSameAddressReturns) {
  call_up();
  hear(PathId{1});
  bench_.sent.clear();
  bench_.remove_addresses();
  const auto routes = std::exchange(bench_.routes, {});
  bench_.observe();
  EXPECT_EQ(bench_.events_of<Reconnecting>().size(), 1U);
  bench_.advance(2s);
  bench_.add_address("10.1.0.2", 2);
  bench_.routes = routes;
  bench_.observe();
  EXPECT_FALSE(bench_.next_request("UPDATE"));
  bench_.advance(20ms);
  hear(PathId{1});
  EXPECT_EQ(bench_.events_of<Reconnected>().size(), 1U);
}

TEST_F(EngineTest, DropsACallThatFindsNoWayWithinTheGapLimit) {
  call_up();
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.advance(59s);
  EXPECT_TRUE(bench_.events_of<CallEnded>().empty());
  bench_.advance(2s);
  EXPECT_EQ(bench_.events_of<Dropped>().size(), 1U);
  EXPECT_EQ(bench_.events_of<CallEnded>().size(), 1U);
}

TEST_F(EngineTest, CancelsACallThatIsHungUpWhileItRings) {
  const auto call = *bench_.engine.dial(account_, "bob", {}, bench_.now);
  bench_.drain();
  const auto invite = bench_.next_request("INVITE");
  bench_.answer(*invite, 180);
  ASSERT_TRUE(bench_.engine.hang_up(call, bench_.now));
  bench_.drain();
  EXPECT_TRUE(bench_.next_request("CANCEL"));
  EXPECT_EQ(bench_.events_of<CallEnded>().size(), 1U);
  bench_.answer(*invite, 200, [](sip::Message& response) {
    response.add(sip::Field::contact, "<sip:bob@10.9.0.1:5060>");
  });
  EXPECT_TRUE(bench_.next_request("ACK")) << "a 2xx that crossed the CANCEL is acknowledged";
  EXPECT_TRUE(bench_.next_request("BYE")) << "and ended";
  EXPECT_EQ(bench_.events_of<CallEnded>().size(), 1U);
}

TEST_F(EngineTest, TellsABusyPeerApart) {
  static_cast<void>(bench_.engine.dial(account_, "bob", {}, bench_.now));
  bench_.drain();
  bench_.answer(*bench_.next_request("INVITE"), 486);
  const auto ended = bench_.events_of<CallEnded>();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].status, 486);
  EXPECT_EQ(ended[0].who, Who::peer);
}

TEST_F(EngineTest, EndsACallToAnUnknownNameWithTheReason) {
  const auto other =
      *bench_.engine.add_account({.address_of_record = "sip:alice@nowhere.test"}, bench_.now);
  static_cast<void>(bench_.engine.dial(other, "bob", {}, bench_.now));
  bench_.drain();
  const auto ended = bench_.events_of<CallEnded>();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].who, Who::network);
  EXPECT_THAT(ended[0].reason, ::testing::HasSubstr("nowhere.test"));
}

TEST_F(EngineTest, RefusesArgumentsOutOfRange) {
  EXPECT_EQ(bench_.engine.start_registration(account_, 1s, bench_.now).error().code,
            Errc::invalid_argument);
  EXPECT_EQ(bench_.engine.dial(AccountId{9}, "bob", {}, bench_.now).error().code,
            Errc::no_such_account);
  EXPECT_EQ(bench_.engine.hang_up(CallId{9}, bench_.now).error().code, Errc::no_such_call);
  CallOptions no_codec;
  no_codec.codecs = {"telephone-event"};
  EXPECT_EQ(bench_.engine.dial(account_, "bob", no_codec, bench_.now).error().code,
            Errc::invalid_argument);
}

/// Requests that come from the core, out of any dialog and inside one.
class EngineRequestTest : public EngineTest {
 protected:
  explicit EngineRequestTest(UserAgentOptions options = EngineBench::without_keep_alives())
      : EngineTest(std::move(options)) {
    register_account();
  }

  sip::Message request(std::string_view method) {
    auto request = sip::Message::request(method, "sip:alice@10.1.0.2:5070");
    const std::string branch = "z9hG4bK" + std::to_string(++branch_);
    request.add(sip::Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=" + branch);
    request.add(sip::Field::from, "<sip:core@core.test>;tag=1");
    request.add(sip::Field::to, "<sip:alice@core.test>");
    request.add(sip::Field::call_id, "ask-" + branch);
    request.add(sip::Field::cseq, "1 " + std::string(method));
    request.add(sip::Field::contact, "<sip:core@10.9.0.1>");
    return request;
  }
  /// A request of the peer of the call that we have begun.
  sip::Message request_in_call(std::string_view method) {
    auto request = this->request(method);
    request.set(sip::Field::from, "<sip:bob@core.test>;tag=far-tag");
    request.set(sip::Field::to, std::string(*invite_.field(sip::Field::from)));
    request.set(sip::Field::call_id, std::string(invite_.call_id()));
    request.set(sip::Field::cseq, std::to_string(branch_) + ' ' + std::string(method));
    return request;
  }
  /// What the request, as `bytes`, is answered first.
  std::optional<sip::Message> ask(const std::string& bytes) {
    bench_.sent.clear();
    bench_.receive(at(), bytes);
    auto sent = bench_.next_sent();
    return sent ? std::optional(std::move(sent->message)) : std::nullopt;
  }
  std::optional<sip::Message> ask(const sip::Message& message) { return ask(message.write()); }
  int status_of(const sip::Message& message) {
    const auto answer = ask(message);
    return answer ? answer->status() : 0;
  }
  EngineBench::Sent at() const {
    return {bench_.sockets.begin()->second,
            {*net::IpAddress::parse("10.9.0.1"), 5060},
            sip::Message::request("OPTIONS", "sip:x")};
  }
  void call_and_keep_the_invite() {
    call_ = *bench_.engine.dial(account_, "bob", {}, bench_.now);
    bench_.drain();
    const auto invite = bench_.next_request("INVITE");
    ASSERT_TRUE(invite);
    invite_ = invite->message;
    bench_.answer(*invite, 200, [&](sip::Message& response) {
      response.add(sip::Field::contact, "<sip:bob@10.9.0.1:5060>");
      response.set_body("multipart/mixed;boundary=x", in_two_parts(far_sdp("10.9.0.1")));
    });
    ASSERT_TRUE(bench_.next_request("ACK"));
  }
  static std::string in_two_parts(const std::string& sdp) {
    return "--x\r\nContent-Type: application/isup\r\nContent-Disposition: "
           "signal;handling=optional\r\n\r\n\x01\r\n--x\r\nContent-Type: "
           "application/sdp\r\n\r\n" +
           sdp + "\r\n--x--\r\n";
  }

  sip::Message invite_ = sip::Message::request("INVITE", "sip:x");
  int branch_ = 0;
};

TEST_F(EngineRequestTest, OptionsTellWhatTheEngineCanDo) {
  const auto answer = ask(request("OPTIONS"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->field(sip::Field::allow), sip::allow_value(abilities()));
  EXPECT_THAT(std::string(answer->field(sip::Field::accept).value_or("")),
              ::testing::HasSubstr("application/sdp"));
}

class EngineCallLimitTest : public EngineRequestTest {
 protected:
  EngineCallLimitTest() : EngineRequestTest(two_calls()) {}
  static UserAgentOptions two_calls() {
    auto options = EngineBench::without_keep_alives();
    options.call_limit = 2;
    return options;
  }
};

TEST_F(EngineCallLimitTest, WhoCallsBeyondItIsToldThatWeAreBusy) {
  call_up();
  EXPECT_EQ(status_of(request("OPTIONS")), 200);
  EXPECT_EQ(status_of(request("INVITE")), 180) << "the second one";
  EXPECT_EQ(status_of(request("INVITE")), 486);
  EXPECT_EQ(status_of(request("OPTIONS")), 486) << "what an INVITE would be answered now";
  EXPECT_TRUE(bench_.engine.dial(account_, "carol", {}, bench_.now)) << "we may go on calling";
}

TEST_F(EngineRequestTest, WhatItDoesNotDoIsRefusedWithWhatItDoes) {
  const auto answer = ask(request("PUBLISH"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 405);
  EXPECT_TRUE(answer->field(sip::Field::allow));
  EXPECT_EQ(status_of(request("INFO")), 481) << "nothing without a call";
  EXPECT_EQ(status_of(request("WHISTLE")), 501);
  EXPECT_EQ(status_of(request("BYE")), 481);
  auto unknown = request("INVITE");
  unknown.set_uri("sip:nobody@10.1.0.2:5070");
  EXPECT_EQ(status_of(unknown), 404);
}

TEST_F(EngineRequestTest, AnInviteThatCannotBeTakenNeverReachesTheUser) {
  auto wants = request("INVITE");
  wants.add(sip::Field::require, "x-unheard-of");
  EXPECT_EQ(status_of(wants), 420);
  auto text = request("INVITE");
  text.set_body("text/plain", "hello");
  EXPECT_EQ(status_of(text), 415);
  auto other = request("INVITE");
  other.set_uri("tel:+4930123456");
  EXPECT_EQ(status_of(other), 416);
  auto bad = request("INVITE");
  bad.set(sip::Field::contact, "<sip:core@10.9.0.1");
  EXPECT_EQ(status_of(bad), 400);
  EXPECT_TRUE(bench_.events_of<IncomingCall>().empty());
}

TEST_F(EngineRequestTest, WhatDoesNotReadIsAnsweredOnceAndWithoutATransaction) {
  auto wrong = request("INVITE");
  wrong.set(sip::Field::cseq, "1 BYE");
  const auto answer = ask(wrong);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 400);
  EXPECT_FALSE(answer->to_tag().empty());
  bench_.advance(40s);
  EXPECT_FALSE(bench_.next_sent());
  ASSERT_FALSE(bench_.logged.empty());
  EXPECT_EQ(bench_.logged.back().level, LogLevel::debug);
  EXPECT_THAT(bench_.logged.back().message, ::testing::HasSubstr("answered 400: CSeq: "));

  const std::string good = request("OPTIONS").write();
  const auto line = good.find('\r');
  EXPECT_EQ(ask("OPTIONS sip:alice@10.1.0.2:5070 SIP/3.0" + good.substr(line))->status(), 505);
  EXPECT_FALSE(ask("hello"));
  auto ack = request("ACK");
  ack.set(sip::Field::cseq, "1 BYE");
  EXPECT_FALSE(ask(ack));
}

TEST_F(EngineRequestTest, AnAnswerInABodyOfSeveralPartsBringsTheCallUp) {
  call_and_keep_the_invite();
  EXPECT_EQ(bench_.events_of<CallAnswered>().size(), 1U);
}

TEST_F(EngineRequestTest, AnOfferInABodyOfSeveralPartsRings) {
  auto invite = request("INVITE");
  bench_.route("10.9.0.1", "10.1.0.2");
  invite.set_body("multipart/mixed;boundary=x", in_two_parts(far_sdp("10.9.0.1")));
  EXPECT_EQ(status_of(invite), 180);
  EXPECT_EQ(bench_.events_of<IncomingCall>().size(), 1U);
}

TEST_F(EngineRequestTest, RefusalsInsideACallLeaveItUp) {
  call_and_keep_the_invite();
  auto wants = request_in_call("UPDATE");
  wants.add(sip::Field::require, "nothing-known");
  EXPECT_EQ(status_of(wants), 420);
  auto text = request_in_call("UPDATE");
  text.set_body("text/plain", "hello");
  EXPECT_EQ(status_of(text), 415);
  EXPECT_EQ(status_of(request_in_call("PUBLISH")), 405);
  EXPECT_EQ(status_of(request_in_call("WHISTLE")), 501);
  EXPECT_TRUE(bench_.events_of<CallEnded>().empty());

  auto update = request_in_call("UPDATE");
  update.set_body("multipart/mixed;boundary=x", in_two_parts(far_sdp("10.9.0.1", 50002, 2)));
  const auto taken = ask(update);
  EXPECT_EQ(taken->status(), 200);
  EXPECT_EQ(taken->content_type(), "application/sdp");
  EXPECT_EQ(status_of(request_in_call("BYE")), 200);
  EXPECT_EQ(bench_.events_of<CallEnded>().size(), 1U);
}

TEST_F(EngineTest, TheNextNonceThatTheServerGivesIsUsed) {
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  bench_.answer(*bench_.next_request("REGISTER"), 401, [](sip::Message& response) {
    response.add(sip::Field::www_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  });
  bench_.answer(*bench_.next_request("REGISTER"), 200, [](sip::Message& response) {
    response.add(sip::Field::authentication_info, R"(nextnonce="n2")");
  });
  bench_.advance(241s);
  const auto refresh = bench_.next_request("REGISTER");
  ASSERT_TRUE(refresh);
  EXPECT_THAT(std::string(refresh->message.field(sip::Field::authorization).value_or("")),
              ::testing::HasSubstr("nonce=\"n2\""));
}

TEST_F(EngineTest, AServerThatDoesNotKnowThePasswordIsWarnedOf) {
  ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
  bench_.drain();
  bench_.answer(*bench_.next_request("REGISTER"), 401, [](sip::Message& response) {
    response.add(sip::Field::www_authenticate,
                 R"(Digest realm="core.test", nonce="n1", algorithm=MD5, qop="auth")");
  });
  bench_.logged.clear();
  bench_.answer(*bench_.next_request("REGISTER"), 200, [](sip::Message& response) {
    response.add(sip::Field::authentication_info,
                 R"(nextnonce="n2", qop=auth, rspauth="00000000000000000000000000000000")");
  });
  ASSERT_FALSE(bench_.logged.empty());
  EXPECT_EQ(bench_.logged[0].level, LogLevel::warning);
  EXPECT_THAT(bench_.logged[0].message, ::testing::HasSubstr("knows the password"));
}

TEST_F(EngineTest, CallsWhatPeopleType) {
  const std::pair<const char*, const char*> kRows[] = {
      {"bob", "sip:bob@core.test"},
      {"+49 (30) 123-456", "sip:+4930123456@core.test;user=phone"},
      {"Bob <sip:bob@core.test>", "sip:bob@core.test"},
      {"sip:bob@core.test?subject=x", "sip:bob@core.test"},
  };
  for (const auto& [typed, called] : kRows) {
    ASSERT_TRUE(bench_.engine.dial(account_, typed, {}, bench_.now)) << typed;
    bench_.drain();
    const auto invite = bench_.next_request("INVITE");
    ASSERT_TRUE(invite) << typed;
    EXPECT_EQ(invite->message.uri(), called) << typed;
  }
  ASSERT_EQ(bench_.logged.size(), 1U) << "of what stood behind the question mark";
  EXPECT_EQ(bench_.logged[0].level, LogLevel::warning);
  EXPECT_THAT(bench_.logged[0].message, ::testing::HasSubstr("\"?\""));
  const auto refused = bench_.engine.dial(account_, "bob smith", {}, bench_.now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_THAT(refused.error().detail, ::testing::HasSubstr("target: "));
  EXPECT_TRUE(bench_.engine.query_options("core.test", bench_.now));
  EXPECT_FALSE(bench_.engine.query_options("", bench_.now));
}

TEST_F(EngineTest, T41_QueryLeavesAServerAloneForAsLongAsItAsksAndNoLonger) {
  bench_.names["two.test"] = {*net::IpAddress::parse("2001:db8::1"),
                              *net::IpAddress::parse("10.9.0.2")};
  bench_.add_address("2001:db8::2", 3);
  bench_.route("2001:db8::1", "2001:db8::2");
  bench_.route("10.9.0.2", "10.1.0.2");
  const auto ask = [&](const std::string& target) {
    EXPECT_TRUE(bench_.engine.query_options(target, bench_.now));
    bench_.drain();
    return bench_.next_request("OPTIONS");
  };
  bench_.answer(*ask("two.test"), 483);  // the probe
  bench_.answer(*bench_.next_request("OPTIONS"), 503, [](sip::Message& response) {
    response.add(sip::Field::retry_after, "5 (restarting)");
  });
  bench_.answer(*bench_.next_request("OPTIONS"), 200);
  ASSERT_EQ(bench_.events_of<OptionsAnswered>().size(), 1U);

  const auto elsewhere = ask("sip:two.test;transport=udp");
  EXPECT_EQ(elsewhere->to.address.family(), net::Family::v4);
  bench_.answer(*elsewhere, 200);
  bench_.advance(6s);
  EXPECT_EQ(ask("sip:two.test:5060")->to.address.family(), net::Family::v6);
}

}  // namespace
}  // namespace godwit::ua
