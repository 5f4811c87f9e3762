// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "support/script_server.h"
#include "support/sim_user_agent.h"
#include "support/sim_world.h"
#include "support/snapshot_builder.h"
#include "stun/message.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using net::Transport;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kServer = "10.9.0.4";  // it, and who is called there, have nothing but IPv4
constexpr const char* kPool = "10.64.0.1";
constexpr const char* kPrefix = "2001:db8:64::";

/// Alice where there is only IPv6 and a NAT64, and a server that has only IPv4.
class Nat64Test : public ::testing::TestWithParam<Transport> {
 protected:
  explicit Nat64Test(const std::string& stun_server = "") : stun_server_(stun_server) {
    network_.set_nat64(kPrefix, kPool);
    network_.zone().add_aaaa("ipv4only.arpa", "2001:db8:64::c000:aa");
    network_.zone().add_a("example.test", kServer);
    server_.listen(GetParam(), {ip(kServer), 5060});
    auto heard = server_host_.bind({ip(kServer), 40000}, [this](const FakePacket& packet) {
      sound_from_.push_back(packet.source);
      on_sound(packet);
    });
    EXPECT_TRUE(heard);
    if (heard) sound_socket_ = *heard;
    network_.set_tap([this](const FakeHost& host, const FakePacket& packet) {
      if (&host != &a_) return;
      sources_.insert(packet.source.address);
      const bool sip = (static_cast<unsigned char>(packet.bytes[0]) & 0x80U) == 0;
      if (sip) said_ += packet.bytes + '\n';
    });
  }
  void TearDown() override {
    EXPECT_EQ(::testing::PrintToString(alice_.faults()), "{}");  // INV
    EXPECT_THAT(said_, Not(HasSubstr("2001:db8:64:"))) << "a form of the NAT64 is told to nobody";
    EXPECT_THAT(said_, Not(HasSubstr("192.0.0.")));
    if (HasFailure()) std::cout << alice_.log();
  }
  virtual void on_sound(const FakePacket&) {}
  /// Registers at the host and calls somebody there.
  [[nodiscard]] bool call_at(const std::string& host) {
    const std::string by = ";transport=" + std::string(to_string(GetParam()));
    AccountOptions options;
    options.address_of_record = "sip:alice@" + host;
    options.registrar = "sip:" + host + by;
    const auto account = alice_.add_account(options);
    alice_.start_registration(account);
    const bool registered = time_.run_until(
        [&] {
          const auto changed = alice_.last<RegistrationChanged>();
          return changed && changed->state == RegistrationState::registered;
        },
        10s);
    const auto call = alice_.dial(account, "sip:bob@" + host);
    if (!registered || !call) return false;
    call_ = *call;
    return time_.run_until([&] { return !alice_.all<CallAnswered>().empty(); }, 10s);
  }
  [[nodiscard]] bool is_heard() {
    sound_from_.clear();
    return time_.run_until([&] { return sound_from_.size() >= 5; }, 5s);
  }

  const std::string stun_server_;
  VirtualTime time_;
  SeededRandom random_{seed_of_run()};
  FakeNetwork network_{time_, random_};
  FakeHost& a_ = add_host("alice", {"2001:db8:1::2"});
  FakeHost& server_host_ = add_host("server", {kServer});
  ScriptServer server_{network_, server_host_, "server"};
  SimUserAgent alice_{network_, a_, options()};
  CallId call_;
  FakeHost::SocketId sound_socket_{};
  std::vector<net::SocketAddress> sound_from_;
  std::set<net::IpAddress> sources_;
  std::string said_;

