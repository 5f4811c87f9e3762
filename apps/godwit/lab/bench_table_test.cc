// SPDX-License-Identifier: Apache-2.0
#include "lab/bench_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const BenchRow kBenchRow{"wifi-to-lte", "tcp", "embedded", "godwit"};

json three_runs(double median, double least, double most) {
  return {{"median", median}, {"min", least}, {"max", most}};
}

json report_of_one_change() {
  return {{"survived_runs", 2},
          {"missed", {"change 1: first_rtp_in_ms is 170, not at most 165"}},
          {"changes",
           {{{"from", "10.1.0.2"},
             {"to", "2001:db8:2::2"},
             {"from_network", "Wi-Fi"},
             {"to_network", "LTE"},
             {"kind", "break"},
             {"down_ms", 0},
             {"first_rtp_in_ms", three_runs(151, 149, 170)},
             {"sound_in_ms", nullptr},
             {"lost_in", three_runs(6, 6, 7)},
             {"lost_out", three_runs(6, 6, 6)}}}}};
}

json bench_of(const json& row) {
  return {{"method", "Each row three times."},
          {"begun", "2026-01-01 00:00:00 UTC"},
          {"machine", "a machine"},
          {"versions", {{"godwit", "1.0"}}},
          {"rows", json::array({row})}};
}

json described(const json& report) {
  return describe_row(kBenchRow, {.transport = "tcp", .runs = 3, .out_dir = "out"}, report);
}

TEST(BenchTable, HasMedianWorstTargetLossesAndHowManySurvived) {
  const json row = described(report_of_one_change());
  EXPECT_EQ(row["changes"][0]["median"], 151);
  EXPECT_EQ(row["changes"][0]["worst"], 170);
  EXPECT_EQ(row["changes"][0]["at_most"], 165);
  EXPECT_FALSE(row_survived(row));
  EXPECT_THAT(make_bench_table(bench_of(row)),
              HasSubstr("| wifi-to-lte | Wi-Fi IPv4 to LTE IPv6 | tcp       | embedded | godwit | "
                        "151      | 170   | 165     | 6 (7)   | 6        | 2/3      |\n"));
}

TEST(BenchTable, OfOneRunHasOneNumber) {
  json report = report_of_one_change();
  report["survived_runs"] = 1;
  report["changes"][0]["first_rtp_in_ms"] = 150.4;
  report["changes"][0]["lost_in"] = nullptr;
  const json row = describe_row(kBenchRow, {.transport = "tcp"}, report);
  EXPECT_TRUE(row_survived(row));
  EXPECT_THAT(make_bench_table(bench_of(row)),
              HasSubstr("| 150.4    | 150.4 | 165     | -       | 6        | 1/1 "));
}

TEST(BenchTable, CountsFromWhenSoundIsWantedWhereTheCallWasSilent) {
  json report = report_of_one_change();
  report["changes"][0]["sound_in_ms"] = 99;
  EXPECT_EQ(described(report)["changes"][0]["figure"], "sound_in_ms");
}

TEST(BenchTable, HasOneLineForManyCallsAndOneForWhatHasNoChange) {
  json trunk = {{"survived_runs", 3},
                {"runs", json::array()},
                {"first_rtp_in_ms", three_runs(1, 2, 3)},
                {"lost_in", 0},
                {"lost_out", 0}};
  EXPECT_THAT(make_bench_table(bench_of(described(trunk))), HasSubstr("over all calls"));
  EXPECT_THAT(make_bench_table(bench_of(described({{"survived_runs", 3}}))), HasSubstr("3/3"));
}

TEST(BenchTable, TellsWhatWasNotWalkedAndWhy) {
  const json row = describe_failed_row(kBenchRow, "kamailio is not installed");
  EXPECT_FALSE(row_survived(row));
  EXPECT_THAT(
      make_bench_document(bench_of(row)),
      HasSubstr("- wifi-to-lte/tcp/embedded/godwit: not walked: kamailio is not installed"));
}

TEST(BenchDocument, NamesMethodMachineVersionsAndWhatIsBeyondItsLimit) {
  const std::string text = make_bench_document(bench_of(described(report_of_one_change())));
  for (const char* const part : {"Each row three times.", "a machine", "godwit: 1.0",
                                 "first_rtp_in_ms is 170, not at most 165"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  json good = report_of_one_change();
  good["missed"] = json::array();
  EXPECT_THAT(make_bench_document(bench_of(described(good))), Not(HasSubstr("Beyond")));
}

}  // namespace
}  // namespace godwit::lab
