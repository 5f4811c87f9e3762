// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "support/dual_stack_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Two servers, each of one family, the first of which does not take what it gets.
class FailoverTest : public ::testing::TestWithParam<TriedFirst> {
 protected:
  void SetUp() override { world_.add_addresses(); }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");  // INV
    if (HasFailure()) std::cout << world_.alice.log();
  }
  void start(Transport transport, const AccountOptions& options = {}) {
    world_.serve(transport);
    world_.add_account(transport, options);
  }
  void call_bob(Duration span = 2s) {
    const auto call = world_.call_bob();
    ASSERT_TRUE(call);
    call_ = *call;
    world_.time.run_for(span);
  }
  /// The INVITE that came second is the first one again, but for its branch (R12).
  void expect_same_request_on_another_branch() {
    const auto one = world_.first.got("INVITE");
    const auto two = world_.second.got("INVITE");
    ASSERT_FALSE(one.empty() || two.empty());
    const auto& before = one.front().message;
    const auto& after = two.front().message;
    EXPECT_EQ(after.call_id(), before.call_id());
    EXPECT_EQ(after.from_tag(), before.from_tag());
    EXPECT_EQ(after.cseq(), before.cseq());
    EXPECT_EQ(after.uri(), before.uri());
    EXPECT_NE(after.top_via().branch, before.top_via().branch);
    EXPECT_EQ(session_id(after), session_id(before));
    const auto family = DualStackWorld::other(world_.first_family());
    EXPECT_THAT(std::string(after.body()),
                HasSubstr("\r\nc=IN " + std::string(net::sdp_address_type(family))));
  }
  /// Session id of the o= line.
  static std::string session_id(const sip::Message& message) {
    const std::string body(message.body());
    const auto begin = body.find(' ', body.find("\no=")) + 1;
    return body.substr(begin, body.find(' ', begin) - begin);
  }

  DualStackWorld world_{GetParam()};
  CallId call_;
};

TEST_P(FailoverTest, T41_A503GoesToTheNextServerAsTheSameRequest) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    DualStackWorld world(GetParam());
    world.add_addresses();
    world.serve(transport);
    world.first.on("INVITE", {{.status = 503}});
    world.add_account(transport);
    ASSERT_TRUE(world.call_bob());
    world.time.run_for(2s);
    EXPECT_EQ(world.first.count("INVITE"), 1U);
    EXPECT_EQ(world.second.count("INVITE"), 1U);
    EXPECT_EQ(world.first.count("ACK"), 1U);
    EXPECT_THAT(world.alice.all<CallAnswered>(), SizeIs(1)) << to_string(transport);
    EXPECT_EQ(world.faults(), "");
  }
}

TEST_P(FailoverTest, T41_RetryAfterIsObeyed) {
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 503, .retry_after = 5s}});
  call_bob(1s);
  const auto told = world_.sent("", world_.first_address()).back().at;
  world_.first.on("INVITE", {});
  call_bob(3s);
  call_bob(500ms);
  for (const auto& request : world_.sent("", world_.first_address())) {
    EXPECT_TRUE(request.at <= told + 50ms || request.at >= told + 4900ms) << request.method;
  }
  EXPECT_EQ(world_.second.count("INVITE"), 3U);
}

TEST_P(FailoverTest, T42_AcrossFamiliesEveryWordIsTrueAgain) {
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 503}});
  call_bob();
  expect_same_request_on_another_branch();
}

TEST_P(FailoverTest, T43_WithSeveralAddressesOfAFamily) {
  world_.a.add_address("eth0", "2001:db8:1::7");
  world_.a.add_address("eth0", "2001:db8:1::abcd");
  world_.a.mark("2001:db8:1::2", false, true);
  world_.time.run_for(3s);
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 503}});
  call_bob();
  expect_same_request_on_another_branch();
}

TEST_P(FailoverTest, T43_AfterAChallengeOfTheFirstServer) {
  start(Transport::udp);
  world_.first.ask_for_credentials("alice", "wonderland");
  world_.second.ask_for_credentials("alice", "wonderland");
  world_.first.on("INVITE", {{.status = 503}});
  call_bob();
  EXPECT_EQ(world_.first.count("INVITE"), 2U) << "without and with credentials";
  EXPECT_EQ(world_.second.count("INVITE"), 2U);
  EXPECT_THAT(world_.alice.all<CallAnswered>(), SizeIs(1));
}

