// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "support/dual_stack_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

std::string by_name(Transport transport) { return std::string(to_string(transport)); }

/// What becomes of a flow that dies without a word, over one transport.
class SilentFlowTest : public ::testing::TestWithParam<Transport> {
 protected:
  void SetUp() override {
    world_.add_addresses();
    world_.serve(GetParam());
    world_.add_account(GetParam());
    ASSERT_LE(world_.register_account(), 1s);
    ASSERT_EQ(world_.first.count("REGISTER"), 1U);
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");  // INV
    if (HasFailure()) std::cout << world_.alice.log();
  }
  /// From now on the first server is not reached; what Alice writes to it is kept.
  void fall_silent() {
    world_.network.set_swallower([this](const FakePacket& packet) {
      const auto server = ip(world_.first_address());
      const bool lost = packet.source.address == server || packet.destination.address == server;
      if (lost && packet.destination.address == server && !packet.bytes.empty() && !unanswered_) {
        unanswered_ = world_.time.now();
      }
      return lost;
    });
  }
  bool registers_at_the_second(Duration limit) {
    return world_.time.run_until([this] { return world_.second.count("REGISTER") > 0; }, limit);
  }

  DualStackWorld world_{kV6First};
  std::optional<TimePoint> unanswered_;
};

TEST_P(SilentFlowTest, F26_IsReplacedWithinTenSecondsOfTheFirstByteItLeftUnanswered) {
  world_.time.run_for(250s);
  fall_silent();
  ASSERT_TRUE(registers_at_the_second(150s));
  ASSERT_TRUE(unanswered_);
  const auto registers = world_.sent("REGISTER", world_.second_address());
  ASSERT_FALSE(registers.empty());
  EXPECT_LE(registers[0].at - *unanswered_, 10s + 100ms);
  world_.time.run_for(1s);
  EXPECT_TRUE(world_.registered());
}

TEST_P(SilentFlowTest, F26_WhereTheServerNeverAnsweredAPing) {
  world_.first.answer_pings(false);
  world_.time.run_for(350s);
  EXPECT_EQ(world_.second.count(), 0U) << "alive all the time";
  fall_silent();
  ASSERT_TRUE(registers_at_the_second(150s));
  EXPECT_LE(world_.sent("REGISTER", world_.second_address())[0].at - *unanswered_, 10s + 100ms);
}

TEST_P(SilentFlowTest, F26_ALiveFlowIsNeverReplaced) {
  world_.time.run_for(2h);
  EXPECT_EQ(world_.second.count(), 0U);
  EXPECT_THAT(world_.alice.all<RegistrationChanged>(), Not(IsEmpty()));
  EXPECT_EQ(world_.first.accepted(), GetParam() == Transport::udp ? 0U : 1U);
}

TEST_P(SilentFlowTest, F26_TheNextCallAfterAnUnansweredPingGoesToTheOtherServer) {
  world_.time.run_for(250s);
  fall_silent();
  ASSERT_TRUE(registers_at_the_second(150s));
  const auto start = world_.time.now();
  ASSERT_TRUE(world_.call_bob());
  world_.time.run_for(2s);
  EXPECT_EQ(world_.first.count("INVITE"), 0U);
  const auto invites = world_.sent("INVITE", world_.second_address());
  ASSERT_FALSE(invites.empty());
  EXPECT_LE(invites[0].at - start, 1s);
}

INSTANTIATE_TEST_SUITE_P(Transports, SilentFlowTest,
                         ::testing::Values(Transport::udp, Transport::tcp, Transport::tls),
                         [](const auto& row) { return by_name(row.param); });

/// Transport and address of Alice; Bob has both families.
struct Kind {
  const char* name;
  Transport transport;
  const char* address;
  const char* elsewhere;  ///< in the other family, on another network
};
void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}
constexpr Kind kKinds[] = {
    {"udp_v4", Transport::udp, "10.1.0.2", "2001:db8:2::2"},
    {"udp_v6", Transport::udp, "2001:db8:1::2", "10.2.0.2"},
    {"tcp_v4", Transport::tcp, "10.1.0.2", "2001:db8:2::2"},
    {"tcp_v6", Transport::tcp, "2001:db8:1::2", "10.2.0.2"},
    {"tls_v4", Transport::tls, "10.1.0.2", "2001:db8:2::2"},
    {"tls_v6", Transport::tls, "2001:db8:1::2", "10.2.0.2"},
};

