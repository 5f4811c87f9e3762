// SPDX-License-Identifier: Apache-2.0
#include "lab/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/targets.h"

namespace godwit::lab {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

RunResult good_run(double first_in) {
  ChangeResult change;
  change.mark.kind = "break";
  change.mark.from = *net::IpAddress::parse("10.1.0.2");
  change.mark.to = *net::IpAddress::parse("10.2.0.2");
  change.from_label = "Wi-Fi";
  change.to_label = "LTE";
  change.figures.noticed_ms = 0.5;
  change.figures.first_rtp_in_ms = first_in;
  change.figures.first_rtp_out_at_peer_ms = 60;
  change.figures.lost_in = 5;
  change.figures.lost_out = 0;
  change.figures.registers = 1;
  change.out.after = change.in.after = {.windows = 4, .found = 4, .likeness = 0.9};
  change.out.across = change.in.across = change.in.after;
  RunResult run;
  run.changes = {change};
  run.bindings = {"sip:alice@10.2.0.2"};
  return run;
}

TEST(Report, OfOneRunHasNumbers) {
  const json report = make_report({}, {good_run(102.345)});
  EXPECT_EQ(report["survived"], true);
  EXPECT_EQ(report["runs"], 1);
  const json& change = report["changes"][0];
  EXPECT_EQ(change["from"], "10.1.0.2");
  EXPECT_EQ(change["kind"], "break");
  EXPECT_EQ(change["first_rtp_in_ms"], 102.35);
  EXPECT_TRUE(change["registered_ms"].is_null());
  EXPECT_TRUE(report["missed"].empty());
}

TEST(Report, SaysWhyOnAsking) {
  RunResult run = good_run(100);
  run.changes[0].round_trips = {"It had to be told."};
  LabOptions options;
  EXPECT_THAT(make_table(options, make_report(options, {run})), Not(HasSubstr("why:")));
  options.why = true;
  EXPECT_THAT(make_table(options, make_report(options, {run})),
              HasSubstr("why: It had to be told."));
}

TEST(Report, OfManyRunsHasMedians) {
  LabOptions options;
  options.runs = 3;
  const json report = make_report(options, {good_run(101), good_run(130), good_run(104)});
  const json expected = {{"median", 104.0}, {"min", 101.0}, {"max", 130.0}};
  EXPECT_EQ(report["changes"][0]["first_rtp_in_ms"], expected);
}

TEST(Report, OneDeafEndIsNotSurvived) {
  RunResult deaf = good_run(100);
  deaf.changes[0].in.after.found = 1;
  const json report = make_report({}, {good_run(100), deaf});
  EXPECT_EQ(report["survived"], false);
  EXPECT_EQ(make_report({}, {})["survived"], false);
}

TEST(Report, ShowsTheWorstRunsBindings) {
  RunResult two = good_run(100);
  two.bindings.emplace_back("sip:alice@10.1.0.2");
  const json report = make_report({}, {good_run(100), two});
  EXPECT_EQ(report["bindings"].size(), 2U);
  EXPECT_THAT(report["missed"].dump(), HasSubstr("2 bindings left"));
}

TEST(Report, NamesTheFiguresThatWereMissed) {
  const json report = make_report({}, {good_run(236)});
  EXPECT_THAT(report["missed"].dump(), HasSubstr("first_rtp_in_ms is 236, not at most 115"));
}

TEST(Report, SpeechThatIsUnlikeWhatWasSaidMissesWhereBothNetworksAreUp) {
  RunResult run = good_run(100);
  run.changes[0].mark.kind = "make";
  run.changes[0].in.across = {.windows = 4, .found = 4, .likeness = 0.98};
  run.changes[0].out.across = {.windows = 4, .found = 4, .likeness = 0.995};
  const json missed = make_report({}, {run})["missed"];
  EXPECT_THAT(missed.dump(), HasSubstr("likeness_in is 0.98, not at least 0.99"));
  EXPECT_THAT(missed.dump(), Not(HasSubstr("likeness_out")));
}

TEST(Report, SilenceIsTheNetworksAsLongAsThereWasNone) {
  RunResult run = good_run(100);
  run.changes[0].in.across = {.windows = 4, .found = 4, .silence_ms = 2050};
  run.changes[0].in.silence_beyond_down_ms = 50;
  run.changes[0].in.in_time_ms = 812.5;
  const json change = make_report({}, {run})["changes"][0];
  EXPECT_EQ(change["silence_in_ms"], 2050);
  EXPECT_EQ(change["silence_beyond_down_in_ms"], 50);
  EXPECT_EQ(change["in_time_in_ms"], 812.5);
  EXPECT_TRUE(change["in_time_out_ms"].is_null());
}

TEST(ReportTable, ShowsFiguresLimitsAndEvidence) {
  LabOptions options;
  options.out_dir = "out/lab/wifi-to-lte";
  const std::string table = make_table(options, make_report(options, {good_run(102)}));
  EXPECT_THAT(table, HasSubstr("Wi-Fi 10.1.0.2 -> LTE 10.2.0.2"));
  EXPECT_THAT(table, HasSubstr("102 ms"));
  EXPECT_THAT(table, HasSubstr("at most 115 ms"));
  EXPECT_THAT(table, HasSubstr("out/lab/wifi-to-lte/report.json"));
  EXPECT_THAT(table, HasSubstr("survived"));
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
}

TEST(Limits, AllowForTheHandshakesOfAConnection) {
  const json within = {{"from", "10.1.0.2"}, {"to", "10.2.0.2"}, {"kind", "break"}};
  LabOptions options;
  options.transport = "tcp";
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 165);
  // Sound does not wait for them.
  EXPECT_EQ(limits_for(options, within).of("first_rtp_out_at_peer_ms")->value, 75);
  options.transport = "tls";
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 215);
}

