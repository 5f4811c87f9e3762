// SPDX-License-Identifier: Apache-2.0
#include "ua/watchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using sip::Field;
using test::EngineBench;
using test::far_sdp;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string text(const sip::Message& message, Field field) {
  return std::string(message.field(field).value_or(""));
}

/// Alice's engine; Bob watches her calls by way of her server, both played by the test.
class WatchersTest : public ::testing::Test {
 protected:
  WatchersTest() { add_account({"bob", "sip:carol@other.test"}); }
  void add_account(std::vector<std::string> watchers) {
    AccountOptions options;
    options.address_of_record = "sip:alice@core.test";
    options.password = "secret";
    options.dialog_watchers = std::move(watchers);
    account_ = *bench_.engine.add_account(options, bench_.now);
    ASSERT_TRUE(bench_.engine.start_registration(account_, 600s, bench_.now));
    bench_.drain();
    server_ = *bench_.next_request("REGISTER");
    accept_registration(server_);
  }
  void accept_registration(const EngineBench::Sent& sent) {
    bench_.answer(sent, 200, [&](sip::Message& ok) {
      ok.add(Field::contact, text(sent.message, Field::contact) + ";expires=600");
    });
  }
  void replace_account(std::vector<std::string> watchers) {
    ASSERT_TRUE(bench_.engine.remove_account(account_, bench_.now));
    bench_.drain();
    bench_.sent.clear();
    add_account(std::move(watchers));
  }
  sip::Message subscribe(const std::string& expires = "600", int number = 1) {
    auto message = sip::Message::request("SUBSCRIBE", "sip:alice@10.1.0.2:5070");
    message.add(Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKs" + std::to_string(++branch_));
    message.add(Field::max_forwards, "70");
    message.add(Field::from, "<sip:bob@core.test>;tag=bobs");
    message.add(Field::to, tag_.empty() ? "<sip:alice@core.test>" : "<sip:alice@core.test>;tag=" + tag_);
    message.add(Field::call_id, "watch-" + std::to_string(number));
    message.add(Field::cseq, std::to_string(++cseq_) + " SUBSCRIBE");
    message.add(Field::contact, "<sip:bob@10.9.0.1:5060>");
    message.add(Field::event, "dialog");
    if (!expires.empty()) message.add(Field::expires, expires);
    return message;
  }
  /// What it is answered.
  sip::Message ask(const sip::Message& message) {
    bench_.sent.clear();
    bench_.receive(server_, message);
    for (const auto& sent : bench_.sent) {
      if (!sent.message.is_request() && sent.message.cseq() == message.cseq()) return sent.message;
    }
    return sip::Message::response(699);
  }
  /// Bob subscribes, and is told what there is; 5 s later the next thing may be told.
  void watch(const std::string& event = "dialog") {
    auto request = subscribe();
    request.set(Field::event, event);
    const auto ok = ask(request);
    ASSERT_EQ(ok.status(), 200);
    tag_ = ok.to_tag();
    ASSERT_TRUE(told());
    bench_.advance(Watchers::kRest);
  }
  /// The next NOTIFY, which he takes; it may have to wait for the one before.
  std::optional<sip::Message> told(int status = 200) {
    auto notify = bench_.next_request("NOTIFY");
    if (!notify) {
      bench_.advance(Watchers::kRest);
      notify = bench_.next_request("NOTIFY");
    }
    if (!notify) return std::nullopt;
    bench_.answer(*notify, status);
    return notify->message;
  }
  std::string said() {
    const auto notify = told();
    return notify ? std::string(notify->body()) : std::string("nothing");
  }
  bool says_at_once() { return bench_.next_request("NOTIFY").has_value(); }
  /// Dave rings, and is declined or gives up.
  void ring_briefly(int number) {
    auto invite = sip::Message::request("INVITE", "sip:alice@10.1.0.2:5070");
    const auto branch = std::to_string(number);
    invite.add(Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKbrief" + branch);
    invite.add(Field::max_forwards, "70");
    invite.add(Field::from, "<sip:dave@core.test>;tag=daves");
    invite.add(Field::to, "<sip:alice@core.test>");
    invite.add(Field::call_id, "brief-" + branch);
    invite.add(Field::cseq, "1 INVITE");
    invite.add(Field::contact, "<sip:dave@10.9.0.1:5060>");
    invite.set_body("application/sdp", far_sdp("10.9.0.1"));
    bench_.receive(server_, invite);
    const auto call = bench_.events_of<IncomingCall>().back().call;
    ASSERT_TRUE(bench_.engine.decline(call, 603, bench_.now));
    bench_.drain();
  }
  EngineBench::Sent dial() {
    call_ = *bench_.engine.dial(account_, "dave", {}, bench_.now);
    bench_.drain();
    const auto all = bench_.sent;
    const auto invite = bench_.next_request("INVITE");
    bench_.sent = all;
    return *invite;
  }
  void respond(const EngineBench::Sent& invite, int status, const std::string& tag = "far-tag") {
    bench_.answer(invite, status, [&](sip::Message& response) {
      response.set(Field::to, text(invite.message, Field::to) + ";tag=" + tag);
      response.add(Field::contact, "<sip:dave@10.9.0.1:5060>");
      if (status == 200) response.set_body("application/sdp", far_sdp("10.9.0.1"));
    });
  }

  EngineBench bench_;
  AccountId account_;
  CallId call_;
  EngineBench::Sent server_{{}, {}, sip::Message::request("REGISTER", "sip:x")};
  std::string tag_;
  int branch_ = 0;
  int cseq_ = 0;
};

TEST_F(WatchersTest, NobodyIsToldWhereTheAccountNamesNobody) {
  replace_account({});
  const auto answer = ask(subscribe());
  EXPECT_EQ(answer.status(), 489);
  EXPECT_THAT(text(answer, Field::allow_events), Not(HasSubstr("dialog")));
  EXPECT_FALSE(bench_.next_request("NOTIFY"));
}

TEST_F(WatchersTest, OnlyWhoIsNamedAndComesByTheAccountsServerIsTold) {
  auto stranger = subscribe();
  stranger.set(Field::from, "<sip:eve@core.test>;tag=eves");
  EXPECT_EQ(ask(stranger).status(), 403);
  auto namesake = subscribe();
  namesake.set(Field::from, "<sip:bob@elsewhere.test>;tag=x");
  EXPECT_EQ(ask(namesake).status(), 403);
  auto liar = subscribe();
  liar.add(Field::p_asserted_identity, "<sip:eve@core.test>");
  EXPECT_EQ(ask(liar).status(), 403) << "the server knows better";
  EXPECT_FALSE(bench_.next_request("NOTIFY"));

  auto asserted = subscribe();
  asserted.set(Field::from, "<sip:anonymous@anonymous.invalid>;tag=x");
  asserted.add(Field::p_asserted_identity, "<sip:carol@other.test>");
  EXPECT_EQ(ask(asserted).status(), 200);

  bench_.route("10.7.0.1", "10.1.0.2");
  auto past_the_server = subscribe("600", 2);
  bench_.sent.clear();
  bench_.receive({server_.local, *net::SocketAddress::parse("10.7.0.1:5060"), {}}, past_the_server);
  EXPECT_EQ(bench_.sent.back().message.status(), 403);
}

TEST_F(WatchersTest, AStarMeansEverybodyThatTheServerLetsThrough) {
  replace_account({"*"});
  auto somebody = subscribe();
  somebody.set(Field::from, "<sip:eve@elsewhere.test>;tag=eves");
  EXPECT_EQ(ask(somebody).status(), 200);
}

TEST_F(WatchersTest, AnAddressThatDoesNotReadIsNoOption) {
  AccountOptions options;
  options.address_of_record = "sip:zoe@core.test";
  options.dialog_watchers = {"sip:@@"};
  const auto made = bench_.engine.add_account(options, bench_.now);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid_argument);
  EXPECT_THAT(made.error().detail, StartsWith("dialog_watchers: "));
}

TEST_F(WatchersTest, TellsEverythingAtOnce) {
  const auto ok = ask(subscribe());
  EXPECT_EQ(ok.status(), 200);
  EXPECT_EQ(text(ok, Field::expires), "600");
  EXPECT_EQ(text(ok, Field::contact), "<sip:alice@10.1.0.2:5070>");
  const auto notify = told();
  ASSERT_TRUE(notify);
  EXPECT_EQ(notify->uri(), "sip:bob@10.9.0.1:5060");
  EXPECT_EQ(text(*notify, Field::event), "dialog");
  EXPECT_EQ(text(*notify, Field::subscription_state), "active;expires=600");
  EXPECT_EQ(text(*notify, Field::content_type), "application/dialog-info+xml");
  EXPECT_EQ(text(*notify, Field::contact), "<sip:alice@10.1.0.2:5070>");
  EXPECT_THAT(std::string(notify->body()),
              AllOf(HasSubstr("version=\"0\" state=\"full\" entity=\"sip:alice@core.test\""),
                    Not(HasSubstr("<dialog "))));
}

TEST_F(WatchersTest, TellsEachStepOfACallThatWeMake) {
  watch();
  const auto invite = dial();
  const std::string id(invite.message.call_id());
  EXPECT_THAT(said(), AllOf(HasSubstr("version=\"1\" state=\"partial\""),
                            HasSubstr("call-id=\"" + id + '"'),
                            HasSubstr("direction=\"initiator\""), HasSubstr("<state>trying</state>"),
                            HasSubstr("<identity>sip:dave@core.test</identity>")));
  bench_.answer(invite, 180, [](sip::Message& ringing) { ringing.remove(Field::contact); });
  EXPECT_THAT(said(), HasSubstr("<state>proceeding</state>"));
  respond(invite, 183);
  EXPECT_THAT(said(), AllOf(HasSubstr("<state>early</state>"), HasSubstr("remote-tag=\"far-tag\"")));
  respond(invite, 200);
  EXPECT_THAT(said(), AllOf(HasSubstr("version=\"4\" state=\"partial\""),
                            HasSubstr("<state>confirmed</state>")));
  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  EXPECT_THAT(said(), AllOf(HasSubstr("<state event=\"local-bye\">terminated</state>"),
                            HasSubstr("call-id=\"" + id + '"')));
  EXPECT_EQ(said(), "nothing") << "that is told once";
}

TEST_F(WatchersTest, TellsWhyACallDidNotComeAbout) {
  watch();
  const auto busy = dial();
  EXPECT_THAT(said(), HasSubstr("trying"));
  bench_.answer(busy, 486);
  EXPECT_THAT(said(), HasSubstr("<state event=\"rejected\" code=\"486\">terminated</state>"));
  const auto given_up = dial();
  EXPECT_THAT(said(), HasSubstr("trying"));
  respond(given_up, 180);
  EXPECT_THAT(said(), HasSubstr("early"));
  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  EXPECT_THAT(said(), HasSubstr("<state event=\"cancelled\">terminated</state>"));
}

TEST_F(WatchersTest, TellsOfACallThatComesInAndIsDeclined) {
  watch();
  auto invite = sip::Message::request("INVITE", "sip:alice@10.1.0.2:5070");
  invite.add(Field::via, "SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKinvite");
  invite.add(Field::max_forwards, "70");
  invite.add(Field::from, "\"D\\\"<ave\" <sip:dave@core.test>;tag=daves");
  invite.add(Field::to, "<sip:alice@core.test>");
  invite.add(Field::call_id, "from<dave>");
  invite.add(Field::cseq, "1 INVITE");
  invite.add(Field::contact, "<sip:dave@10.9.0.1:5060>");
  invite.set_body("application/sdp", far_sdp("10.9.0.1"));
  bench_.sent.clear();
  bench_.receive(server_, invite);
  EXPECT_THAT(said(), AllOf(HasSubstr("direction=\"recipient\""), HasSubstr("<state>early</state>"),
                            HasSubstr("remote-tag=\"daves\""),
                            HasSubstr("call-id=\"from&lt;dave&gt;\""), HasSubstr("display=\"D&quot;&lt;ave\"")));
  ASSERT_TRUE(bench_.engine.decline(bench_.events_of<IncomingCall>().back().call, 603, bench_.now));
  bench_.drain();
  EXPECT_THAT(said(), HasSubstr("<state event=\"rejected\" code=\"603\">terminated</state>"));
}

TEST_F(WatchersTest, WhoComesLaterIsToldOfWhatIsThere) {
  const auto invite = dial();
  respond(invite, 200);
  ASSERT_EQ(ask(subscribe()).status(), 200);
  EXPECT_THAT(said(), AllOf(HasSubstr("version=\"0\" state=\"full\""), HasSubstr("confirmed")));
}

TEST_F(WatchersTest, WhileANotifyIsUnderWayTheRestWaits) {
  watch();
  const auto invite = dial();
  const auto first = bench_.next_request("NOTIFY");
  ASSERT_TRUE(first);
  respond(invite, 180);
  respond(invite, 200);
  EXPECT_FALSE(bench_.next_request("NOTIFY"));
  bench_.answer(*first, 200);
  EXPECT_THAT(said(), AllOf(HasSubstr("version=\"2\" state=\"partial\""), HasSubstr("confirmed")));
  EXPECT_EQ(said(), "nothing");
}

TEST_F(WatchersTest, IsToldAtMostOnceInFiveSeconds) {
  watch();
  const auto invite = dial();
  EXPECT_THAT(said(), HasSubstr("trying")) << "at once: nothing was said for long";
  respond(invite, 180);
  bench_.advance(1s);
  respond(invite, 200);
  bench_.advance(3999ms);
  EXPECT_FALSE(says_at_once());
  bench_.advance(1ms);
  const auto notify = bench_.next_request("NOTIFY");
  ASSERT_TRUE(notify);
  EXPECT_THAT(std::string(notify->message.body()),
              AllOf(HasSubstr("version=\"2\" state=\"partial\""), HasSubstr("confirmed"),
                    Not(HasSubstr("early"))));
  bench_.answer(*notify, 200);
  bench_.advance(30s);
  EXPECT_FALSE(says_at_once());
  EXPECT_GT(*bench_.engine.next_deadline(), bench_.now + 10s) << "no clock runs for nothing";
}

TEST_F(WatchersTest, WhatIsNotAboutADialogIsNotHeldBack) {
  watch();
  static_cast<void>(dial());
  ASSERT_TRUE(says_at_once());
  ASSERT_EQ(ask(subscribe()).status(), 200);
  auto notify = bench_.next_request("NOTIFY");
  ASSERT_TRUE(notify) << "the answer to a refresh";
  EXPECT_THAT(std::string(notify->message.body()), HasSubstr("state=\"full\""));
  bench_.answer(*notify, 200);
  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  EXPECT_FALSE(says_at_once());
  ASSERT_EQ(ask(subscribe("0")).status(), 200);
  notify = bench_.next_request("NOTIFY");
  ASSERT_TRUE(notify) << "the last one";
  EXPECT_EQ(text(notify->message, Field::subscription_state), "terminated;reason=timeout");
}

TEST_F(WatchersTest, AChangeOfNetworkTellsAtOnceWhatWasHeldBack) {
  watch();
  const auto invite = dial();
  EXPECT_THAT(said(), HasSubstr("trying"));
  respond(invite, 200);
  bench_.sent.clear();
  bench_.remove_addresses();
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  bench_.advance(3s);
  std::optional<EngineBench::Sent> notify;
  while (const auto sent = bench_.next_sent()) {
    if (sent->message.method_name() == "NOTIFY") notify = sent;
    if (sent->message.method_name() == "REGISTER") accept_registration(*sent);
  }
  ASSERT_TRUE(notify);
  EXPECT_EQ(net::to_string(notify->local.address), "10.2.0.2");
  EXPECT_THAT(std::string(notify->message.body()),
              AllOf(HasSubstr("state=\"full\""), HasSubstr("confirmed")));
}

TEST_F(WatchersTest, ACallThatComesAndGoesBetweenTwoNotifiesIsToldAllTheSame) {
  watch();
  static_cast<void>(dial());
  EXPECT_THAT(said(), HasSubstr("trying"));
  ring_briefly(1);
  EXPECT_FALSE(says_at_once());
  EXPECT_THAT(said(), AllOf(HasSubstr("call-id=\"brief-1\""),
                            HasSubstr("<state event=\"rejected\" code=\"603\">terminated</state>")));
  EXPECT_EQ(said(), "nothing") << "once";
}

TEST_F(WatchersTest, OfBriefCallsOnlySoManyAreTold) {
  for (std::size_t factor : {1, 10}) {
    tag_.clear();
    watch();
    const auto first = static_cast<int>(1000 * factor);
    ring_briefly(first);
    EXPECT_THAT(said(), HasSubstr("early"));
    EXPECT_THAT(said(), HasSubstr("terminated"));
    const auto all = static_cast<int>(factor * limits::kBriefDialogs + 2);
    for (int i = 1; i <= all; ++i) ring_briefly(first + i);
    const auto text = said();
    std::size_t told = 0;
    for (std::size_t at = 0; (at = text.find("<dialog ", at)) != std::string::npos; ++at) ++told;
    EXPECT_EQ(told, limits::kBriefDialogs);
    replace_account({"bob"});
  }
}

TEST_F(WatchersTest, WhoNamesADialogIsToldOfThatOneAlone) {
  const auto first = dial();
  respond(first, 200);
  const auto named = "dialog;call-id=\"" + std::string(first.message.call_id()) + "\";to-tag=" +
                     std::string(first.message.from_tag()) + ";from-tag=far-tag";
  auto request = subscribe();
  request.set(Field::event, named);
  ASSERT_EQ(ask(request).status(), 200);
  const auto notify = told();
  ASSERT_TRUE(notify);
  EXPECT_THAT(text(*notify, Field::event), HasSubstr(";to-tag="));
  EXPECT_THAT(std::string(notify->body()), HasSubstr("confirmed"));
  const auto first_call = call_;
  bench_.advance(Watchers::kRest);
  respond(dial(), 200);
  EXPECT_EQ(said(), "nothing") << "another call";
  ASSERT_TRUE(bench_.engine.hang_up(first_call, bench_.now));
  bench_.drain();
  EXPECT_THAT(said(), HasSubstr("<state event=\"local-bye\">terminated</state>"));
}

TEST_F(WatchersTest, WhoNamesALosingBranchOfAnInviteIsToldThatItIsOver) {
  const auto invite = dial();
  respond(invite, 180, "one");
  const auto of_ours = ";to-tag=" + std::string(invite.message.from_tag());
  watch("dialog;call-id=\"" + std::string(invite.message.call_id()) + '"' + of_ours +
        ";from-tag=one");
  respond(invite, 180, "two");
  EXPECT_EQ(said(), "nothing") << "both ring";
  respond(invite, 200, "two");
  EXPECT_THAT(said(), AllOf(HasSubstr("remote-tag=\"one\""),
                            HasSubstr("<state event=\"cancelled\">terminated</state>")));
  EXPECT_EQ(said(), "nothing");
}

TEST_F(WatchersTest, HalfANameIsNoneAndSessionDescriptionsAreNotTold) {
  auto half = subscribe();
  half.set(Field::event, "dialog;call-id=x");
  EXPECT_EQ(ask(half).status(), 400);
  respond(dial(), 200);
  auto curious = subscribe();
  curious.set(Field::event, "dialog;include-session-description");
  ASSERT_EQ(ask(curious).status(), 200);
  EXPECT_THAT(said(), AllOf(HasSubstr("confirmed"), Not(HasSubstr("session-description"))));
}

TEST_F(WatchersTest, ARefreshIsToldEverythingAgain) {
  watch();
  const auto ok = ask(subscribe(""));
  EXPECT_EQ(ok.status(), 200);
  EXPECT_EQ(text(ok, Field::expires), "3600") << "what the package has where nothing is asked for";
  EXPECT_THAT(said(), HasSubstr("version=\"1\" state=\"full\""));
  auto moved = subscribe();
  moved.set(Field::contact, "<sip:bob@10.9.0.1:5099>");
  EXPECT_EQ(ask(moved).status(), 200);
  const auto notify = told();
  ASSERT_TRUE(notify);
  EXPECT_EQ(notify->uri(), "sip:bob@10.9.0.1:5099");
}

TEST_F(WatchersTest, EndsWhenItIsAskedToAndWhenItsTimeIsUp) {
  watch();
  EXPECT_EQ(text(ask(subscribe("0")), Field::expires), "0");
  auto last = told();
  ASSERT_TRUE(last);
  EXPECT_EQ(text(*last, Field::subscription_state), "terminated;reason=timeout");
  EXPECT_EQ(ask(subscribe()).status(), 481) << "it is no more";
  tag_.clear();
  watch();
  bench_.sent.clear();
  bench_.advance(601s);
  last = told();
  ASSERT_TRUE(last);
  EXPECT_EQ(text(*last, Field::subscription_state), "terminated;reason=timeout");
  EXPECT_EQ(ask(subscribe()).status(), 481);
}

TEST_F(WatchersTest, IsFetchedOnceWithoutALifetime) {
  EXPECT_EQ(ask(subscribe("0")).status(), 200);
  const auto only = told();
  ASSERT_TRUE(only);
  EXPECT_EQ(text(*only, Field::subscription_state), "terminated;reason=timeout");
  EXPECT_THAT(std::string(only->body()), HasSubstr("state=\"full\""));
}

TEST_F(WatchersTest, RefusesWhatItCannotDo) {
  const auto brief = ask(subscribe("59"));
  EXPECT_EQ(brief.status(), 423);
  EXPECT_EQ(text(brief, Field::min_expires), "60");
  EXPECT_EQ(text(ask(subscribe("999999", 2)), Field::expires), "3600");
  auto other_type = subscribe("600", 3);
  other_type.add(Field::accept, "application/pidf+xml");
  EXPECT_EQ(ask(other_type).status(), 406);
  auto any_type = subscribe("600", 4);
  any_type.add(Field::accept, "application/*, text/plain");
  EXPECT_EQ(ask(any_type).status(), 200);
  auto nowhere = subscribe("600", 5);
  nowhere.remove(Field::contact);
  EXPECT_EQ(ask(nowhere).status(), 400);
}

TEST_F(WatchersTest, OutOfOrderAndForAnotherSubscriptionIsRefused) {
  watch();
  auto old = subscribe();
  old.set(Field::cseq, "1 SUBSCRIBE");
  EXPECT_EQ(ask(old).status(), 500);
  auto other = subscribe();
  other.set(Field::event, "dialog;id=7");
  EXPECT_EQ(ask(other).status(), 481);
}

TEST_F(WatchersTest, WhoDoesNotTakeANotifyIsToldNothingMore) {
  watch();
  static_cast<void>(dial());
  ASSERT_TRUE(told(481));
  ASSERT_TRUE(bench_.engine.hang_up(call_, bench_.now));
  bench_.drain();
  EXPECT_EQ(said(), "nothing");
  EXPECT_EQ(ask(subscribe()).status(), 481);
}

TEST_F(WatchersTest, FollowsTheNetwork) {
  watch();
  bench_.sent.clear();
  bench_.remove_addresses();
  bench_.routes.clear();
  bench_.observe();
  bench_.advance(5s);
  bench_.add_address("10.2.0.2", 3);
  bench_.route("10.9.0.1", "10.2.0.2");
  bench_.observe();
  bench_.advance(2s);
  std::optional<EngineBench::Sent> notify;
  while (const auto sent = bench_.next_sent()) {
    if (sent->message.method_name() == "NOTIFY") notify = sent;
    if (sent->message.method_name() == "REGISTER") accept_registration(*sent);
  }
  ASSERT_TRUE(notify);
  EXPECT_EQ(net::to_string(notify->local), "10.2.0.2:5070");
  EXPECT_EQ(text(notify->message, Field::contact), "<sip:alice@10.2.0.2:5070>");
  EXPECT_THAT(std::string(notify->message.body()), HasSubstr("state=\"full\""));
}

TEST_F(WatchersTest, AtTheEndEveryWatcherIsToldToComeBackLater) {
  watch();
  bench_.sent.clear();
  bench_.engine.shut_down(bench_.now);
  bench_.drain();
  EXPECT_FALSE(bench_.engine.idle());
  const auto all = bench_.sent;
  const auto last = told();
  ASSERT_TRUE(last);
  EXPECT_EQ(text(*last, Field::subscription_state), "terminated;reason=probation");
  tag_.clear();
  EXPECT_EQ(ask(subscribe()).status(), 480);
}

TEST_F(WatchersTest, StopsAtItsLimit) {
  for (std::size_t i = 0; i < limits::kWatchers; ++i) {
    ASSERT_EQ(ask(subscribe("600", static_cast<int>(i))).status(), 200) << i;
  }
  for (std::size_t i = 0; i < 9 * limits::kWatchers; ++i) {
    ASSERT_EQ(ask(subscribe("600", static_cast<int>(limits::kWatchers + i))).status(), 503);
  }
}

}  // namespace
}  // namespace godwit::ua
