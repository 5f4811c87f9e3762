// SPDX-License-Identifier: Apache-2.0
// Sound finds through a NAT because a STUN server has said what the NAT makes of our socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kServerAsStun = "sip.example.test:5060";  // it answers STUN where SIP comes
constexpr const char* kHomeOutside = "203.0.113.1";
constexpr const char* kLteOutside = "203.0.113.9";

/// Alice is behind one NAT at home, and behind another on her way; Bob answers nobody but whom her
/// description names.
class MappedMediaTest : public ::testing::Test {
 protected:
  static WorldOptions options(const std::string& stun_server, net::Transport transport,
                              std::optional<SrtpKeying> keying) {
    WorldOptions options;
    if (keying) {
      options.media_security = MediaSecurity::required;
      options.srtp_keying = *keying;
    }
    options.seed = seed_of_run();
    options.alice_by = transport;
    options.agent.transport.stream_keep_alive = 10s;
    options.bob_at = {"198.51.100.3"};
    options.agent.stun_server = stun_server;
    return options;
  }
  explicit MappedMediaTest(const std::string& stun_server = kServerAsStun,
                           net::Transport transport = net::Transport::udp,
                           std::optional<SrtpKeying> keying = {})
      : world_(options(stun_server, transport, keying)) {
    world_.a.set_link("wifi0", {.delay = 25ms, .nat = ip(kHomeOutside)});
    world_.a.set_link("lte0", {.delay = 25ms, .nat = ip(kLteOutside)});
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }
  bool alice_hears(Duration limit) {
    const auto since = world_.now();
    return world_.time.run_until([&] { return world_.alice.ear().heard(kBobTone, since) >= 20; },
                                 limit);
  }
  bool alice_calls() {
    if (!world_.register_both()) return false;
    world_.bob.auto_answer(world_.speaking(kBobTone));
    called_at_ = world_.now();
    return world_.alice.dial(world_.alice_account, kBobUri, world_.speaking(kAliceTone))
        .has_value();
  }
  /// The last description that left her.
  std::string told() const {
    std::string body;
    for (const auto& message : world_.wire()) {
      const auto at = message.bytes.find("\r\nv=0");
      const auto sdp = message.bytes.find("v=0\r\n");
      if (message.host == "alice" && sdp != std::string::npos && at != 0) {
        body = message.bytes.substr(sdp);
      }
    }
    return body;
  }
  SimWorld world_;
  TimePoint called_at_{};
};