TEST(Limits, OfACallThatIsSilentByItselfCountFromWhenSoundIsWanted) {
  const json change = make_report({}, {good_run(100)})["changes"][0];
  LabOptions options;
  options.transport = "tls";
  options.scenario = "hold";
  EXPECT_EQ(limits_for(options, change).of("sound_in_ms")->value, 125);
  EXPECT_EQ(limits_for(options, change).of("sound_out_ms")->value, 175);
  EXPECT_FALSE(limits_for(options, change).of("first_rtp_in_ms"));
  options.scenario = "ringing-out";
  EXPECT_EQ(limits_for(options, change).of("sound_in_ms")->value, 175);
  EXPECT_EQ(limits_for(options, change).of("sound_out_ms")->value, 225);
  options.scenario = "mid-offer";
  EXPECT_EQ(limits_for(options, change).of("sound_in_ms")->value, 225);
}

TEST(Report, AHoldThatARefreshHasEndedIsNotSurvived) {
  RunResult run = good_run(100);
  EXPECT_TRUE(run.survived());
  run.changes[0].state_kept = false;
  EXPECT_FALSE(run.survived());
}

TEST(Limits, AreThoseOfWhoeverIsSilent) {
  const json within = {{"from", "10.1.0.2"}, {"to", "10.2.0.2"}, {"kind", "break"}};
  LabOptions options;
  options.scenario = "server-silent";
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 10'000);
  options.media = "sdes";
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 115);
  options.scenario = "silent-wifi";
  EXPECT_FALSE(limits_for(options, within).of("noticed_ms"));
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 13'000);
}

TEST(Limits, AllowForOneRoundTripToFindOutWhatANatMakesOfUs) {
  const json within = {{"from", "10.1.0.2"}, {"to", "10.2.0.2"}, {"kind", "break"}};
  LabOptions options;
  options.scenario = "behind-nat";
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 165);
  EXPECT_EQ(limits_for(options, within).of("registers")->value, 2);
}

TEST(Limits, OfANatThatStartsAnewAreThoseOfTheKeepAliveThatTells) {
  const json same = {{"from", "10.1.0.2"}, {"to", "10.1.0.2"}, {"kind", "break"}};
  LabOptions options;
  options.scenario = "nat-rebind";
  EXPECT_FALSE(limits_for(options, same).of("noticed_ms"));
  EXPECT_EQ(limits_for(options, same).of("first_rtp_in_ms")->value, 2650);
  EXPECT_EQ(limits_for(options, same).of("lost_out")->value, 1);
}

TEST(Limits, AreTheFarEndsAndTheFamilies) {
  const json across = {{"from", "10.2.0.2"}, {"to", "2001:db8:1::2"}, {"kind", "break"}};
  const json within = {{"from", "10.1.0.2"}, {"to", "10.2.0.2"}, {"kind", "break"}};
  LabOptions options;
  EXPECT_EQ(limits_for(options, across).of("first_rtp_out_at_peer_ms")->value, 175);
  EXPECT_EQ(limits_for(options, within).of("first_rtp_out_at_peer_ms")->value, 75);
  options.peer = "baresip";
  EXPECT_EQ(limits_for(options, within).of("first_rtp_in_ms")->value, 125);
  EXPECT_FALSE(limits_for(options, across).of("first_rtp_in_ms"));
  options.loss_percent = 1;
  EXPECT_FALSE(limits_for(options, within).of("first_rtp_in_ms"));
}

}  // namespace
}  // namespace godwit::lab