TEST_P(FailoverTest, T43_WithAPublicAddressOfEachFamily) {
  UserAgentOptions options;
  options.transport.bind.public_address_v4 = "198.51.100.1";
  options.transport.bind.public_address_v6 = "2001:db8:ff::1";
  DualStackWorld world(GetParam(), options);
  world.add_addresses();
  world.serve(Transport::udp);
  world.first.on("INVITE", {{.status = 503}});
  world.add_account(Transport::udp);
  ASSERT_TRUE(world.call_bob());
  world.time.run_for(2s);
  const auto invites = world.second.got("INVITE");
  ASSERT_THAT(invites, SizeIs(1));
  const bool v4 = world.first_family() == net::Family::v6;
  EXPECT_THAT(std::string(*invites[0].message.field(sip::Field::contact)),
              HasSubstr(v4 ? "@198.51.100.1" : "@[2001:db8:ff::1]"));
  EXPECT_EQ(world.faults(), "");
}

TEST_P(FailoverTest, T43_WithAnAddressThatChangedSinceTheStart) {
  start(Transport::udp);
  world_.a.remove_address("2001:db8:1::2");
  world_.a.remove_address("10.1.0.2");
  world_.a.add_address("eth0", "2001:db8:1::3");
  world_.a.add_address("eth0", "10.1.0.3");
  world_.time.run_for(3s);
  world_.first.on("INVITE", {{.status = 503}});
  call_bob();
  expect_same_request_on_another_branch();
}

TEST_P(FailoverTest, T44_SilenceAfterARingingIsNoReason) {
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 180}});
  call_bob(50s);
  EXPECT_EQ(world_.second.count("INVITE"), 0U);
  EXPECT_THAT(world_.alice.all<CallRinging>(), SizeIs(1));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

TEST_P(FailoverTest, T44_SilenceAfterA100IsToldAndNoReason) {
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 100}});
  call_bob(100s);
  EXPECT_EQ(world_.second.count("INVITE"), 0U);
  ASSERT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  EXPECT_EQ(world_.alice.last<CallEnded>()->who, Who::timeout);
}

TEST_P(FailoverTest, T45_CredentialsGoToTheServerThatAskedForThem) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      DualStackWorld world(GetParam(), {}, seed);
      const bool tls = transport == Transport::tls;
      const std::string protocol = transport == Transport::udp ? "._udp" : "._tcp";
      world.add_services((tls ? "_sips" : "_sip") + protocol, 10, 10);
      world.serve(transport);
      world.first.ask_for_credentials("alice", "wonderland");
      world.second.ask_for_credentials("alice", "wonderland");
      world.add_account(transport);
      EXPECT_LE(world.register_account(), 1s);
      const auto one = world.first.count("REGISTER");
      const auto two = world.second.count("REGISTER");
      EXPECT_TRUE((one == 2 && two == 0) || (one == 0 && two == 2)) << "seed " << seed;
      EXPECT_LE(world.first.accepted() + world.second.accepted(), 1U) << "seed " << seed;
      EXPECT_EQ(world.faults(), "");
    }
  }
}

TEST_P(FailoverTest, T46_CancelAndAckGoWhereTheirInviteWent) {
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 503}});
  world_.second.on("INVITE", {{.status = 180}});
  call_bob();
  world_.alice.hang_up(call_);
  world_.time.run_for(2s);
  EXPECT_EQ(world_.first.count("CANCEL"), 0U);
  EXPECT_EQ(world_.second.count("CANCEL"), 1U);
  const auto branches = [](const ScriptServer& server) {
    std::set<std::string> out;
    for (const auto& got : server.all()) {
      if (got.message.method() == sip::Method::options) continue;
      out.insert(got.message.top_via().branch);
    }
    return out;
  };
  EXPECT_THAT(branches(world_.first), SizeIs(1)) << "INVITE and ACK";
  EXPECT_THAT(branches(world_.second), SizeIs(1)) << "INVITE, CANCEL and ACK";
  EXPECT_EQ(world_.first.count("ACK"), 1U);
  EXPECT_EQ(world_.second.count("ACK"), 1U);
}

TEST_P(FailoverTest, T46_AfterACancelNoOtherServerIsTried) {
  start(Transport::udp);
  world_.first.on("INVITE", {});
  call_bob(5s);
  world_.alice.hang_up(call_);
  world_.time.run_for(60s);
  EXPECT_EQ(world_.second.count("INVITE"), 0U);
  EXPECT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
}

