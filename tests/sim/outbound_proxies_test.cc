// SPDX-License-Identifier: Apache-2.0
// Alice's server stands behind two proxies in a row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/sim_proxy.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

/// Where Alice is, and where she goes.
struct Trip {
  const char* name;
  const char* from;
  const char* to;
};
void PrintTo(const Trip& trip, std::ostream* out) {
  *out << trip.name;
}

class OutboundProxiesTest : public ::testing::TestWithParam<Trip> {
 protected:
  void SetUp() override { ASSERT_TRUE(world_.register_both()); }
  void TearDown() override {
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    EXPECT_EQ(world_.faults(), "");
    EXPECT_THAT(sent_past_the_first_proxy(), IsEmpty());
    if (HasFailure()) std::cout << world_.story();
  }

  static WorldOptions options() {
    WorldOptions options;
    options.alice_at = {GetParam().from};
    options.alice_through = {"edge.example.test", "sip:inner.example.test"};
    return options;
  }
  static std::vector<std::string> routes_in(const std::vector<SimProxy::Passed>& passed) {
    std::vector<std::string> routes;
    if (passed.empty()) return {"nothing passed"};
    for (const auto value : passed.back().message.values(sip::Field::route)) {
      routes.emplace_back(value);
    }
    return routes;
  }
  /// What Alice sent anywhere but to the first proxy.
  [[nodiscard]] std::vector<std::string> sent_past_the_first_proxy() const {
    std::vector<std::string> sent;
    for (const auto& message : world_.wire()) {
      const bool past = message.host == "alice" && !edge_.is_at(message.to.address);
      if (past) sent.push_back(message.method + " to " + net::to_string(message.to));
    }
    return sent;
  }
  [[nodiscard]] std::vector<std::string> places_of_alice() const {
    std::vector<std::string> places;
    for (const auto& uri : world_.server.bindings("alice")) {
      const auto read = sip::parse_uri(uri);
      if (read) places.push_back(sip::next_hop_of(*read).host);
    }
    return places;
  }

  SimWorld world_{options()};
  SimProxy edge_{world_.network, "edge.example.test", {"10.9.1.2", "2001:db8:91::2"}};
  SimProxy inner_{world_.network, "inner.example.test", {"10.9.2.2", "2001:db8:92::2"}};
};

TEST_P(OutboundProxiesTest, RequestsPassBothInTheirOrder) {
  const std::string first = "<sip:edge.example.test;lr>", second = "<sip:inner.example.test;lr>";
  ASSERT_TRUE(world_.call_bob());
  for (const auto* method : {"REGISTER", "INVITE"}) {
    EXPECT_THAT(routes_in(edge_.passed(method)), ElementsAre(first, second)) << method;
    EXPECT_THAT(routes_in(inner_.passed(method)), ElementsAre(second)) << method;
  }
  EXPECT_THAT(inner_.passed("ACK"), Not(IsEmpty()));
}

TEST_P(OutboundProxiesTest, CallsComeByThemToo) {  // RFC 3327
  ASSERT_TRUE(world_.call_alice());
  EXPECT_THAT(inner_.passed("INVITE"), Not(IsEmpty()));
  EXPECT_THAT(edge_.passed("INVITE"), Not(IsEmpty()));
}

TEST_P(OutboundProxiesTest, RegistrationAndCallMoveWithTheNetwork) {
  ASSERT_TRUE(world_.call_bob());
  const auto changed = world_.now();
  world_.break_to({GetParam().to}, 500ms);
  ASSERT_TRUE(world_.time.run_until(
      [&] { return world_.alice.when_last<NetworkChangeFinished>() > changed; }, 60s));
  EXPECT_TRUE(world_.both_hear(world_.now(), 10s, 50));
  EXPECT_THAT(routes_in(inner_.passed("REGISTER", changed)),
              ElementsAre("<sip:inner.example.test;lr>"));
  EXPECT_THAT(inner_.passed("UPDATE", changed), Not(IsEmpty()));
  EXPECT_THAT(places_of_alice(), ElementsAre(GetParam().to));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

TEST_P(OutboundProxiesTest, ACallThatRingsMovesToo) {
  ASSERT_TRUE(world_.alice.dial(world_.alice_account, kBobUri, world_.speaking(kAliceTone)));
  world_.bob.auto_answer(world_.speaking(kBobTone), 5s);
  world_.run_for(1s);
  world_.break_to({GetParam().to}, 200ms);
  EXPECT_TRUE(world_.both_hear(world_.now(), 60s, 50));
  EXPECT_THAT(places_of_alice(), Contains(GetParam().to));
}

constexpr Trip kTrips[] = {
    {"v4", "10.1.0.2", "10.2.0.2"},
    {"v6", "2001:db8:1::2", "2001:db8:2::2"},
    {"v4_to_v6", "10.1.0.2", "2001:db8:2::2"},
    {"v6_to_v4", "2001:db8:1::2", "10.2.0.2"},
};
INSTANTIATE_TEST_SUITE_P(Trips, OutboundProxiesTest, ::testing::ValuesIn(kTrips),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