/// Flows of the six kinds at the server.
class FlowKindTest : public ::testing::TestWithParam<Kind> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam().address};
    options.alice_by = GetParam().transport;
    return options;
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  [[nodiscard]] OnWire last_sent(std::string_view method, Transport transport) const {
    OnWire found;
    for (const auto& message : world_.wire()) {
      const bool fits = message.host == "alice" && message.status == 0 && message.method == method;
      if (fits && message.transport == transport) found = message;
    }
    return found;
  }
  [[nodiscard]] static sip::Message read(const OnWire& message) {
    return sip::read_message(message.bytes).message;
  }

  SimWorld world_{options()};
};

TEST_P(FlowKindTest, F28_F29_WithoutAListenerRegisteredAndCallable) {
  ASSERT_TRUE(world_.register_both());
  EXPECT_EQ(world_.a.tcp().listeners(), 0U);
  const auto request = last_sent("REGISTER", GetParam().transport);
  EXPECT_THAT(std::string(*read(request).field(sip::Field::contact)),
              HasSubstr('@' + to_string(request.from)))
      << "the flow's own address and port";
  ASSERT_TRUE(world_.call_alice());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(FlowKindTest, F59_BothCallEachOther) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  world_.alice.hang_up(world_.alice.engine().calls().front());
  world_.run_for(1s);
  ASSERT_TRUE(world_.call_alice());
  EXPECT_THAT(world_.alice.all<CallAnswered>(), SizeIs(2));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(FlowKindTest, F30_AChangeOfTheNetworkBringsNoListener) {
  ASSERT_TRUE(world_.register_both());
  world_.break_to({"10.2.0.2", "2001:db8:2::2"}, 200ms);
  world_.run_for(5s);
  EXPECT_EQ(world_.a.tcp().listeners(), 0U);
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  ASSERT_TRUE(world_.call_alice());
}

TEST_P(FlowKindTest, F43_AFamilyThatWasNotThereAtTheStartRegisters) {
  ASSERT_TRUE(world_.register_both());
  world_.break_to({GetParam().elsewhere}, 200ms);
  world_.run_for(5s);
  const auto bindings = world_.server.bindings("alice");
  ASSERT_THAT(bindings, SizeIs(1));
  EXPECT_THAT(bindings[0], HasSubstr(GetParam().elsewhere));
  ASSERT_TRUE(world_.call_alice());
  ASSERT_TRUE(world_.register_both());
}

// T96, T97 for streams: the call goes on over a new connection.
TEST_P(FlowKindTest, T96_ACallGoesOnInTheOtherFamily) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  world_.run_for(1s);
  world_.break_to({GetParam().elsewhere}, 200ms);
  world_.run_for(3s);
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  EXPECT_THAT(world_.alice.all<Dropped>(), IsEmpty());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(FlowKindTest, T99_SixChangesOfTheFamilyInOneCall) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  const std::string addresses[] = {GetParam().elsewhere, GetParam().address};
  for (int change = 0; change < 6; ++change) {
    const std::string links[] = {"wifi0", "lte0"};
    world_.a.detach(links[change % 2]);
    world_.run_for(300ms);
    world_.a.attach(links[(change + 1) % 2], {addresses[change % 2]});
    world_.run_for(4s);
    ASSERT_TRUE(world_.both_hear(world_.now(), 2s, 20)) << "change " << change;
  }
  EXPECT_THAT(world_.alice.all<Dropped>(), IsEmpty());
  EXPECT_THAT(world_.server.bindings("alice"), SizeIs(1));
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(FlowKindTest, T48_RequestsOfACallStayOnItsFlow) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  const auto questions = world_.alice.questions();
  const auto invite = last_sent("INVITE", GetParam().transport);
  world_.alice.hang_up(world_.alice.engine().calls().front());
  world_.run_for(1s);
  const auto bye = last_sent("BYE", GetParam().transport);
  EXPECT_EQ(bye.to, invite.to);
  EXPECT_EQ(bye.from, invite.from);
  EXPECT_EQ(world_.alice.questions(), questions);
  EXPECT_LE(world_.alice.open_streams(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, FlowKindTest, ::testing::ValuesIn(kKinds),
                         [](const auto& row) { return std::string(row.param.name); });

/// Where Alice and Bob are, and how each talks to the server.
struct Pair {
  const char* name;
  std::vector<std::string> alice_at;
  std::vector<std::string> bob_at;
  Transport alice_by = Transport::udp;
  Transport bob_by = Transport::udp;
};
void PrintTo(const Pair& pair, std::ostream* out) {
  *out << pair.name;
}

class PairTest : public ::testing::TestWithParam<Pair> {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = GetParam().alice_at;
    options.bob_at = GetParam().bob_at;
    options.alice_by = GetParam().alice_by;
    options.bob_by = GetParam().bob_by;
    return options;
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  SimWorld world_{options()};
};

// F61, F62: with one family or both, each can call the other.
TEST_P(PairTest, F62_EachCallsTheOther) {
  ASSERT_TRUE(world_.register_both());
  ASSERT_TRUE(world_.call_bob());
  world_.bob.hang_up(world_.bob.engine().calls().front());
  world_.run_for(1s);
  ASSERT_TRUE(world_.call_alice());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

const std::string kAlice4 = "10.1.0.2";
const std::string kAlice6 = "2001:db8:1::2";
const std::string kBob4 = "10.3.0.2";
const std::string kBob6 = "2001:db8:3::2";
const Pair kPairs[] = {
    {"v4_and_v4", {kAlice4}, {kBob4}},
    {"v4_and_both", {kAlice4}, {kBob4, kBob6}},
    {"v6_and_v6", {kAlice6}, {kBob6}},
    {"v6_and_both", {kAlice6}, {kBob4, kBob6}},
    {"both_and_v4", {kAlice4, kAlice6}, {kBob4}},
    {"both_and_v6", {kAlice4, kAlice6}, {kBob6}},
    {"both_and_both", {kAlice4, kAlice6}, {kBob4, kBob6}},
    {"tcp_v4_and_udp_v4", {kAlice4}, {kBob4}, Transport::tcp, Transport::udp},
    {"tls_v6_and_tcp_both", {kAlice6}, {kBob4, kBob6}, Transport::tls, Transport::tcp},
    {"udp_both_and_tls_v4", {kAlice4, kAlice6}, {kBob4}, Transport::udp, Transport::tls},
};
INSTANTIATE_TEST_SUITE_P(Families, PairTest, ::testing::ValuesIn(kPairs),
                         [](const auto& row) { return std::string(row.param.name); });

/// Alice with three networks at once.
class ManyAddressesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.a.attach("lte0", {"10.2.0.2"}, 200);
    world_.a.attach("tun0", {"10.4.0.2"}, 300);
    world_.run_for(3s);
    world_.network.set_segment_tap([this](const FakeHost& host, const FakePacket& packet) {
      const bool syn = packet.segment->kind == Segment::Kind::syn;
      if (syn && &host == &world_.a) sources_.push_back(to_string(packet.source.address));
    });
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  AccountId add_account(Transport transport, const std::string& address) {
    AccountOptions options;
    options.address_of_record = kAliceUri;
    options.password = "wonderland";
    options.registrar = "sip:example.test;transport=" + by_name(transport);
    if (!address.empty()) options.bind.emplace().address = address;
    return world_.alice.add_account(options);
  }
  void register_account(AccountId account) {
    world_.alice.start_registration(account);
    world_.run_for(2s);
    EXPECT_EQ(world_.alice.last<RegistrationChanged>()->state, RegistrationState::registered);
  }

  SimWorld world_;
  std::vector<std::string> sources_;
};

// T60, T61: the kernel's route is not the only answer.
TEST_F(ManyAddressesTest, F63_EachAccountConnectsFromTheAddressItIsBoundTo) {
  for (const auto transport : {Transport::tcp, Transport::tls}) {
    sources_.clear();
    for (const auto* address : {"10.4.0.2", "10.2.0.2", "10.1.0.2", ""}) {
      register_account(add_account(transport, address));
    }
    EXPECT_THAT(sources_, ::testing::ElementsAre("10.4.0.2", "10.2.0.2", "10.1.0.2", "10.1.0.2"));
  }
}

TEST_F(ManyAddressesTest, T60_ADatagramSaysWhereItCameFromToo) {
  for (const auto* address : {"10.4.0.2", "10.2.0.2"}) {
    register_account(add_account(Transport::udp, address));
    EXPECT_THAT(world_.alice.last<RegistrationChanged>()->contact, HasSubstr(address));
  }
}

TEST_F(ManyAddressesTest, T57_ACallIsAnsweredFromTheAddressItCameTo) {
  register_account(add_account(Transport::udp, "10.4.0.2"));
  world_.bob.start_registration(world_.bob_account);
  world_.run_for(1s);
  world_.alice.auto_answer(world_.speaking(kAliceTone));
  ASSERT_TRUE(world_.bob.dial(world_.bob_account, kAliceUri, world_.speaking(kBobTone)));
  world_.run_for(2s);
  ASSERT_THAT(world_.alice.all<CallAnswered>(), SizeIs(1));
  const auto answer = std::find_if(world_.wire().begin(), world_.wire().end(), [](const auto& m) {
    return m.host == "alice" && m.status == 200 && m.method == "INVITE";
  });
  ASSERT_NE(answer, world_.wire().end());
  EXPECT_EQ(to_string(answer->from.address), "10.4.0.2");
  EXPECT_THAT(answer->bytes, HasSubstr("\r\nContact: <sip:alice@" + to_string(answer->from)));
}

// F33, F37: asked again on every change, and at any time.
TEST(BindingTest, F37_TheAddressIsChangedWhileTheAgentRuns) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    std::string wanted = "10.1.0.2";
    WorldOptions options;
    options.alice_at = {"10.1.0.2", "10.1.0.3"};
    options.alice_by = transport;
    options.agent.transport.bind.choose = [&](const std::string&) { return wanted; };
    SimWorld world(options);
    ASSERT_TRUE(world.register_both());
    ASSERT_THAT(world.server.bindings("alice")[0], HasSubstr("10.1.0.2"));
    wanted = "10.1.0.3";
    world.alice.notify_network_changed();
    world.run_for(5s);
    ASSERT_THAT(world.server.bindings("alice"), SizeIs(1)) << to_string(transport);
    EXPECT_THAT(world.server.bindings("alice")[0], HasSubstr("10.1.0.3")) << to_string(transport);
    EXPECT_EQ(world.faults(), "");
  }
}

