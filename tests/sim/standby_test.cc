// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "support/address_of.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Alice's phone has Wi-Fi and LTE at once, and a registrar that knows RFC 5626.
class StandbyTest : public ::testing::TestWithParam<net::Transport> {
 protected:
  StandbyTest() : random_(seed_of_run()), network_(time_, random_) {
    auto& host = network_.add_host("server");
    host.add_interface("eth0", {.delay = 100us});
    host.attach("eth0", {"10.9.0.2", "2001:db8:9::2"});
    network_.add_name("example.test", {"10.9.0.2", "2001:db8:9::2"});
    network_.add_name("sip.example.test", {"10.9.0.2", "2001:db8:9::2"});
    server::ServerOptions options;
    options.domain = "example.test";
    options.host_name = "sip.example.test";
    options.tls_options.certificate_file = "example.test,sip.example.test";
    options.tls_options.private_key_file = "the key";
    options.users = {{"alice", "wonderland"}, {"bob", "builder"}};
    server_ = std::make_unique<SimServer>(network_, host, options);

    phone_ = &network_.add_host("phone");
    for (const char* name : {"wifi0", "lte0"}) phone_->add_interface(name, {.delay = 25ms});
    phone_->attach("wifi0", {"10.1.0.2"}, 100);
    phone_->attach("lte0", {"10.2.0.2"}, 200);
    auto& desk = network_.add_host("desk");
    desk.add_interface("eth0", {.delay = 25ms});
    desk.attach("eth0", {"10.3.0.2"});
    bob_ = std::make_unique<SimUserAgent>(network_, desk);
    bob_account_ = bob_->add_account(account_of("bob", "builder"));
    bob_->start_registration(bob_account_);
    network_.set_tap([this](const FakeHost& from, const FakePacket& packet) {
      if (&from != phone_) return;
      sources_.insert(packet.source.address);
      if (packet.bytes.starts_with("REGISTER ")) registers_.push_back(packet);
    });
  }
  ~StandbyTest() override {
    for (const auto* agent : {alice_.get(), bob_.get()}) {
      if (agent == nullptr) continue;
      for (const auto& fault : agent->faults()) ADD_FAILURE() << fault;
    }
    if (HasFailure() && alice_) std::cout << alice_->log() << server_->log();
  }

  static AccountOptions account_of(const std::string& user, const std::string& password) {
    AccountOptions options;
    options.address_of_record = "sip:" + user + "@example.test";
    options.password = password;
    return options;
  }
  void alice_registers(const NetworkPolicy& policy = {}) {
    UserAgentOptions options;
    options.network = policy;
    options.instance_id = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    alice_ = std::make_unique<SimUserAgent>(network_, *phone_, options);
    auto account = account_of("alice", "wonderland");
    account.outbound = Outbound::always;
    account.media_security = MediaSecurity::off;
    if (GetParam() != net::Transport::udp) {
      account.registrar = "sip:example.test;transport=" + std::string(to_string(GetParam()));
    }
    alice_account_ = alice_->add_account(account);
    alice_->start_registration(alice_account_);
    time_.run_for(5s);
  }
  /// reg-id and address of each binding.
  [[nodiscard]] std::map<std::uint32_t, std::string> bound() const {
    std::map<std::uint32_t, std::string> found;
    for (const auto& binding : server_->bindings_of("alice")) {
      found[binding.reg_id] = sip::to_string(binding.contact.host);
    }
    return found;
  }
  /// How long a letter to Alice takes; empty: it does not come.
  std::optional<Duration> letter() {
    const auto before = alice_->all<MessageReceived>().size();
    const auto sent = time_.now();
    (void)bob_->run([&](ua::Engine& engine, TimePoint now) {
      return engine.send_message(bob_account_, "sip:alice@example.test", {"text/plain", "hello"},
                                 now);
    });
    const bool came = time_.run_until(
        [&] { return alice_->all<MessageReceived>().size() > before; }, 40s);
    if (!came) return std::nullopt;
    const auto took = time_.now() - sent;
    time_.run_for(2s);
    EXPECT_EQ(alice_->all<MessageReceived>().size(), before + 1) << "it came twice";
    return took;
  }

  VirtualTime time_;
  SeededRandom random_;
  FakeNetwork network_;
  std::unique_ptr<SimServer> server_;
  FakeHost* phone_ = nullptr;
  std::unique_ptr<SimUserAgent> alice_, bob_;
  AccountId alice_account_, bob_account_;
  std::vector<FakePacket> registers_;
  std::set<net::IpAddress> sources_;  // of all that leaves the phone
};

