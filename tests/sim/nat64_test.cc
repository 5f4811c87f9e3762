// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "support/script_server.h"
#include "support/sim_user_agent.h"
#include "support/sim_world.h"
#include "support/snapshot_builder.h"

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
  Nat64Test() {
    network_.set_nat64(kPrefix, kPool);
    network_.zone().add_aaaa("ipv4only.arpa", "2001:db8:64::c000:aa");
    network_.zone().add_a("example.test", kServer);
    server_.listen(GetParam(), {ip(kServer), 5060});
    const auto heard = server_host_.bind({ip(kServer), 40000}, [this](const FakePacket& packet) {
      sound_from_.push_back(packet.source);
    });
    EXPECT_TRUE(heard);
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

  VirtualTime time_;
  SeededRandom random_{seed_of_run()};
  FakeNetwork network_{time_, random_};
  FakeHost& a_ = add_host("alice", {"2001:db8:1::2"});
  FakeHost& server_host_ = add_host("server", {kServer});
  ScriptServer server_{network_, server_host_, "server"};
  SimUserAgent alice_{network_, a_};
  CallId call_;
  std::vector<net::SocketAddress> sound_from_;
  std::set<net::IpAddress> sources_;
  std::string said_;

 private:
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

}  // namespace
}  // namespace godwit::test
