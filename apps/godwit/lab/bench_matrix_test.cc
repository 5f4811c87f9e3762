// SPDX-License-Identifier: Apache-2.0
#include "lab/bench_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "lab/lab.h"
#include "lab/requirements.h"

namespace godwit::lab {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

double seconds_of(const std::vector<BenchRow>& rows) {
  return std::accumulate(rows.begin(), rows.end(), 0.0, [](double sum, const BenchRow& row) {
    return sum + expected_seconds(row);
  });
}

std::vector<BenchRow> selected(const BenchSelection& selection) {
  auto rows = select_rows(selection);
  return rows ? *rows : std::vector<BenchRow>();
}

TEST(BenchMatrix, HasEveryScenarioOverEveryTransportWithTheEmbeddedServer) {
  for (const ScenarioSummary& scenario : list_scenarios()) {
    for (const char* const transport : {"udp", "tcp", "tls"}) {
      if (scenario.name == "flood" && std::string_view(transport) != "udp") continue;
      const auto found = std::ranges::count_if(bench_matrix(), [&](const BenchRow& row) {
        return row.scenario == scenario.name && row.transport == transport &&
               row.server == "embedded" && row.peer == "godwit";
      });
      EXPECT_EQ(found, 1) << scenario.name << " over " << transport;
    }
  }
}

TEST(BenchMatrix, HasOnlyRowsThatTheLabTakesAndEachOnce) {
  std::set<std::string> names;
  for (const BenchRow& row : bench_matrix()) {
    EXPECT_TRUE(names.insert(row.name()).second) << row.name();
    EXPECT_TRUE(check_options({.scenario = row.scenario,
                               .transport = row.transport,
                               .server = row.server,
                               .peer = row.peer}))
        << row.name();
  }
}

TEST(BenchMatrix, TakesAnHourAtMostAndItsSliceFiveMinutes) {
  EXPECT_LE(seconds_of(bench_matrix()), 3600);
  constexpr double kRuns = 3;
  const double slice = kRuns * seconds_of(selected({.slice = true}));
  EXPECT_GE(slice, 240);
  EXPECT_LE(slice, 360);
}

TEST(BenchMatrix, IsSearchedByAnExpression) {
  EXPECT_THAT(selected({.only = "^vpn/"}), SizeIs(3));
  EXPECT_THAT(selected({.only = "^hold/udp"}), SizeIs(3));
  EXPECT_THAT(selected({.slice = true, .only = "behind-nat"}), SizeIs(1));
  EXPECT_THAT(select_rows({.only = "teleport"}).error().detail, HasSubstr("no row is called so"));
  EXPECT_THAT(select_rows({.only = "("}).error().detail, HasSubstr("--only \"(\""));
}

}  // namespace
}  // namespace godwit::lab