using Bound = std::map<std::uint32_t, std::string>;

TEST_P(StandbyTest, IsRegisteredOverBothNetworks) {
  alice_registers();
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}, {2, "10.2.0.2"}}));
  ASSERT_THAT(alice_->all<StandbyChanged>(), SizeIs(2));
  EXPECT_EQ(alice_->last<StandbyChanged>()->uplink, "lte0 IPv4");
  EXPECT_EQ(alice_->last<StandbyChanged>()->registration.state, RegistrationState::registered);
  EXPECT_LT(letter().value_or(1min), 200ms);
}

TEST_P(StandbyTest, CarriesOnWithoutAnyRoundTrip) {
  alice_registers();
  registers_.clear();
  const auto gone = time_.now();
  phone_->detach("wifi0");
  time_.run_for(20ms);  // less than a round trip
  const auto finished = alice_->last<NetworkChangeFinished>(gone);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->outcome, ChangeOutcome::recovered);
  EXPECT_EQ(alice_->last<RegistrationChanged>(gone)->state, RegistrationState::registered);
  // What is left of the network that is gone is removed, by a request that nobody waits for.
  time_.run_for(1s);
  EXPECT_EQ(bound(), (Bound{{2, "10.2.0.2"}}));
  EXPECT_THAT(registers_, SizeIs(1));
  EXPECT_LT(letter().value_or(1min), 200ms);
}

TEST_P(StandbyTest, ComesBackWithTheSameRegId) {
  alice_registers();
  phone_->detach("wifi0");
  time_.run_for(5s);
  phone_->attach("wifi0", {"10.1.0.3"}, 100);
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.3"}, {2, "10.2.0.2"}}));
  EXPECT_LT(letter().value_or(1min), 200ms);
}

TEST_P(StandbyTest, StandbyGoesAndComes) {
  alice_registers();
  phone_->detach("lte0");
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}}));
  EXPECT_EQ(alice_->last<StandbyChanged>()->registration.state, RegistrationState::unregistered);
  phone_->attach("lte0", {"10.2.0.9"}, 200);
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}, {2, "10.2.0.9"}}));
  EXPECT_EQ(alice_->last<RegistrationChanged>()->state, RegistrationState::registered);
}

TEST_P(StandbyTest, TheOtherNetworkIsPreferredFromNowOn) {
  alice_registers();
  phone_->remove_default_route("lte0", net::Family::v4);
  phone_->add_default_route("lte0", net::Family::v4, 10);
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}, {2, "10.2.0.2"}}));
  EXPECT_NE(alice_->last<RegistrationChanged>()->contact.find("10.2.0.2"), std::string::npos);
  EXPECT_EQ(alice_->last<StandbyChanged>()->uplink, "wifi0 IPv4");
  EXPECT_LT(letter().value_or(1min), 200ms);
}

// The link is up, and nothing passes.
TEST_P(StandbyTest, ANetworkThatFallsSilentIsNoticedAndLeft) {
  alice_registers();
  network_.set_swallower([](const FakePacket& packet) {
    return packet.source.address == ip("10.1.0.2") || packet.destination.address == ip("10.1.0.2");
  });
  const auto silent = time_.now();
  ASSERT_TRUE(time_.run_until(
      [&] {
        const auto changed = alice_->last<RegistrationChanged>(silent);
        return changed && changed->contact.find("10.2.0.2") != std::string::npos;
      },
      2min));
  EXPECT_EQ(alice_->last<RegistrationChanged>(silent)->state, RegistrationState::registered);
  time_.run_for(1s);
  EXPECT_TRUE(letter());
}

TEST_P(StandbyTest, ACallGoesOn) {
  alice_registers();
  CallOptions speaking;
  speaking.codecs = {"PCMU"};
  speaking.play = {.kind = PlaySource::Kind::tone, .tone_hz = kAliceTone};
  speaking.record_file = "ear";
  alice_->auto_answer(speaking);
  speaking.play.tone_hz = kBobTone;
  ASSERT_TRUE(bob_->dial(bob_account_, "sip:alice@example.test", speaking));
  const auto both_hear = [&](TimePoint since) {
    return time_.run_until(
        [&] {
          return alice_->ear().heard(kBobTone, since) > 5 && bob_->ear().heard(kAliceTone, since) > 5;
        },
        10s);
  };
  ASSERT_TRUE(both_hear(time_.now()));
  phone_->detach("wifi0");
  time_.run_for(1s);
  EXPECT_TRUE(both_hear(time_.now()));
  const auto report = alice_->last<Reconnected>();
  ASSERT_TRUE(report);
  phone_->attach("wifi0", {"10.1.0.2"}, 100);
  time_.run_for(3s);
  EXPECT_TRUE(both_hear(time_.now()));
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}, {2, "10.2.0.2"}}));
}

