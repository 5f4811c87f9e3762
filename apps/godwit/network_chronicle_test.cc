// SPDX-License-Identifier: Apache-2.0
#include "network_chronicle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;

class NetworkChronicleTest : public testing::Test {
 protected:
  NetworkChronicleTest() { tell(registered_at("<sip:alice@10.1.0.2:5060;ob>")); }

  static RegistrationChanged registered_at(const std::string& contact) {
    RegistrationChanged event;
    event.state = RegistrationState::registered;
    event.contact = contact;
    return event;
  }
  std::optional<Json> tell(const Event& event) {
    return chronicle_.on_event(event, NetworkChronicle::WallTime(1767323045s));  // 2026-01-02 03:04:05
  }
  void begin() { tell(NetworkChangeStarted{ChangeId{3}, {"address_lost wifi0 10.1.0.2", "address_gained lte0 10.2.0.2"}}); }

  NetworkChronicle chronicle_;
};

TEST_F(NetworkChronicleTest, AChangeOfACallSaysWhereItWentAndHowLongThatTook) {
  begin();
  HandoverReport report;
  report.change = ChangeId{3};
  report.from = "10.1.0.2:5060";
  report.to = "10.2.0.2:5062";
  EXPECT_FALSE(tell(Reconnected{CallId{1}, report}));
  const auto entry = tell(NetworkChangeFinished{ChangeId{3}, ChangeOutcome::recovered, 143ms});
  ASSERT_TRUE(entry);
  EXPECT_EQ((*entry)["change"], 3);
  EXPECT_EQ((*entry)["calls_moved"], 1);
  EXPECT_EQ(network_history_line(*entry),
            "2026-01-02 03:04:05  change 3  10.1.0.2:5060 -> 10.2.0.2:5062  recovered in 143 ms, 1 call moved  "
            "(address_lost wifi0 10.1.0.2, address_gained lte0 10.2.0.2)");
}

TEST_F(NetworkChronicleTest, WithoutCallsItIsTheBindingThatMoves) {
  begin();
  tell(registered_at("sip:alice@10.2.0.2:5062"));
  const auto entry = tell(NetworkChangeFinished{ChangeId{3}, ChangeOutcome::recovered, 60ms});
  ASSERT_TRUE(entry);
  EXPECT_EQ((*entry)["from"], "10.1.0.2:5060");
  EXPECT_EQ((*entry)["to"], "10.2.0.2:5062");
}

TEST_F(NetworkChronicleTest, WhoFoundNoNetworkWentNowhere) {
  begin();
  tell(Dropped{CallId{1}, ChangeId{3}, "no network", Who::network});
  const auto entry = tell(NetworkChangeFinished{ChangeId{3}, ChangeOutcome::offline, 60s});
  ASSERT_TRUE(entry);
  EXPECT_THAT(network_history_line(*entry),
              testing::HasSubstr("  10.1.0.2:5060 -> none  offline in 60000 ms, 1 call lost  ("));
}

TEST_F(NetworkChronicleTest, ChangesThatReplaceEachOtherAreTwo) {
  begin();
  tell(NetworkChangeStarted{ChangeId{4}, {"address_lost lte0 10.2.0.2"}});
  EXPECT_EQ((*tell(NetworkChangeFinished{ChangeId{3}, ChangeOutcome::superseded, 5ms}))["to"], "");
  EXPECT_EQ((*tell(NetworkChangeFinished{ChangeId{4}, ChangeOutcome::recovered, 5ms}))["to"], "10.1.0.2:5060");
  EXPECT_FALSE(tell(NetworkChangeFinished{ChangeId{4}, ChangeOutcome::recovered, 5ms}));
}

TEST_F(NetworkChronicleTest, LinesOfAnotherHandAreShownHarmless) {
  EXPECT_NE(network_history_line(Json::object()), "");
  EXPECT_THAT(network_history_line({{"from", "\x1b[2J"}, {"reasons", {1, "\x1b"}}}), testing::Not(testing::HasSubstr("\x1b")));
}

}  // namespace
}  // namespace godwit::cli