TEST_P(FailoverTest, T47_ALateAnswerOfTheFirstServerIsHungUp) {
  start(Transport::udp);
  world_.first.on("INVITE", {{.status = 200, .after = 40s}});
  call_bob(39s);
  ASSERT_THAT(world_.alice.all<CallAnswered>(), SizeIs(1)) << "by the second server";
  expect_same_request_on_another_branch();
  world_.time.run_for(5s);
  EXPECT_EQ(world_.first.count("ACK"), 1U);
  EXPECT_EQ(world_.first.count("BYE"), 1U);
  EXPECT_EQ(world_.second.count("BYE"), 0U);
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

TEST_P(FailoverTest, T47_AMergedInviteIsAnswered482) {
  start(Transport::udp);
  ASSERT_LE(world_.register_account(), 1s);
  const auto alice = world_.first.got("REGISTER").back().flow.remote;
  std::vector<int> answers;
  const net::SocketAddress local{ip(world_.first_address()), 5070};
  const auto socket = world_.first_host.bind(local, [&](const FakePacket& packet) {
    answers.push_back(sip::read_message(packet.bytes).message.status());
  });
  for (const auto* branch : {"z9hG4bKone", "z9hG4bKtwo"}) {
    auto invite = sip::Message::request("INVITE", "sip:alice@" + to_string(alice));
    invite.add(sip::Field::via, "SIP/2.0/UDP " + to_string(local) + ";branch=" + branch);
    invite.add(sip::Field::max_forwards, "70");
    invite.add(sip::Field::from, "<sip:bob@example.test>;tag=1");
    invite.add(sip::Field::to, "<sip:alice@example.test>");
    invite.add(sip::Field::call_id, "merged");
    invite.add(sip::Field::cseq, "1 INVITE");
    invite.add(sip::Field::contact, "<sip:bob@" + to_string(local) + '>');
    ASSERT_TRUE(world_.first_host.send(*socket, local.address, alice, invite.write()));
    world_.time.run_for(100ms);
  }
  EXPECT_EQ(std::count(answers.begin(), answers.end(), 482), 1);
  EXPECT_THAT(world_.alice.all<IncomingCall>(), SizeIs(1));
}

TEST_P(FailoverTest, T50_ALargeInviteGoesOverTcpOfTheSameFamily) {
  AccountOptions options;
  options.display_name = std::string(1200, 'a');
  world_.serve(Transport::tcp);
  start(Transport::udp, options);
  call_bob();
  const auto invites = world_.first.got("INVITE");
  ASSERT_THAT(invites, SizeIs(1));
  EXPECT_EQ(invites[0].flow.transport, Transport::tcp);
}

TEST_P(FailoverTest, T50_WhereTcpIsRefusedALargeInviteGoesOverUdpAfterAll) {
  AccountOptions options;
  options.display_name = std::string(1200, 'a');
  start(Transport::udp, options);
  call_bob();
  const auto invites = world_.first.got("INVITE");
  ASSERT_THAT(invites, SizeIs(1));
  EXPECT_EQ(invites[0].flow.transport, Transport::udp);
  EXPECT_FALSE(world_.connects(world_.first_address()).empty());
  EXPECT_THAT(world_.connects(world_.second_address()), IsEmpty());
}

TEST_P(FailoverTest, T53_GreyServersAreStillTried) {
  start(Transport::tcp);
  world_.network.set_swallower([](const FakePacket&) { return true; });
  call_bob(60s);
  ASSERT_THAT(world_.alice.all<CallEnded>(), SizeIs(1));
  world_.heal();
  call_bob();
  EXPECT_EQ(world_.first.count("INVITE") + world_.second.count("INVITE"), 1U);
}

TEST_P(FailoverTest, T54_AGreyServerOfABetterPriorityComesBackWithinAMinute) {
  DualStackWorld world(GetParam());
  world.add_services("_sip._udp", 10, 20);
  world.serve(Transport::udp);
  world.first.once("INVITE", {{.status = 503}});
  world.add_account(Transport::udp);
  ASSERT_TRUE(world.call_bob());
  world.time.run_for(2s);
  ASSERT_EQ(world.second.count("INVITE"), 1U);
  world.time.run_for(61s);
  ASSERT_TRUE(world.call_bob());
  world.time.run_for(2s);
  EXPECT_EQ(world.first.count("INVITE"), 2U);
  EXPECT_EQ(world.second.count("INVITE"), 1U);
}

TEST_P(FailoverTest, T55_WhatOneMethodLearntAllMethodsKnow) {
  start(Transport::udp);
  world_.first.on("REGISTER", {{.status = 503}});
  ASSERT_LE(world_.register_account(), 1s);
  world_.time.run_for(1s);
  const auto before = world_.sent("INVITE", world_.first_address()).size();
  call_bob();
  EXPECT_THAT(world_.sent("INVITE", world_.first_address()), SizeIs(before));
  EXPECT_EQ(world_.second.count("INVITE"), 1U);
  const auto asked = world_.alice.run([](ua::Engine& engine, TimePoint now) {
    return engine.query_options("sip:example.test;transport=udp", now);
  });
  ASSERT_TRUE(asked);
  world_.time.run_for(2s);
  ASSERT_THAT(world_.alice.all<OptionsAnswered>(), SizeIs(1));
  EXPECT_THAT(world_.alice.last<OptionsAnswered>()->remote, HasSubstr(world_.second_address()));
}

INSTANTIATE_TEST_SUITE_P(Families, FailoverTest, ::testing::Values(kV6First, kV4First),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace godwit::test
