// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/dual_stack_world.h"
#include "support/engine_bench.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kMany = 10'000;

/// What an engine holds after a day is what it held after an hour.
void expect_small(const ua::Engine::Sizes& sizes) {
  EXPECT_LE(sizes.flows, 50U);
  EXPECT_LE(sizes.streams, 50U);
  EXPECT_LE(sizes.hops, 50U);
  EXPECT_LE(sizes.remembered, 50U);
  EXPECT_LE(sizes.transactions, 100U);
  EXPECT_LE(sizes.owners, 100U);
}

/// Two servers, streams to which open at once.
class EnduranceTest : public ::testing::Test {
 protected:
  EnduranceTest() {
    bench_.names["core.test"].push_back(ip("10.9.0.2"));
    bench_.route("10.9.0.2", "10.1.0.2");
  }
  void register_over(Transport transport) {
    const AccountOptions options{
        .address_of_record = "sip:alice@core.test",
        .registrar = "sip:core.test;transport=" + std::string(to_string(transport))};
    account_ = *bench_.engine.add_account(options, bench_.now);
    ASSERT_TRUE(bench_.engine.start_registration(account_, 300s, bench_.now));
    bench_.drain();
  }
  /// Answers what waits: probes, then one REGISTER.
  bool answer_register(int status) {
    while (auto sent = bench_.next_sent()) {
      if (!sent->message.is_request()) continue;
      const bool wanted = sent->message.method() == sip::Method::register_;
      bench_.answer(*sent, wanted ? status : 200);
      if (wanted) return true;
    }
    return false;
  }

  EngineBench bench_;
  AccountId account_;
};

TEST_F(EnduranceTest, T103_TenThousandConnectionsThatEndLeaveNothing) {
  register_over(Transport::tcp);
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(answer_register(200)) << i;
    ASSERT_EQ(bench_.streams.size(), 1U) << i;
    const auto flow = *bench_.streams.begin();
    bench_.streams.clear();
    bench_.sockets.erase(flow);
    bench_.advance(121s);  // what ends sooner is not made again at once
    bench_.feed(sip::IoInput{sip::FlowFailed{flow, std::nullopt, {Errc::connection_closed, ""}}});
    bench_.events.clear();
  }
  expect_small(bench_.engine.sizes());
}

TEST_F(EnduranceTest, T103_TenThousandFailoversLeaveNothing) {
  for (const auto transport : {Transport::tcp, Transport::udp}) {
    register_over(transport);
    int failovers = 0;
    for (int turn = 0; failovers < kMany / 2 && turn < 20 * kMany; ++turn) {
      if (answer_register(503)) {
        ++failovers;
      } else {
        bench_.advance(1s);
        bench_.feed(ua::NetworkHint{});  // or it would be hours until the next try
      }
      bench_.events.clear();
      bench_.logged.clear();
    }
    EXPECT_EQ(failovers, kMany / 2);
    bench_.advance(40s);
    expect_small(bench_.engine.sizes());
    ASSERT_TRUE(bench_.engine.remove_account(account_, bench_.now));
    bench_.drain();
    bench_.sent.clear();
  }
}

TEST_F(EnduranceTest, T103_TenThousandPeersLeaveNothing) {
  register_over(Transport::udp);
  ASSERT_TRUE(answer_register(200));
  const auto local = bench_.sockets.begin()->second;
  for (int i = 0; i < kMany; ++i) {
    const std::string number = std::to_string(i);
    const std::string peer = "10." + std::to_string(100 + i / 65'536) + '.' +
                             std::to_string(i / 256 % 256) + '.' + std::to_string(i % 256);
    bench_.route(peer, "10.1.0.2");
    auto invite = sip::Message::request("INVITE", "sip:alice@" + to_string(local));
    invite.add(sip::Field::via, "SIP/2.0/UDP " + peer + ";branch=z9hG4bK" + number);
    invite.add(sip::Field::from, "<sip:carol@far.test>;tag=1");
    invite.add(sip::Field::to, "<sip:alice@core.test>");
    invite.add(sip::Field::call_id, "call-" + number);
    invite.add(sip::Field::cseq, "1 INVITE");
    invite.add(sip::Field::max_forwards, "70");
    invite.add(sip::Field::contact, "<sip:carol@" + peer + '>');
    invite.set_body("application/sdp", far_sdp(peer));
    bench_.receive({local, {ip(peer), 5060}, sip::Message::request("X", "sip:x")}, invite.write());
    const auto calls = bench_.engine.calls();
    ASSERT_THAT(calls, SizeIs(1)) << i;
    ASSERT_TRUE(bench_.engine.decline(calls[0], 486, bench_.now));
    bench_.drain();
    bench_.advance(1s);
    bench_.sent.clear();
    bench_.events.clear();
    bench_.media.clear();
  }
  bench_.advance(40s);
  expect_small(bench_.engine.sizes());
  EXPECT_LE(bench_.engine.destinations_in_use().size(), 100U);
}

/// T102, T104: the account goes away at every moment of a registration and a call, by transport.
class RemovalTest : public ::testing::TestWithParam<Transport> {};

TEST_P(RemovalTest, T104_NothingIsToldOfAnAccountThatIsGone) {
  for (const bool hole : {false, true}) {
    for (auto moment = 0ms; moment < 700ms; moment += 3ms) {
      DualStackWorld world(kV6First);
      world.add_addresses();
      world.network.zone().delay("example.test", net::DnsType::a, 20ms);
      world.serve(GetParam());
      if (hole) world.make_hole();
      const auto account = world.add_account(GetParam());
      world.alice.start_registration(account);
      ASSERT_TRUE(world.call_bob());
      world.time.run_for(moment);
      ASSERT_TRUE(world.alice.run([&](ua::Engine& engine, TimePoint now) {
        return engine.remove_account(account, now);
      }));
      const auto told = world.alice.told().size();
      world.time.run_for(2min);
      EXPECT_THAT(world.alice.told(), SizeIs(told)) << moment.count() << " ms";
      EXPECT_EQ(world.alice.unrest(), "") << moment.count() << " ms";
      EXPECT_EQ(world.alice.open_streams(), 0U) << moment.count() << " ms";
      EXPECT_EQ(world.alice.engine().sizes().hops, 0U) << moment.count() << " ms";
      EXPECT_EQ(world.faults(), "") << moment.count() << " ms";
      if (::testing::Test::HasFailure()) {
        std::cout << world.alice.log();
        return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, RemovalTest,
                         ::testing::Values(Transport::udp, Transport::tcp, Transport::tls),
                         [](const auto& row) { return std::string(to_string(row.param)); });

}  // namespace
}  // namespace godwit::test
