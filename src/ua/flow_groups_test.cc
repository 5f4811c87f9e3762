// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_groups.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

class FlowGroupsTest : public ::testing::Test {
 protected:
  static constexpr AccountId kAlice{1};
  static constexpr AccountId kBob{2};

  static TransportOptions agent() {
    TransportOptions options;
    options.tls_options.ca_file = "ca.pem";
    options.bind.dscp = 24;
    return options;
  }
  [[nodiscard]] bool share() const { return groups_.of(kAlice).id == groups_.of(kBob).id; }

  FlowGroups groups_{agent()};
  AccountOptions options_;
};

TEST_F(FlowGroupsTest, WhoWantsTheSameIsInOneGroup) {
  groups_.join(kAlice, options_);
  groups_.join(kBob, options_);
  EXPECT_TRUE(share());
  EXPECT_EQ(groups_.of(kBob).tls->ca_file, "ca.pem");
  EXPECT_EQ(groups_.of(kBob).bind.dscp, 24);

  options_.tls = agent().tls_options;
  options_.bind = agent().bind;
  groups_.join(kBob, options_);
  EXPECT_TRUE(share()) << "that it says so itself makes no difference";
}

TEST_F(FlowGroupsTest, WhatIsOutsideAllAccountsSharesWithNone) {
  groups_.join(kAlice, options_);
  EXPECT_FALSE(share());
  EXPECT_EQ(groups_.of({}).id, FlowGroupId{});
  EXPECT_EQ(groups_.of({}).tls->ca_file, "ca.pem");
}

TEST_F(FlowGroupsTest, EveryOptionOfTlsAndSocketsSeparates) {
  groups_.join(kAlice, options_);
  for (int option = 0; option < 11; ++option) {
    TlsOptions tls = agent().tls_options;
    BindOptions bind = agent().bind;
    if (option == 0) tls.ca_file = "other.pem";
    if (option == 1) tls.certificate_file = "bob.pem";
    if (option == 2) tls.private_key_file = "bob.key";
    if (option == 3) tls.verify = false;
    if (option == 4) tls.allow_wildcards = true;
    if (option == 5) tls.key_log_file = "keys";
    if (option == 6) bind.interface = "wlan0";
    if (option == 7) bind.address = "192.0.2.1";
    if (option == 8) bind.dscp = 46;
    if (option == 9) bind.public_address_v4 = "198.51.100.1";
    if (option == 10) bind.public_address_v6 = "2001:db8::1";
    options_.tls = tls;
    options_.bind = bind;
    groups_.join(kBob, options_);
    EXPECT_FALSE(share()) << option;
    EXPECT_EQ(groups_.size(), 2U) << "nobody is left in the one before";
  }
}

TEST_F(FlowGroupsTest, AFunctionOfOnesOwnIsSharedWithNobody) {
  options_.bind = BindOptions{};
  options_.bind->choose = [](const std::string&) { return std::string("192.0.2.1"); };
  groups_.join(kAlice, options_);
  groups_.join(kBob, options_);
  EXPECT_FALSE(share());
  const auto before = groups_.of(kBob).id;
  options_.bind->choose = [](const std::string&) { return std::string("192.0.2.2"); };
  groups_.join(kBob, options_);
  EXPECT_EQ(groups_.of(kBob).id, before);
  EXPECT_EQ(groups_.of(kBob).bind.choose(""), "192.0.2.2");
}

TEST_F(FlowGroupsTest, TheFunctionOfTheAgentIsShared) {
  auto transport = agent();
  transport.bind.choose = [](const std::string&) { return std::string(); };
  groups_ = FlowGroups(transport);
  groups_.join(kAlice, options_);
  groups_.join(kBob, options_);
  EXPECT_TRUE(share());
}

TEST_F(FlowGroupsTest, ThatTheFirstGoesDoesNotConcernTheOthers) {
  groups_.join(kAlice, options_);
  groups_.join(kBob, options_);
  const auto id = groups_.of(kBob).id;
  groups_.leave(kAlice);
  EXPECT_EQ(groups_.of(kBob).id, id);
  groups_.join(kAlice, options_);
  EXPECT_TRUE(share());
  groups_.leave(kAlice);
  groups_.leave(kBob);
  EXPECT_EQ(groups_.size(), 0U);
  groups_.join(kBob, options_);
  EXPECT_NE(groups_.of(kBob).id, id) << "a name is not used twice";
}

}  // namespace
}  // namespace godwit::ua