// Wi-Fi is up, its address and its routes are there, the system prefers it, and nothing passes by it.
TEST_P(StandbyTest, CallsLeaveANetworkThatHasFallenSilentUntilItIsHeardAgain) {
  alice_registers();
  CallOptions speaking;
  speaking.codecs = {"PCMU"};
  speaking.play = {.kind = PlaySource::Kind::tone, .tone_hz = kAliceTone};
  speaking.record_file = "ear";
  alice_->auto_answer(speaking);
  speaking.play.tone_hz = kBobTone;
  ASSERT_TRUE(bob_->dial(bob_account_, "sip:alice@example.test", speaking));
  const auto both_hear = [&](TimePoint since, Duration limit) {
    return time_.run_until(
        [&] {
          return alice_->ear().heard(kBobTone, since) > 5 && bob_->ear().heard(kAliceTone, since) > 5;
        },
        limit);
  };
  ASSERT_TRUE(both_hear(time_.now(), 10s));
  const auto wifi = ip("10.1.0.2");
  network_.set_swallower([&](const FakePacket& packet) {
    return packet.source.address == wifi || packet.destination.address == wifi;
  });
  time_.run_for(1s);
  ASSERT_TRUE(both_hear(time_.now(), 150s)) << "the call stays where nothing passes";
  ASSERT_TRUE(alice_->last<Reconnected>());
  // Whatever else the network does, the call does not go back there.
  phone_->attach("lte0", {"10.2.0.2", "10.2.0.7"}, 200);
  time_.run_for(5s);
  EXPECT_TRUE(both_hear(time_.now(), 1s));
  EXPECT_TRUE(letter());

  network_.set_swallower({});
  time_.run_for(150s);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}, {2, "10.2.0.2"}}));
  sources_.clear();
  time_.run_for(1s);
  EXPECT_EQ(sources_, (std::set<net::IpAddress>{wifi})) << "it is preferred, and carries again";
  EXPECT_TRUE(both_hear(time_.now(), 1s));
}

TEST_P(StandbyTest, IsRemovedWithTheAccount) {
  alice_registers();
  alice_->shut_down();
  time_.run_for(1min);
  EXPECT_THAT(bound(), IsEmpty());
  EXPECT_TRUE(alice_->has_nothing_to_do());
}

TEST_P(StandbyTest, AnExpensiveNetworkIsNotKeptReady) {
  NetworkPolicy policy;
  policy.metered = {"lte0"};
  alice_registers(policy);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}}));
  phone_->detach("wifi0");
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.2.0.2"}}));
}

TEST_P(StandbyTest, AForbiddenNetworkIsNotUsedAtAll) {
  NetworkPolicy policy;
  policy.interfaces = {{"lte0", InterfaceUse::never}};
  alice_registers(policy);
  phone_->detach("wifi0");
  registers_.clear();
  time_.run_for(5s);
  EXPECT_THAT(registers_, IsEmpty());
  phone_->attach("wifi0", {"10.1.0.5"}, 100);
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.5"}}));
}

TEST_P(StandbyTest, WhereTheRoutesLeadByAForbiddenNetworkAPermittedOneCarries) {
  NetworkPolicy policy;
  policy.interfaces = {{"wifi0", InterfaceUse::never}};
  alice_registers(policy);
  EXPECT_EQ(bound(), (Bound{{1, "10.2.0.2"}}));
  EXPECT_LT(letter().value_or(1min), 200ms);
  phone_->detach("lte0");
  time_.run_for(5s);
  registers_.clear();
  time_.run_for(1min);
  EXPECT_THAT(registers_, IsEmpty()) << "there is no way";
  phone_->attach("lte0", {"10.2.0.5"}, 200);
  time_.run_for(5s);
  EXPECT_EQ(bound(), (Bound{{1, "10.2.0.5"}}));
  EXPECT_FALSE(sources_.contains(ip("10.1.0.2")));
}

