// SPDX-License-Identifier: Apache-2.0
#include "event_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;

TEST(EventText, EscapesTheNamesOfStrangers) {
  IncomingCall call;
  call.call = CallId{2};
  call.from = "\x1b[31mBob";
  EXPECT_EQ(to_line(call).text, "call 2: \\x1b[31mBob calls");
}

TEST(EventText, ARegistrationSaysWhenItIsTriedAgain) {
  RegistrationChanged failed;
  failed.state = RegistrationState::failed;
  failed.status = 403;
  failed.reason = "Forbidden";
  EXPECT_EQ(to_line(failed).text, "not registered: 403 Forbidden (not tried again)");
  failed.retry_in = 0s;
  EXPECT_EQ(to_line(failed).text, "not registered: 403 Forbidden (tried again at once)");
  failed.retry_in = 1600ms;
  EXPECT_EQ(to_line(failed).text, "not registered: 403 Forbidden (tried again in 2 s)");
}

TEST(EventText, ARegistrationSaysWhoIsAskedInPlaceOfWhoFailed) {
  RegistrationChanged changed;
  changed.state = RegistrationState::registering;
  changed.registrar = "sip:one.example.org";
  EXPECT_EQ(to_line(changed).text, "registering");
  changed.registrar = "sip:two.example.org";
  changed.status = 503;
  changed.reason = "Service Unavailable";
  EXPECT_EQ(to_line(changed).text, "registering with sip:two.example.org: 503 Service Unavailable");
}

TEST(EventText, ARegistrationSaysHowManyThereAreBeside) {
  RegistrationChanged registered;
  registered.state = RegistrationState::registered;
  registered.contact = "sip:alice@192.0.2.1";
  registered.expires = 300s;
  EXPECT_EQ(to_line(registered).text, "registered  sip:alice@192.0.2.1  for 300 s");
  registered.others.resize(2);
  EXPECT_EQ(to_line(registered).text, "registered  sip:alice@192.0.2.1  for 300 s, beside 2 more");
  BindingsAnswered answer;
  answer.status = 200;
  answer.bindings.resize(2);
  EXPECT_EQ(to_line(answer).text, "bindings: 2");
}

TEST(EventText, NamesTheReasonsOfAChange) {
  NetworkChangeStarted started;
  started.change = ChangeId{4};
  started.reasons = {"address_lost wifi0 10.1.0.2", "route_changed"};
  EXPECT_EQ(to_line(started).text, "network change 4: address_lost wifi0 10.1.0.2, route_changed");
  EXPECT_EQ(to_line(started).tone, Tone::attention);
}

TEST(EventText, AHandoverIsToldInOneLineWithTheTimesThatCame) {
  HandoverReport report;
  report.from = "10.1.0.2:5060";
  report.to = "10.2.0.2:5060";
  report.refresh_sent = 2ms;
  report.first_rtp_in = 104ms;
  report.gap_in = 143ms;
  report.lost_in = 5;
  EXPECT_EQ(to_text(report),
            "10.1.0.2:5060 -> 10.2.0.2:5060: refresh sent 2 ms, RTP in 104 ms, silent 143 ms, "
            "5 packets lost");
}

}  // namespace
}  // namespace godwit::cli
