// SPDX-License-Identifier: Apache-2.0
#include "ua/handover_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

HandoverReport report_of_a_move() {
  HandoverReport report;
  report.reason = ReconnectReason::family_switch;
  report.refresh_sent = 1ms;
  report.refresh_answered = 103ms;
  report.first_rtp_out = 20ms;
  report.first_rtp_in = 104ms;
  report.gap_in = 125ms;
  report.gap_out = 61s;
  report.lost_in = 6;
  report.retries = 2;
  return report;
}

TEST(HandoverMetricsTest, EveryMetricIsThereBeforeAnythingHasHappened) {
  const auto text = HandoverMetrics().text();
  EXPECT_THAT(text, HasSubstr("# TYPE godwit_handover_stage_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("godwit_network_changes_total{outcome=\"offline\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("godwit_handovers_dropped_total 0\n"));
  EXPECT_THAT(text, HasSubstr("godwit_handover_stage_seconds_count{stage=\"registered\"} 0\n"));
}

TEST(HandoverMetricsTest, ReportsBecomeCountsAndHistograms) {
  HandoverMetrics metrics;
  metrics.count(Reconnected{CallId{1}, report_of_a_move()});
  metrics.count(Reconnected{CallId{2}, report_of_a_move()});
  const auto text = metrics.text();
  EXPECT_THAT(text, HasSubstr("godwit_handovers_total{reason=\"family_switch\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("godwit_handover_retries_total 4\n"));
  EXPECT_THAT(text, HasSubstr("godwit_handover_lost_packets_total 12\n"));
  const std::string in = "godwit_handover_stage_seconds_bucket{stage=\"first_rtp_in\",le=\"";
  EXPECT_THAT(text, HasSubstr(in + "0.1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(in + "0.15\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(in + "+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("godwit_handover_stage_seconds_sum{stage=\"first_rtp_in\"} 0.208\n"));
}

TEST(HandoverMetricsTest, AStageThatNeverCameIsNotCounted) {
  HandoverMetrics metrics;
  metrics.count(Reconnected{CallId{1}, report_of_a_move()});
  EXPECT_THAT(metrics.text(), HasSubstr("godwit_handover_stage_seconds_count{stage=\"registered\"} 0\n"));
}

TEST(HandoverMetricsTest, BucketsHoldTheirUpperEndAndWhatIsLongerIsInTheLast) {
  HandoverMetrics metrics;
  metrics.count(Reconnected{CallId{1}, report_of_a_move()});
  const auto text = metrics.text();
  EXPECT_THAT(text, HasSubstr("bucket{stage=\"first_rtp_out\",le=\"0.01\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("bucket{stage=\"first_rtp_out\",le=\"0.02\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("bucket{direction=\"out\",le=\"60\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("bucket{direction=\"out\",le=\"+Inf\"} 1\n"));
}

TEST(HandoverMetricsTest, ChangesCountByWhatTheyCameToAndDroppedCallsApart) {
  HandoverMetrics metrics;
  metrics.count(NetworkChangeFinished{ChangeId{1}, ChangeOutcome::partly, 3s});
  metrics.count(Dropped{CallId{1}, ChangeId{1}, "no network", Who::network});
  const auto text = metrics.text();
  EXPECT_THAT(text, HasSubstr("godwit_network_changes_total{outcome=\"partly\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("godwit_handovers_dropped_total 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("godwit_handovers_total{reason=\"network_lost\"} 1\n")));
}

}  // namespace
}  // namespace godwit::ua
