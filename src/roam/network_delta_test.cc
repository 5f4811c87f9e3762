// SPDX-License-Identifier: Apache-2.0
#include "roam/network_delta.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "support/snapshot_builder.h"

namespace godwit::roam {
namespace {

using test::Mark;
using test::SnapshotBuilder;
using ::testing::ElementsAreArray;

struct DeltaRow {
  std::string name;
  net::NetworkSnapshot before;
  net::NetworkSnapshot after;
  std::vector<std::string> reasons;
};
void PrintTo(const DeltaRow& row, std::ostream* out) {
  *out << row.name;
}

class NetworkDeltaTest : public ::testing::TestWithParam<DeltaRow> {};

TEST_P(NetworkDeltaTest, NamesTheDifferencesWorstFirst) {
  std::vector<std::string> reasons;
  for (const auto& difference : diff(GetParam().before, GetParam().after)) {
    reasons.push_back(to_string(difference));
  }
  EXPECT_THAT(reasons, ElementsAreArray(GetParam().reasons));
}

SnapshotBuilder wifi() {
  return SnapshotBuilder()
      .has("wifi0", "10.1.0.2")
      .up("lte0")
      .default_via("wifi0", "10.1.0.1")
      .way("10.9.0.2", "10.1.0.2");
}

std::vector<DeltaRow> rows() {
  return {
      {"same", wifi(), wifi(), {}},
      {"tentative_address_is_no_news",
       wifi(),
       wifi().has("wifi0", "2001:db8::2", Mark::tentative),
       {}},
      {"link_local_address_is_no_news", wifi(), wifi().has("wifi0", "fe80::1"), {}},
      {"address_in_another_table_is_no_news",
       wifi(),
       wifi().default_via("lte0", "10.2.0.1", 1, 7),
       {}},
      {"worse_default_route_is_no_news", wifi(), wifi().default_via("lte0", "10.2.0.1", 600), {}},
      {"new_destination_is_no_news", wifi(), wifi().way("10.9.0.3", "10.1.0.2"), {}},
      {"tentative_address_becomes_usable",
       wifi().has("wifi0", "2001:db8::2", Mark::tentative),
       wifi().has("wifi0", "2001:db8::2"),
       {"address_gained wifi0 2001:db8::2", "family_came v6"}},
      {"wifi_to_lte",
       wifi(),
       SnapshotBuilder()
           .down("wifi0")
           .has("lte0", "10.2.0.2")
           .default_via("lte0", "10.2.0.1")
           .way("10.9.0.2", "10.2.0.2"),
       {"address_lost wifi0 10.1.0.2", "interface_down wifi0",
        "default_route_changed lte0 v4 via 10.1.0.1 dev wifi0 -> via 10.2.0.1 dev lte0",
        "route_changed lte0 10.9.0.2 from 10.1.0.2 dev wifi0 -> from 10.2.0.2 dev lte0",
        "address_gained lte0 10.2.0.2"}},
      {"wifi_v4_to_lte_v6",
       wifi(),
       SnapshotBuilder()
           .up("wifi0")
           .has("lte0", "2001:db8:2::2")
           .default_via("lte0", "2001:db8:2::1")
           .no_way("10.9.0.2"),
       {"address_lost wifi0 10.1.0.2", "family_went v4",
        "default_route_changed v4 via 10.1.0.1 dev wifi0 -> none",
        "default_route_changed lte0 v6 none -> via 2001:db8:2::1 dev lte0",
        "route_changed 10.9.0.2 from 10.1.0.2 dev wifi0 -> none",
        "address_gained lte0 2001:db8:2::2", "family_came v6"}},
      {"deprecated",
       wifi().has("wifi0", "2001:db8::2"),
       wifi().has("wifi0", "2001:db8::2", Mark::deprecated),
       {"address_deprecated wifi0 2001:db8::2"}},
      {"interface_removed", wifi().up("tun0"), wifi(), {"interface_down tun0 removed"}},
      {"interface_came_up", wifi(), wifi().up("tun0"), {"interface_up tun0"}},
      {"interface_renamed",
       wifi(),
       wifi().rename("lte0", "wwan0"),
       {"interface_renamed wwan0 was lte0"}},
      {"vpn",
       wifi(),
       wifi().has("tun0", "10.8.0.2").way("10.9.0.2", "10.8.0.2"),
       {"route_changed tun0 10.9.0.2 from 10.1.0.2 dev wifi0 -> from 10.8.0.2 dev tun0",
        "address_gained tun0 10.8.0.2", "interface_up tun0"}},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, NetworkDeltaTest, ::testing::ValuesIn(rows()),
                         [](const auto& row) { return row.param.name; });

std::vector<DeltaRow> rows_of_name_servers() {
  return {
      {"other_name_servers",
       wifi().asks("192.0.2.1").asks("2001:db8::1"),
       wifi().asks("192.0.2.2"),
       {"name_servers_changed 192.0.2.1,2001:db8::1 -> 192.0.2.2"}},
      {"name_servers_that_are_not_known", wifi().asks("192.0.2.1"), wifi(), {}},
  };
}

INSTANTIATE_TEST_SUITE_P(NameServers, NetworkDeltaTest, ::testing::ValuesIn(rows_of_name_servers()),
                         [](const auto& row) { return row.param.name; });

TEST(DeltaKindTest, HasANameForEachKind) {
  for (int kind = 0; kind <= static_cast<int>(DeltaKind::name_servers_changed); ++kind) {
    EXPECT_NE(to_string(static_cast<DeltaKind>(kind)), "");
  }
}

}  // namespace
}  // namespace godwit::roam