TEST(BindingTest, F35_ARequestAfterASilentChangeOfTheRouteNamesTheNewSource) {
  SimWorld world;
  world.a.attach("lte0", {"10.2.0.2"}, 200);
  ASSERT_TRUE(world.register_both());
  world.run_for(1s);
  world.a.on_change({});  // nobody is told
  world.a.add_default_route("lte0", net::Family::v4, 50);
  world.run_for(5min);
  const auto& wire = world.wire();
  const auto request = std::find_if(wire.rbegin(), wire.rend(), [](const OnWire& message) {
    return message.host == "alice" && message.status == 0 && message.method == "REGISTER";
  });
  ASSERT_NE(request, wire.rend());
  EXPECT_EQ(to_string(request->from.address), "10.2.0.2");
  EXPECT_THAT(request->bytes, AllOf(HasSubstr("Via: SIP/2.0/UDP 10.2.0.2"),
                                    HasSubstr("<sip:alice@10.2.0.2")));
  EXPECT_THAT(world.server.bindings("alice"), SizeIs(1));
  EXPECT_EQ(world.faults(), "");
}

TEST(BindingTest, F35_SoDoesACall) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    WorldOptions options;
    options.alice_by = transport;
    SimWorld world(options);
    world.a.attach("lte0", {"10.2.0.2"}, 200);
    ASSERT_TRUE(world.register_both());
    world.run_for(1s);
    world.a.on_change({});
    world.a.add_default_route("lte0", net::Family::v4, 50);
    ASSERT_TRUE(world.call_bob()) << to_string(transport);
    for (const auto& message : world.wire()) {
      if (message.host != "alice" || message.method != "INVITE" || message.status != 0) continue;
      EXPECT_EQ(to_string(message.from.address), "10.2.0.2") << to_string(transport);
    }
    EXPECT_EQ(world.faults(), "");
  }
}

// T100
TEST(BindingTest, T100_AFailoverIsBegunAnewWhenTheLinkChanges) {
  for (const auto transport : {Transport::udp, Transport::tcp, Transport::tls}) {
    DualStackWorld world(kV6First);
    world.add_addresses();
    world.serve(transport);
    world.network.set_swallower([](const FakePacket&) { return true; });
    world.add_account(transport);
    world.alice.start_registration(AccountId{1});
    world.time.run_for(2s);
    world.a.detach("eth0");
    world.heal();
    world.a.attach("wifi0", {"10.2.0.2", "2001:db8:2::2"});
    const auto moved = world.time.now();
    EXPECT_TRUE(world.time.run_until([&] { return world.registered(); }, 3s)) << to_string(transport);
    for (const auto& sent : world.wire()) {
      EXPECT_TRUE(sent.at <= moved + 20ms || sent.from.address == ip("10.2.0.2") ||
                  sent.from.address == ip("2001:db8:2::2"));
    }
    EXPECT_EQ(world.faults(), "");
  }
}

}  // namespace
}  // namespace godwit::test