 private:
  UserAgentOptions options() const {
    UserAgentOptions options;
    options.stun_server = stun_server_;
    return options;
  }
  FakeHost& add_host(const char* name, const std::vector<std::string>& addresses) {
    auto& host = network_.add_host(name);
    for (const char* link : {"wifi0", "lte0", "clat0"}) host.add_interface(link, {.delay = 5ms});
    host.attach("wifi0", addresses);
    return host;
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Nat64Test, ::testing::Values(Transport::udp, Transport::tcp),
                         [](const auto& row) { return std::string(to_string(row.param)); });

TEST_P(Nat64Test, T89_T90_T91_ACallAmongIpv4LiteralsGoesThroughTheNat64) {
  ASSERT_TRUE(call_at(kServer));
  EXPECT_TRUE(is_heard());
  EXPECT_EQ(sound_from_.at(0).address, ip(kPool));
  alice_.hang_up(call_);
  time_.run_for(1s);
  ASSERT_EQ(server_.count("ACK"), 1U) << "to the literal of a Contact";
  ASSERT_EQ(server_.count("BYE"), 1U);
  EXPECT_EQ(server_.got("INVITE")[0].message.uri(), "sip:bob@10.9.0.4");
  EXPECT_EQ(server_.got("BYE")[0].flow.remote.address, ip(kPool));
  EXPECT_THAT(std::string(server_.got("INVITE")[0].message.body()),
              HasSubstr("c=IN IP6 2001:db8:1::2\r\n"));
}

TEST_P(Nat64Test, T88_ANameThatHasOnlyIpv4IsReachedWithoutHelpOfDns) {
  ASSERT_TRUE(call_at("example.test"));
  EXPECT_TRUE(is_heard());
}

TEST_P(Nat64Test, T94_TheAddressOfA464xlatServesNothing) {
  a_.attach("clat0", {"192.0.0.4"});
  time_.run_for(1s);
  ASSERT_TRUE(call_at(kServer));
  EXPECT_TRUE(is_heard());
  EXPECT_FALSE(sources_.contains(ip("192.0.0.4")));
}

TEST_P(Nat64Test, T91_SoundFollowsToAnotherNetworkThroughItsNat64) {
  ASSERT_TRUE(call_at(kServer));
  ASSERT_TRUE(is_heard());
  a_.detach("wifi0");
  time_.run_for(300ms);
  a_.attach("lte0", {"2001:db8:2::2"});
  time_.run_for(3s);
  EXPECT_TRUE(is_heard());
  EXPECT_EQ(alice_.all<Reconnecting>().size(), 1U);
  EXPECT_TRUE(alice_.all<Dropped>().empty());
}

TEST_P(Nat64Test, T94_AMoveToA464xlatGoesThroughTheNat64Instead) {
  a_.detach("wifi0");
  a_.attach("wifi0", {"10.1.0.2"});
  time_.run_for(1s);
  ASSERT_TRUE(call_at(kServer));
  ASSERT_TRUE(is_heard());
  EXPECT_EQ(sound_from_.at(0).address, ip("10.1.0.2"));
  a_.detach("wifi0");
  a_.attach("lte0", {"2001:db8:2::2"});
  a_.attach("clat0", {"192.0.0.4"});
  time_.run_for(3s);
  EXPECT_TRUE(is_heard());
  EXPECT_EQ(sound_from_.at(0).address, ip(kPool));
  EXPECT_FALSE(sources_.contains(ip("192.0.0.4")));
  EXPECT_TRUE(alice_.all<Dropped>().empty());
}

/// The server answers STUN, and the far end sends back what it hears to where the newest description wants it.
class Nat64StunTest : public Nat64Test {
 protected:
  Nat64StunTest() : Nat64Test(std::string(kServer) + ":3478") {
    auto bound = server_host_.bind({ip(kServer), 3478}, [this](const FakePacket& packet) {
      const auto request = stun::parse_message(packet.bytes);
      const auto answer = request ? stun::answer_binding(*request, packet.source) : std::nullopt;
      if (answer) send(stun_socket_, packet.source, stun::write_message(*answer));
    });
    EXPECT_TRUE(bound);
    if (bound) stun_socket_ = *bound;
  }
  void on_sound(const FakePacket& packet) override {
    const auto wanted = told();
    if (!wanted || packet.bytes.size() < 12) return;
    auto sound = packet.bytes;
    sound[8] = static_cast<char>(~sound[8]);  // another SSRC: it is no loop
    send(sound_socket_, *wanted, std::move(sound));
  }
  /// Where she wants sound.
  std::optional<net::SocketAddress> told() const {
    const auto at = said_.rfind("c=IN IP4 ");
    const auto line = said_.find("m=audio ", at);
    if (at == std::string::npos || line == std::string::npos) return std::nullopt;
    const auto host = said_.substr(at + 9, said_.find('\r', at) - at - 9);
    const auto port = said_.substr(line + 8, said_.find(' ', line + 8) - line - 8);
    return net::SocketAddress::parse(host + ':' + port);
  }

 private:
  void send(FakeHost::SocketId socket, const net::SocketAddress& to, std::string bytes) {
    static_cast<void>(server_host_.send(socket, ip(kServer), to, std::move(bytes)));
  }
  FakeHost::SocketId stun_socket_{};
};

INSTANTIATE_TEST_SUITE_P(Transports, Nat64StunTest, ::testing::Values(Transport::udp, Transport::tcp),
                         [](const auto& row) { return std::string(to_string(row.param)); });

TEST_P(Nat64StunTest, R40_WhatTheNat64MakesOfHerSoundIsTold) {
  ASSERT_TRUE(call_at(kServer));
  EXPECT_TRUE(is_heard());
  EXPECT_TRUE(time_.run_until([&] { return !alice_.all<MediaStarted>().empty(); }, 2s));
  ASSERT_TRUE(told());
  EXPECT_EQ(told()->address, ip(kPool));
  EXPECT_THAT(said_, Not(HasSubstr("c=IN IP6")));
}

TEST_P(Nat64StunTest, R40_SheHearsAfterAMoveToItToo) {
  a_.detach("wifi0");
  a_.attach("wifi0", {"10.1.0.2"});
  time_.run_for(1s);
  ASSERT_TRUE(call_at(kServer));
  ASSERT_TRUE(is_heard());
  a_.detach("wifi0");
  time_.run_for(300ms);
  a_.attach("lte0", {"2001:db8:2::2"});
  time_.run_for(3s);
  EXPECT_TRUE(is_heard());
  ASSERT_TRUE(told());
  EXPECT_EQ(told()->address, ip(kPool));
  EXPECT_EQ(alice_.all<Reconnected>().size(), 1U);
  EXPECT_TRUE(alice_.all<Dropped>().empty());
}

}  // namespace
}  // namespace godwit::test
