// SPDX-License-Identifier: Apache-2.0
#include "lab/flood_walk.h"

#include <gtest/gtest.h>

#include "lab/flood_source.h"

namespace godwit::lab {
namespace {

FloodResult good() {
  FloodResult run;
  run.seconds = 10;
  run.junk_sent = 200'000;
  run.invites_sent = 20'000;
  run.arrived = {220'000, 70'000'000};
  run.answered = {1'000, 400'000};
  run.resident_before_kb = 15'000;
  run.resident_most_kb = 20'000;
  run.speech_percent = 99.8;
  run.call_is_up = run.registered = true;
  return run;
}

TEST(FloodWalkTest, ReadsTheCounterWithTheComment) {
  const std::string listing =
      "table ip flood {\n\tchain in {\n\t\tip saddr 10.8.0.128/25 counter packets 12 bytes 3456 "
      "comment \"arrived\"\n\t}\n\tchain out {\n\t\tip daddr 10.8.0.128/25 counter packets 3 bytes "
      "789 comment \"answered\"\n\t}\n}\n";
  EXPECT_EQ(read_counter(listing, "arrived").packets, 12U);
  EXPECT_EQ(read_counter(listing, "arrived").bytes, 3456U);
  EXPECT_EQ(read_counter(listing, "answered").packets, 3U);
  EXPECT_EQ(read_counter(listing, "answered").bytes, 789U);
  EXPECT_EQ(read_counter("", "arrived").packets, 0U);
}

TEST(FloodWalkTest, SurvivedOnlyWhenAllHolds) {
  EXPECT_TRUE(good().survived());
  auto run = good();
  run.answered.bytes = run.arrived.bytes + 1;
  EXPECT_FALSE(run.survived()) << "more out than in";
  run = good();
  run.resident_most_kb = 60'000;
  EXPECT_FALSE(run.survived()) << "memory";
  run = good();
  run.call_is_up = false;
  EXPECT_FALSE(run.survived());
  run = good();
  run.registered = false;
  EXPECT_FALSE(run.survived());
  run = good();
  run.speech_percent = 90;
  EXPECT_FALSE(run.survived());
}

TEST(FloodWalkTest, ReportTellsEachFigure) {
  LabOptions options;
  options.scenario = "flood";
  const auto report = make_flood_report(options, {good()});
  EXPECT_TRUE(report["survived"].get<bool>());
  EXPECT_EQ(report["runs"][0]["invites_per_second"].get<double>(), 2'000);
  EXPECT_NE(make_flood_table(report).find("20000 junk and 2000 forged INVITEs"), std::string::npos);
}

TEST(FloodWalkTest, ForgedInviteNamesItsSource) {
  const auto text = forged_invite(7, "10.8.0.200");
  EXPECT_NE(text.find("Via: SIP/2.0/UDP 10.8.0.200;branch=z9hG4bKflood7\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\n\r\nv=0\r\n"), std::string::npos);
}

}  // namespace
}  // namespace godwit::lab
