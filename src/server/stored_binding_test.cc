// SPDX-License-Identifier: Apache-2.0
#include "server/stored_binding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/server_shell.h"

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kPhone = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const Moment kThen{TimePoint(2h), std::chrono::sys_seconds(1'800'000'000s)};

Binding bound() {
  Binding binding;
  binding.contact = *sip::parse_uri("sip:bob@192.168.0.7:5062;ob");
  binding.parameters = {{"+sip.instance", std::string("\"<") + kPhone + ">\""}, {"reg-id", "2"}};
  binding.call_id = "call 1";
  binding.cseq = 4'294'967'295;
  binding.expires_at = kThen.now + 90s;
  binding.connection = net::Flow{net::FlowId{2},
                                 net::Transport::udp,
                                 {*net::IpAddress::parse("2001:db8:9::2"), 5060},
                                 {*net::IpAddress::parse("2001:db8:1::2"), 41'000}};
  binding.path = {*sip::parse_name_addr("<sip:flow-a@edge.example.org;lr;ob>"),
                  *sip::parse_name_addr("<sip:other.example.org;lr>")};
  binding.reg_id = 2;
  binding.instance = kPhone;
  return binding;
}

TEST(StoredBindingTest, ComesBackAsItWasByTheClockOfTheWall) {
  const auto stored = to_stored(bound(), kThen);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->expires_at, 1'800'000'090);
  const Moment later{TimePoint(5s), kThen.wall + 60s};  // another machine clock
  const auto back = from_stored(*stored, later);
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(back->expires_at, later.now + 30s);
  EXPECT_EQ(back->connection->id, net::FlowId{}) << "who knows which socket it is now";
  EXPECT_EQ(back->connection->remote, bound().connection->remote);
  EXPECT_EQ(back->parameters, bound().parameters);
  EXPECT_EQ(back->path, bound().path);
  EXPECT_EQ(to_stored(*back, later), stored);
}

TEST(StoredBindingTest, HasExpiredWhenItsTimeIsOverHoweverLongAgo) {
  auto stored = *to_stored(bound(), kThen);
  EXPECT_LT(from_stored(stored, {kThen.now, kThen.wall + 91s})->expires_at, kThen.now);
  stored.expires_at = std::numeric_limits<std::int64_t>::min();
  EXPECT_LT(from_stored(stored, kThen)->expires_at, kThen.now);
  stored.expires_at = std::numeric_limits<std::int64_t>::max();
  EXPECT_GT(from_stored(stored, kThen)->expires_at, kThen.now);
}

// RFC 5626 §5.3: such a connection is the only way there, and ends with the process.
TEST(StoredBindingTest, WhatWasReachedByItsConnectionOnlyIsNotStored) {
  Binding binding = bound();
  binding.connection->transport = net::Transport::tcp;
  EXPECT_EQ(to_stored(binding, kThen), std::nullopt);
  binding.connection.reset();
  EXPECT_TRUE(to_stored(binding, kThen)) << "its edge proxy has the connection";
  binding.lost = true;
  EXPECT_EQ(to_stored(binding, kThen), std::nullopt);
}

TEST(StoredBindingTest, WhoListensWhereHisContactSaysIsReachedThereLater) {
  Binding binding = bound();
  binding.connection->transport = net::Transport::tls;
  binding.reg_id = 0;
  binding.parameters.clear();
  binding.contact = *sip::parse_uri("sips:bob@[2001:db8:1::2]:5061");
  const auto stored = to_stored(binding, kThen);
  ASSERT_TRUE(stored);
  EXPECT_EQ(from_stored(*stored, kThen)->connection, std::nullopt);
}

TEST(StoredBindingTest, WhatDoesNotReadIsNamed) {
  const auto why = [](auto spoil) {
    auto stored = *to_stored(bound(), kThen);
    spoil(stored);
    const auto read = from_stored(stored, kThen);
    return read ? std::string("it reads") : read.error().detail;
  };
  EXPECT_THAT(why([](auto& s) { s.contact = "<sip:"; }), HasSubstr("contact"));
  EXPECT_THAT(why([](auto& s) { s.contact = "<tel:+1>"; }), HasSubstr("contact"));
  EXPECT_THAT(why([](auto& s) { s.cseq = -1; }), HasSubstr("cseq"));
  EXPECT_THAT(why([](auto& s) { s.reg_id = 1LL << 32U; }), HasSubstr("reg_id"));
  EXPECT_THAT(why([](auto& s) { s.flow = "10.0.0.1:5060"; }), HasSubstr("flow"));
  EXPECT_THAT(why([](auto& s) { s.flow = "10.0.0.1:5060 [::1]:5060"; }), HasSubstr("flow"));
  EXPECT_THAT(why([](auto& s) { s.path += "\n<sip:"; }), HasSubstr("path"));
}

/// Bob registers at one server, and alice calls at the next, which knows what the first has stored.
class RestartTest : public ::testing::TestWithParam<net::Family> {
 protected:
  static ServerOptions options() {
    ServerOptions o;
    o.domain = "example.org";
    o.users = {{"alice", "secret"}, {"bob", "hidden"}};
    return ServerShell::with_tls(o);
  }
  static net::SocketAddress at(int network) {
    const std::string n = std::to_string(network);
    const bool v4 = GetParam() == net::Family::v4;
    return {*net::IpAddress::parse(v4 ? "10." + n + ".0.2" : "2001:db8:" + n + "::2"), 5060};
  }
  static std::vector<StoredBindings> store(ServerShell& shell) {
    auto stored = shell.server.changed_bindings({shell.now, kThen.wall});
    shell.server.forget_changed_bindings();
    return stored;
  }
  /// Where alice's call goes; empty: it is not forwarded.
  static std::optional<net::SocketAddress> call(ServerShell& shell) {
    TestAgent alice(shell, "alice", at(1));
    (void)alice.call(alice.invitation("bob"), "secret");
    for (const auto& sent : shell.sent) {
      if (sent.message.is_request()) return sent.to;
    }
    return std::nullopt;
  }
  /// @param contact  parameters of Bob's Contact
  static std::vector<StoredBindings> registered(const std::string& parameters = {},
                                                net::Transport by = net::Transport::udp) {
    ServerShell first(options());
    TestAgent bob(first, "bob", at(2), by);
    sip::Message m = bob.registration();
    m.set(sip::Field::contact, bob.contact() + parameters);
    m.add(sip::Field::supported, "path, outbound");
    bob.send(m);
    const auto challenged = bob.answer();
    bob.renew(m);
    bob.authorize(m, *challenged, "hidden");
    bob.send(m);
    EXPECT_EQ(bob.answer().value().status(), 200);
    return store(first);
  }
  static std::string outbound() {
    return std::string(";reg-id=1;+sip.instance=\"<") + kPhone + ">\"";
  }

  ServerShell next_{options()};
  Moment moment_{next_.now, kThen.wall + 10min};
};
INSTANTIATE_TEST_SUITE_P(Families, RestartTest, ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(RestartTest, WhoHadRegisteredIsCalled) {
  EXPECT_EQ(next_.server.restore(registered(), moment_), 1U);
  EXPECT_EQ(call(next_), at(2));
}

TEST_P(RestartTest, SoIsWhoHadRegisteredAFlowOfDatagrams) {
  EXPECT_EQ(next_.server.restore(registered(outbound()), moment_), 1U);
  EXPECT_EQ(call(next_), at(2));
}

TEST_P(RestartTest, WhoseConnectionIsGoneIsNotCalled) {
  const auto stored = registered(outbound(), net::Transport::tcp);
  EXPECT_THAT(stored, ElementsAre(StoredBindings{"bob", {}}));
  EXPECT_EQ(next_.server.restore(stored, moment_), 0U);
  EXPECT_EQ(call(next_), std::nullopt);
}

TEST_P(RestartTest, WhatHasExpiredMeanwhileGoesFromTheFile) {
  moment_.wall = kThen.wall + 1h;
  EXPECT_EQ(next_.server.restore(registered(), moment_), 0U);
  EXPECT_THAT(store(next_), ElementsAre(StoredBindings{"bob", {}}));
  EXPECT_THAT(store(next_), IsEmpty());
}

TEST_P(RestartTest, SoDoesWhoIsNoUserAnyMore) {
  ServerOptions o = options();
  o.users.erase("bob");
  ServerShell without(o);
  EXPECT_EQ(without.server.restore(registered(), moment_), 0U);
  EXPECT_THAT(store(without), ElementsAre(StoredBindings{"bob", {}}));
}

TEST_P(RestartTest, AClockThatWasSetBackKeepsNobodyLonger) {
  moment_.wall = kThen.wall - 24h;
  EXPECT_EQ(next_.server.restore(registered(), moment_), 1U);
  const auto bindings = next_.server.bindings("bob", next_.now);
  ASSERT_THAT(bindings, SizeIs(1));
  EXPECT_EQ(bindings[0].expires_at, next_.now + options().max_expires);
}

TEST_P(RestartTest, OnlyAChangeIsStored) {
  ServerShell shell(options());
  TestAgent bob(shell, "bob", at(2));
  bob.sign_in("hidden");
  EXPECT_TRUE(shell.server.has_changed_bindings());
  EXPECT_THAT(store(shell), ElementsAre(::testing::Field(&StoredBindings::bindings, SizeIs(1))));
  sip::Message fetch = bob.request("REGISTER", "sip:example.org", "<sip:bob@example.org>");
  bob.send(fetch);
  const auto challenged = bob.answer();
  bob.renew(fetch);
  bob.authorize(fetch, *challenged, "hidden");
  bob.send(fetch);
  EXPECT_EQ(bob.answer().value().status(), 200);
  EXPECT_FALSE(shell.server.has_changed_bindings());
}

// RFC 5627 §5.4: the instance has a binding, so the next REGISTER begins nothing anew.
TEST_P(RestartTest, ItsInstanceHasTemporaryGruusAgain) {
  ASSERT_EQ(next_.server.restore(registered(outbound()), moment_), 1U);
  TestAgent bob(next_, "bob", at(2));
  sip::Message m = bob.registration();
  m.set(sip::Field::contact, bob.contact() + outbound());
  m.set(sip::Field::call_id, "anew");
  m.add(sip::Field::supported, "path, outbound, gruu");
  bob.send(m);
  const auto challenged = bob.answer();
  bob.renew(m);
  bob.authorize(m, *challenged, "hidden");
  bob.send(m);
  const auto ok = bob.answer();
  ASSERT_TRUE(ok);
  EXPECT_THAT(std::string(ok->field(sip::Field::contact).value_or("")), HasSubstr("temp-gruu="));
}

}  // namespace
}  // namespace godwit::server
