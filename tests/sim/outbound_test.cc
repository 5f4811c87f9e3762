// SPDX-License-Identifier: Apache-2.0
// Everybody registers as an instance with a flow (RFC 5626), and is known in dialogs by GRUUs (RFC 5627).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "support/call_script.h"
#include "support/long_run.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class OutboundClientTest : public ::testing::TestWithParam<net::Transport> {
 protected:
  void SetUp() override { ASSERT_TRUE(world_.register_both()); }
  void TearDown() override {
    EXPECT_EQ(world_.unrest_at_the_end(), "");
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  static WorldOptions options() {
    WorldOptions options;
    options.alice_by = options.bob_by = GetParam();
    options.outbound = Outbound::always;
    options.agent.instance_id = kSomeInstance;
    return options;
  }
  /// Contacts of what Alice sent with this method, requests and responses, each message's in one text.
  [[nodiscard]] std::vector<std::string> contacts_of_alice(std::string_view method) const {
    std::vector<std::string> all;
    for (const auto& sent : world_.wire()) {
      if (sent.host != "alice" || sent.method != method) continue;
      const auto message = sip::read_message(sent.bytes).message;
      std::string contacts;
      for (const auto value : message.values(sip::Field::contact)) contacts += std::string(value) + '\n';
      if (!contacts.empty()) all.push_back(contacts);
    }
    return all;
  }
  [[nodiscard]] std::string gruu_of_alice() const {
    return world_.alice.last<RegistrationChanged>()->public_gruu;
  }

  SimWorld world_{options()};
};

TEST_P(OutboundClientTest, ACallMovesWithItsGruuAndOneBinding) {
  EXPECT_THAT(gruu_of_alice(), HasSubstr(";gr=urn:uuid:"));
  ASSERT_TRUE(world_.call_bob());
  world_.break_to({"10.2.0.2"}, 1s);
  ASSERT_TRUE(world_.both_hear(world_.now() + 2s, 10s));
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_THAT(world_.server.bindings("alice")[0], HasSubstr("10.2.0.2"));
  EXPECT_THAT(contacts_of_alice("REGISTER"), Each(Not(HasSubstr("expires=0"))));
  EXPECT_THAT(contacts_of_alice("INVITE"), Each(HasSubstr('<' + gruu_of_alice() + '>')));
}

TEST_P(OutboundClientTest, WhoMovedIsCalledAndHungUpOnByItsGruu) {
  world_.break_to({"2001:db8:2::2"}, 500ms);
  world_.run_for(5s);
  ASSERT_TRUE(world_.call_alice());
  EXPECT_THAT(contacts_of_alice("INVITE"), Each(HasSubstr('<' + gruu_of_alice() + '>')));
  world_.bob.hang_up(world_.bob.last<CallAnswered>()->call);
  world_.run_for(2s);
  const auto ended = world_.alice.last<CallEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->who, Who::peer);
}

TEST_P(OutboundClientTest, AnAnonymousCallerIsKnownByATemporaryGruu) {
  auto options = world_.speaking(kAliceTone);
  options.privacy = Privacy::anonymous;
  ASSERT_TRUE(world_.alice.dial(world_.alice_account, kBobUri, options));
  world_.run_for(2s);
  const auto temporary = world_.alice.last<RegistrationChanged>()->temporary_gruu;
  EXPECT_THAT(contacts_of_alice("INVITE"), Each(HasSubstr('<' + temporary + '>')));
}

INSTANTIATE_TEST_SUITE_P(Transports, OutboundClientTest,
                         ::testing::Values(net::Transport::udp, net::Transport::tcp,
                                           net::Transport::tls),
                         [](const auto& row) { return std::string(to_string(row.param)); });

/// Scripts with outbound on all sides, moved at every step.
class OutboundAtEveryStepTest : public ::testing::TestWithParam<net::Transport> {};

TEST_P(OutboundAtEveryStepTest, EndsDefinedWhenTheNetworkChangesAtAnyStep) {
  const auto breaks = network_breaks();
  std::size_t turn = 0;
  for (const auto& script : call_scripts()) {
    for (std::size_t step = 0; step < script.lines.size(); ++step) {
      for (const std::string_view side : {"alice", "bob"}) {
        ++turn;
        if (!in_long_run() && turn % 4 != 0) continue;
        Disturbance disturbance;
        disturbance.outbound_by = GetParam();
        disturbance.change = &breaks[turn / 4 % breaks.size()];
        disturbance.side = side;
        disturbance.at_step = step;
        disturbance.after = turn % 8 == 0 ? Duration{} : Duration{60ms};
        const auto wrong = play(script, disturbance, seed_of_run());
        ASSERT_EQ(wrong, "") << disturbance.change->name << " of " << side << " after step " << step;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, OutboundAtEveryStepTest,
                         ::testing::Values(net::Transport::udp, net::Transport::tcp,
                                           net::Transport::tls),
                         [](const auto& row) { return std::string(to_string(row.param)); });

}  // namespace
}  // namespace godwit::test
