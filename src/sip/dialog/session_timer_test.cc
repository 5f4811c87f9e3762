// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/session_timer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "support/fake_clock.h"

namespace godwit::sip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Use = SessionTimer::Use;
using Whom = SessionTimer::Refresher;

Message request(std::string_view supported = {}, std::string_view expires = {},
                std::string_view min_se = {}) {
  Message message = Message::request("INVITE", "sip:bob@example.com");
  message.add(Field::via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx");
  message.add(Field::cseq, "1 INVITE");
  if (!supported.empty()) message.add(Field::supported, supported);
  if (!expires.empty()) message.add(Field::session_expires, expires);
  if (!min_se.empty()) message.add(Field::min_se, min_se);
  return message;
}

Message response(int status, std::string_view expires = {}, std::string_view min_se = {}) {
  Message message = make_response(request(), status, "b");
  if (!expires.empty()) message.add(Field::session_expires, expires);
  if (!min_se.empty()) message.add(Field::min_se, min_se);
  return message;
}

std::string asked_by(const SessionTimer& timer) {
  Message message = request();
  timer.add_to_request(message);
  return std::string(message.field(Field::session_expires).value_or(""));
}

class SessionTimerTest : public ::testing::Test {
 protected:
  /// What a 2xx of ours says.
  std::string answered(SessionTimer& timer, const Message& asked) {
    Message ok = make_response(asked, 200, "b");
    timer.answer(asked, ok, clock_.now());
    required_ = ok.count(Field::require) != 0;
    return std::string(ok.field(Field::session_expires).value_or(""));
  }

  FakeClock clock_;
  bool required_ = false;
};

// RFC 4028 §7.1
TEST_F(SessionTimerTest, TheCallerAsksAsItsOptionsSay) {
  EXPECT_EQ(asked_by(SessionTimer({})), "1800");
  EXPECT_EQ(asked_by(SessionTimer({Use::supported, 90s, Whom::local})), "90;refresher=uac");
  EXPECT_EQ(asked_by(SessionTimer({Use::supported, 90s, Whom::remote})), "90;refresher=uas");
  EXPECT_EQ(asked_by(SessionTimer({Use::off, 90s, Whom::any})), "");
}

TEST_F(SessionTimerTest, ASessionThatNeedsItSaysSo) {
  Message message = request();
  SessionTimer({Use::required, 600s, Whom::any}).add_to_request(message);
  EXPECT_THAT(message.values(Field::require), ElementsAre("timer"));
}

// RFC 4028 §7.2
struct Granted {
  const char* field;
  bool running, refreshing;
};
void PrintTo(const Granted& row, std::ostream* out) {
  *out << (row.field[0] == '\0' ? "none" : row.field);
}
class GrantedTest : public ::testing::TestWithParam<Granted> {};
TEST_P(GrantedTest, The2xxSaysWhoRefreshes) {
  SessionTimer timer({});
  FakeClock clock;
  timer.on_accepted(response(200, GetParam().field), clock.now());
  EXPECT_EQ(timer.running(), GetParam().running);
  EXPECT_EQ(timer.refresh_at().has_value(), GetParam().refreshing);
  EXPECT_EQ(timer.end_at().has_value(), GetParam().running);
}
INSTANTIATE_TEST_SUITE_P(Rows, GrantedTest,
                         ::testing::Values(Granted{"600;refresher=uac", true, true},
                                           Granted{"600;refresher=uas", true, false},
                                           Granted{"600", true, true}, Granted{"", false, false},
                                           Granted{"0;refresher=uac", false, false},
                                           Granted{"soon", false, false}));

// RFC 4028 §9, table 2
struct Role {
  const char* supported;
  const char* asked;
  const char* answered;
  bool required;
};
void PrintTo(const Role& row, std::ostream* out) {
  *out << (row.supported[0] == '\0' ? "unaware" : "aware") << " asks " << row.asked;
}
class RoleTest : public SessionTimerTest, public ::testing::WithParamInterface<Role> {};
TEST_P(RoleTest, TheAnswerNamesTheRefresher) {
  SessionTimer timer({Use::supported, 1800s, Whom::any});
  EXPECT_EQ(answered(timer, request(GetParam().supported, GetParam().asked)), GetParam().answered);
  EXPECT_EQ(required_, GetParam().required);
}
INSTANTIATE_TEST_SUITE_P(
    Table2, RoleTest,
    ::testing::Values(Role{"", "600", "600;refresher=uas", false},
                      Role{"100rel, timer", "600", "600;refresher=uac", true},
                      Role{"timer", "600;refresher=uac", "600;refresher=uac", true},
                      Role{"timer", "600;refresher=uas", "600;refresher=uas", true},
                      Role{"timer", "", "1800;refresher=uac", true}, Role{"", "", "", false},
                      // It is shortened to what we want, never raised, and 89 is none.
                      Role{"timer", "7200", "1800;refresher=uac", true},
                      Role{"", "89", "", false}));

TEST_F(SessionTimerTest, TheCalleeRefreshesWhereItWantsTo) {
  SessionTimer timer({Use::supported, 1800s, Whom::local});
  EXPECT_EQ(answered(timer, request("timer", "600")), "600;refresher=uas");
  EXPECT_EQ(timer.refresh_at(), clock_.now() + 300s);
}

TEST_F(SessionTimerTest, MinSeOfTheRequestIsKept) {
  SessionTimer timer({Use::supported, 100s, Whom::any});
  EXPECT_EQ(answered(timer, request("timer", "900", "600")), "600;refresher=uac");
}

TEST_F(SessionTimerTest, ACalleeWithoutInterestDoesWhatIsAskedAndNoMore) {
  SessionTimer timer({Use::off, 100s, Whom::any});
  EXPECT_EQ(answered(timer, request("timer", "900")), "900;refresher=uac");
  EXPECT_EQ(answered(timer, request("timer")), "") << "turned off by the peer";
  EXPECT_FALSE(timer.running());
}

TEST_F(SessionTimerTest, ACalleeThatNeedsItRefreshesForThoseWhoDoNotKnowIt) {
  SessionTimer timer({Use::required, 300s, Whom::remote});
  EXPECT_EQ(answered(timer, request()), "300;refresher=uas");
  EXPECT_FALSE(required_);
}

TEST_F(SessionTimerTest, TooShortASessionIsRefusedToWhoKnowsWhy) {
  EXPECT_TRUE(SessionTimer::asks_for_too_little(request("timer", "89")));
  EXPECT_FALSE(SessionTimer::asks_for_too_little(request("timer", "90")));
  EXPECT_FALSE(SessionTimer::asks_for_too_little(request("", "89")));
  EXPECT_FALSE(SessionTimer::asks_for_too_little(request("timer")));
}

// RFC 4028 §7.4: whoever asks, roles and interval stay.
TEST_F(SessionTimerTest, RequestsInsideTheDialogKeepTheRoles) {
  SessionTimer timer({});
  timer.on_accepted(response(200, "600;refresher=uas"), clock_.now());
  EXPECT_EQ(asked_by(timer), "600;refresher=uas");
  EXPECT_EQ(answered(timer, request("timer")), "1800;refresher=uac");
  EXPECT_EQ(asked_by(timer), "1800;refresher=uas");
}

// RFC 4028 §7.3
TEST_F(SessionTimerTest, A422RaisesTheIntervalAndIsAnsweredOnce) {
  SessionTimer timer({Use::supported, 100s, Whom::any});
  EXPECT_TRUE(timer.on_too_small(response(422, "", "600")));
  Message again = request();
  timer.add_to_request(again);
  EXPECT_EQ(again.field(Field::session_expires), "600");
  EXPECT_EQ(again.field(Field::min_se), "600");
  EXPECT_FALSE(timer.on_too_small(response(422, "", "600"))) << "nothing new";
  EXPECT_FALSE(timer.on_too_small(response(422))) << "no Min-SE";
}

TEST_F(SessionTimerTest, APeerThatIsNeverContentIsNotAskedForEver) {
  SessionTimer timer({Use::supported, 100s, Whom::any});
  int asked = 0;
  while (asked < 100 && timer.on_too_small(response(422, "", std::to_string(200 + asked)))) ++asked;
  EXPECT_EQ(asked, 4);
  EXPECT_FALSE(timer.on_too_small(response(422, "", "4294967295")));
}

// RFC 4028 §7.2 and §10
TEST_F(SessionTimerTest, RefreshesAtHalfTheIntervalAndEndsBeforeIt) {
  SessionTimer timer({});
  timer.on_accepted(response(200, "1800;refresher=uac"), clock_.now());
  EXPECT_EQ(timer.refresh_at(), clock_.now() + 900s);
  EXPECT_EQ(timer.end_at(), clock_.now() + 1768s) << "32 s before";
  timer.on_accepted(response(200, "90;refresher=uas"), clock_.now());
  EXPECT_EQ(timer.refresh_at(), std::nullopt);
  EXPECT_EQ(timer.end_at(), clock_.now() + 60s) << "a third before";
}

TEST_F(SessionTimerTest, EveryRefreshStartsTheIntervalAnew) {
  SessionTimer timer({});
  timer.on_accepted(response(200, "600;refresher=uac"), clock_.now());
  clock_.advance(300s);
  timer.on_accepted(response(200, "600;refresher=uac"), clock_.now());
  EXPECT_EQ(timer.refresh_at(), clock_.now() + 300s);
  EXPECT_EQ(timer.end_at(), clock_.now() + 568s);
  timer.restart();
  EXPECT_FALSE(timer.running());
}

TEST_F(SessionTimerTest, AnEndlessIntervalStaysOnTheClock) {
  SessionTimer timer({Use::off, 90s, Whom::any});
  timer.on_accepted(response(200, "4294967295;refresher=uac"), clock_.now());
  EXPECT_GT(*timer.end_at(), clock_.now() + 1h);
}

}  // namespace
}  // namespace godwit::sip
