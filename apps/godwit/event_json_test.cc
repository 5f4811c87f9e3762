// SPDX-License-Identifier: Apache-2.0
#include "event_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;

EventTime some_time() {
  return {TimePoint(1234567890ns), std::chrono::system_clock::time_point(1767323045678901us)};
}

TEST(EventJson, EveryLineBeginsWithTheEnvelope) {
  EXPECT_EQ(write(to_json(MediaStarted{CallId{3}}, some_time())),
            R"({"v":1,"time":"2026-01-02T03:04:05.678901Z","mono_ns":1234567890,)"
            R"("type":"call.media","call":3})");
}

TEST(EventJson, RegistrationCarriesItsOutcome) {
  RegistrationChanged changed;
  changed.account = AccountId{1};
  changed.state = RegistrationState::failed;
  changed.status = 403;
  changed.reason = "Forbidden";
  const Json j = to_json(changed, some_time());
  EXPECT_EQ(j["type"], "reg.failed");
  EXPECT_EQ(j["account"], 1);
  EXPECT_EQ(j["status"], 403);
  EXPECT_EQ(j["who"], "server");
  EXPECT_TRUE(j["retry_ms"].is_null());
  changed.registrar = "sip:backup.example.org";
  EXPECT_EQ(to_json(changed, some_time())["registrar"], "sip:backup.example.org");
  changed.retry_in = 2500ms;
  EXPECT_EQ(to_json(changed, some_time())["retry_ms"], 2500.0);
}

TEST(EventJson, BindingsHaveALineEach) {
  const Json expected =
      Json::array({{{"contact", "sip:alice@192.0.2.9"}, {"expires", 80}, {"instance", "urn:uuid:1"}}});
  RegistrationChanged registered;
  registered.state = RegistrationState::registered;
  registered.others = {{"sip:alice@192.0.2.9", 80s, "urn:uuid:1"}};
  EXPECT_EQ(to_json(registered, some_time())["others"], expected);
  registered.public_gruu = "sip:alice@example.org;gr=urn:uuid:1";
  registered.temporary_gruu = "sip:x@example.org;gr";
  EXPECT_EQ(to_json(registered, some_time())["public_gruu"], registered.public_gruu);
  EXPECT_EQ(to_json(registered, some_time())["temporary_gruu"], registered.temporary_gruu);
  BindingsAnswered answer;
  answer.query = QueryId{3};
  answer.bindings = registered.others;
  const Json j = to_json(answer, some_time());
  EXPECT_EQ(j["type"], "reg.bindings");
  EXPECT_EQ(j["query"], 3);
  EXPECT_EQ(j["bindings"], expected);
  EXPECT_EQ(to_json(std::vector<Binding>{}), Json::array());
}

TEST(EventJson, AReportHasNullForTimesThatNeverCame) {
  Reconnected reconnected;
  reconnected.call = CallId{1};
  reconnected.report.refresh_sent = 2500us;
  reconnected.report.gap_in = 143ms;
  reconnected.report.noticed_at = TimePoint(77ns);
  const Json report = to_json(reconnected, some_time())["report"];
  EXPECT_EQ(report["refresh_sent_ms"], 2.5);
  EXPECT_TRUE(report["first_rtp_in_ms"].is_null());
  EXPECT_EQ(report["gap_in_ms"], 143.0);
  EXPECT_EQ(report["noticed_mono_ns"], 77);
  EXPECT_EQ(report["kind"], "break_before_make");
}

TEST(EventJson, IsAsciiWhateverThePeerWrites) {
  IncomingCall call;
  call.from = "\x1b[2J\xff\xe2\x80\xae";
  const std::string text = write(to_json(call, some_time()));
  for (const char c : text) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  EXPECT_NE(text.find("\\u001b[2J\\ufffd\\u202e"), std::string::npos) << text;
}

}  // namespace
}  // namespace godwit::cli