// At each moment of a call the permitted network changes; the forbidden one leads all the while.
TEST_P(StandbyTest, ACallStaysOffAForbiddenNetworkWhateverTheMomentOfAChange) {
  NetworkPolicy policy;
  policy.interfaces = {{"wifi0", InterfaceUse::never}};
  alice_registers(policy);
  CallOptions speaking;
  speaking.codecs = {"PCMU"};
  speaking.play = {.kind = PlaySource::Kind::tone};
  speaking.record_file = "ear";
  speaking.play.tone_hz = kBobTone;
  bob_->auto_answer(speaking, 200ms);
  speaking.play.tone_hz = kAliceTone;
  int host = 10;
  for (Duration at = 0ms; at <= 900ms; at += 100ms) {
    SCOPED_TRACE(at / 1ms);
    const auto call = alice_->dial(alice_account_, "sip:bob@example.test", speaking);
    ASSERT_TRUE(call);
    time_.run_for(at);
    phone_->detach("lte0");
    time_.run_for(100ms);
    const auto address = "10.2.0." + std::to_string(++host);
    phone_->attach("lte0", {address}, 200);
    time_.run_for(3s);
    const auto since = time_.now();
    EXPECT_TRUE(time_.run_until(
        [&] {
          return alice_->ear().heard(kBobTone, since) > 5 && bob_->ear().heard(kAliceTone, since) > 5;
        },
        40s));
    alice_->hang_up(*call);
    time_.run_for(40s);
    EXPECT_EQ(bound(), (Bound{{1, address}}));
    EXPECT_FALSE(sources_.contains(ip("10.1.0.2")));
    if (HasFailure()) return;
  }
}

TEST_P(StandbyTest, IsNotWantedWhereThePolicySaysSo) {
  NetworkPolicy policy;
  policy.warm_standby = false;
  alice_registers(policy);
  EXPECT_EQ(bound(), (Bound{{1, "10.1.0.2"}}));
}

TEST_P(StandbyTest, TellsWhatItCosts) {
  alice_registers();
  time_.run_for(10min);
  const auto info = alice_->run(
      [&](ua::Engine& engine, TimePoint) { return engine.account_info(alice_account_); });
  ASSERT_TRUE(info);
  ASSERT_THAT(info->standbys, SizeIs(1));
  EXPECT_EQ(info->standbys[0].uplink, "lte0 IPv4");
  EXPECT_EQ(info->standbys[0].state, RegistrationState::registered);
  EXPECT_GT(info->standbys[0].sent, 0U);
  EXPECT_LT(info->standbys[0].sent, 20'000U);
}

INSTANTIATE_TEST_SUITE_P(By, StandbyTest,
                         ::testing::Values(net::Transport::udp, net::Transport::tcp,
                                           net::Transport::tls),
                         [](const auto& info) { return std::string(to_string(info.param)); });

// Networks come, go, fall silent and are renumbered as they like: a user who has one that works is
// reached, and no reg-id ever has two bindings.
TEST_P(StandbyTest, WhateverNetworksDo) {
  alice_registers();
  const char* const names[] = {"wifi0", "lte0"};
  bool up[] = {true, true};
  std::size_t places = 10;
  for (int round = 0; round < 200; ++round) {
    const auto which = random_.below(2);
    const auto address = "10." + std::to_string(which + 1) + ".0." + std::to_string(places % 240 + 10);
    if (up[which] && random_.below(2) == 0) {
      phone_->detach(names[which]);
      up[which] = false;
    } else {
      phone_->detach(names[which]);
      if (random_.below(3) != 0) ++places;
      phone_->attach(names[which], {address}, random_.below(2) == 0 ? 100 : 300);
      up[which] = true;
    }
    time_.run_for(Duration{static_cast<Duration::rep>(random_.below(3'000'000'000))});
    std::set<std::uint32_t> ids;
    for (const auto& binding : server_->bindings_of("alice")) {
      EXPECT_TRUE(ids.insert(binding.reg_id).second) << "two bindings of " << binding.reg_id;
    }
    if (!up[0] && !up[1]) continue;
    time_.run_for(3s);
    ASSERT_EQ(alice_->last<RegistrationChanged>()->state, RegistrationState::registered)
        << "round " << round;
    ASSERT_TRUE(letter()) << "round " << round;
    EXPECT_LE(bound().size(), static_cast<std::size_t>(up[0]) + static_cast<std::size_t>(up[1]))
        << "round " << round;
  }
}

}  // namespace
}  // namespace godwit::test