TEST_F(MappedMediaTest, SheIsHeardAndHearsAtHomeAndAfterTheMove) {
  ASSERT_TRUE(alice_calls());
  ASSERT_TRUE(alice_hears(3s));
  EXPECT_THAT(told(), HasSubstr(kHomeOutside));
  EXPECT_THAT(told(), Not(HasSubstr("c=IN IP4 10.")));
  world_.run_for(2s);
  const auto moved_at = world_.now();
  world_.break_to({"10.2.0.2"}, 0ms);
  world_.run_for(2s);
  EXPECT_THAT(told(), HasSubstr(kLteOutside));
  EXPECT_TRUE(alice_hears(1s));
  ASSERT_THAT(world_.alice.all<Reconnected>(moved_at), SizeIs(1));
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

TEST_F(MappedMediaTest, SheIsCalledAndHears) {
  ASSERT_TRUE(world_.register_both());
  auto account = *world_.alice.engine().account_options(world_.alice_account);
  account.contact.rewrite = ContactOptions::Rewrite::as_needed;
  ASSERT_TRUE(world_.alice.run([&](ua::Engine& engine, TimePoint now) {
    return engine.modify_account(world_.alice_account, account, now);
  }));
  world_.run_for(2s);
  EXPECT_TRUE(world_.call_alice());
  EXPECT_THAT(told(), HasSubstr(kHomeOutside));
}

// Her network stays as it is; the next keep-alive tells that another mapping is made of it.
TEST_F(MappedMediaTest, SheHearsAgainAfterTheNatHasStartedAnew) {
  ASSERT_TRUE(alice_calls());
  auto account = *world_.alice.engine().account_options(world_.alice_account);
  account.contact.rewrite = ContactOptions::Rewrite::as_needed;
  ASSERT_TRUE(world_.alice.run([&](ua::Engine& engine, TimePoint now) {
    return engine.modify_account(world_.alice_account, account, now);
  }));
  ASSERT_TRUE(alice_hears(3s));
  world_.run_for(5s);
  const auto before = told();
  world_.a.forget_mappings("wifi0");
  world_.run_for(30s);
  EXPECT_NE(told(), before) << "another port";
  EXPECT_TRUE(alice_hears(1s));
  const auto offers = world_.sent("alice", "UPDATE") + world_.sent("alice", "INVITE");
  world_.run_for(60s);
  EXPECT_EQ(world_.sent("alice", "UPDATE") + world_.sent("alice", "INVITE"), offers) << "told once";
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

class MappedByTransport : public MappedMediaTest,
                          public ::testing::WithParamInterface<net::Transport> {
 protected:
  MappedByTransport() : MappedMediaTest(kServerAsStun, GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Streams, MappedByTransport,
                         ::testing::Values(net::Transport::tcp, net::Transport::tls));

// The keep-alive finds the connection dead; what the NAT makes of her sound is asked for again with the next one.
TEST_P(MappedByTransport, SheHearsAgainAfterTheNatHasStartedAnew) {
  ASSERT_TRUE(alice_calls());
  ASSERT_TRUE(alice_hears(3s));
  world_.run_for(5s);
  const auto before = told();
  world_.a.forget_mappings("wifi0");
  world_.run_for(60s);
  EXPECT_NE(told(), before) << "another port";
  EXPECT_TRUE(alice_hears(1s));
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

/// Her certificate waits for a ClientHello, which the NAT lets in from nobody whom she has not spoken to.
class MappedDtlsTest : public MappedMediaTest {
 protected:
  MappedDtlsTest() : MappedMediaTest(kServerAsStun, net::Transport::udp, SrtpKeying::dtls) {}
};

TEST_F(MappedDtlsTest, SheIsHeardAndHearsAtHomeAndAfterTheMove) {
  ASSERT_TRUE(alice_calls());
  ASSERT_TRUE(alice_hears(3s));
  world_.run_for(2s);
  world_.break_to({"10.2.0.2"}, 0ms);
  world_.run_for(2s);
  EXPECT_TRUE(alice_hears(1s));
  EXPECT_TRUE(world_.both_hear(world_.now(), 1s, 20));
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
}

class UnmappedMediaTest : public MappedMediaTest {
 protected:
  UnmappedMediaTest() : MappedMediaTest("") {}
};

TEST_F(UnmappedMediaTest, WithoutAServerToAskNothingComesToHer) {
  ASSERT_TRUE(alice_calls());
  EXPECT_FALSE(alice_hears(3s));
  EXPECT_THAT(told(), HasSubstr("c=IN IP4 10.1.0.2"));
}

class SilentStunTest : public MappedMediaTest {
 protected:
  SilentStunTest() : MappedMediaTest("10.9.0.77") {}
};

TEST_F(SilentStunTest, AServerThatIsNotThereCostsHalfASecondOnce) {
  ASSERT_TRUE(alice_calls());
  world_.run_for(2s);
  TimePoint invited{};
  for (const auto& message : world_.wire()) {
    if (message.host == "alice" && message.method == "INVITE" && message.status == 0) {
      invited = message.at;
      break;
    }
  }
  EXPECT_GE(invited - called_at_, Duration{500ms});
  EXPECT_LE(invited - called_at_, Duration{600ms});
  world_.run_for(2s);
  world_.break_to({"10.2.0.2"}, 0ms);
  world_.run_for(2s);
  EXPECT_THAT(told(), HasSubstr("c=IN IP4 10.2.0.2"));
}

}  // namespace
}  // namespace godwit::test
