// SPDX-License-Identifier: Apache-2.0
#include "support/fake_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/snapshot_builder.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using test::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Hosts {
  const char* a;
  const char* a_new;
  const char* b;
  const char* a_any_port;
  const char* b_port;
};
constexpr Hosts kHostsV4{"10.1.0.2", "10.2.0.2", "10.3.0.2", "10.1.0.2:5060", "10.3.0.2:5060"};
constexpr Hosts kHostsV6{"2001:db8:1::2", "2001:db8:2::2", "2001:db8:3::2", "[2001:db8:1::2]:5060",
                         "[2001:db8:3::2]:5060"};

class FakeNetworkTest : public ::testing::TestWithParam<Hosts> {
 protected:
  void SetUp() override {
    a_.add_interface("wifi0", link_);
    a_.add_interface("lte0", link_);
    a_.attach("wifi0", {GetParam().a});
    b_.add_interface("eth0", link_);
    b_.attach("eth0", {GetParam().b});
    to_ = *b_.bind(at(GetParam().b_port), [this](const FakePacket& packet) {
      heard_.push_back(packet.bytes);
      heard_from_ = packet.source;
      last_heard_ = time_.now();
    });
    from_ = *a_.bind(at(GetParam().a_any_port),
                     [this](const FakePacket& packet) { answers_.push_back(packet.bytes); });
  }
  Result<void> send(std::string text) {
    return a_.send(from_, {}, at(GetParam().b_port), std::move(text));
  }

  LinkOptions link_{.delay = 25ms};
  VirtualTime time_;
  SeededRandom random_{7};
  FakeNetwork network_{time_, random_};
  FakeHost& a_ = network_.add_host("a");
  FakeHost& b_ = network_.add_host("b");
  FakeHost::SocketId from_ = 0;
  FakeHost::SocketId to_ = 0;
  std::vector<std::string> heard_;
  std::vector<std::string> answers_;
  net::SocketAddress heard_from_;
  TimePoint last_heard_{};
};

TEST_P(FakeNetworkTest, CarriesAPacketOverBothLinks) {
  const auto start = time_.now();
  ASSERT_TRUE(send("hello").has_value());
  time_.run_for(1s);
  EXPECT_THAT(heard_, ElementsAre("hello"));
  EXPECT_EQ(heard_from_, at(GetParam().a_any_port));
  EXPECT_EQ(last_heard_ - start, 50ms);
}

TEST_P(FakeNetworkTest, RefusesToSendFromAnAddressThatIsGone) {
  a_.detach("wifi0");
  const auto sent = send("hello");
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().code, std::errc::address_not_available);
  a_.attach("wifi0", {GetParam().a});
  EXPECT_TRUE(send("hello").has_value()) << "the socket outlives the address";
}

TEST_P(FakeNetworkTest, RefusesToSendWithoutARoute) {
  a_.remove_default_route("wifi0", test::ip(GetParam().a).family());
  EXPECT_EQ(send("hello").error().code, std::errc::network_unreachable);
  EXPECT_EQ(a_.route_to(ip(GetParam().b)), std::nullopt);
}

TEST_P(FakeNetworkTest, LosesWhatIsSentToAnAddressThatIsGone) {
  ASSERT_TRUE(send("hello").has_value());
  time_.run_for(30ms);
  b_.detach("eth0");
  time_.run_for(1s);
  EXPECT_THAT(heard_, IsEmpty());
}

TEST_P(FakeNetworkTest, AsksForTheBetterRoute) {
  a_.attach("lte0", {GetParam().a_new}, 50);
  EXPECT_EQ(a_.route_to(ip(GetParam().b))->source, ip(GetParam().a_new));
  const auto snapshot = a_.snapshot({ip(GetParam().b)});
  EXPECT_EQ(snapshot.routes.at(ip(GetParam().b))->source, ip(GetParam().a_new));
  EXPECT_TRUE(snapshot.has_address(ip(GetParam().a)));
}

TEST_P(FakeNetworkTest, RouteToOneDestinationWinsAndGoes) {
  a_.set_up("lte0", true);
  a_.add_address("lte0", GetParam().a_new);
  a_.add_route(GetParam().b, "lte0");
  EXPECT_EQ(a_.route_to(ip(GetParam().b))->source, ip(GetParam().a_new));
  a_.remove_routes("lte0");
  EXPECT_EQ(a_.route_to(ip(GetParam().b))->source, ip(GetParam().a));
}

TEST_P(FakeNetworkTest, TentativeAddressesAreOfNoUse) {
  a_.mark(GetParam().a, true, false);
  EXPECT_FALSE(a_.has_address(ip(GetParam().a)));
  EXPECT_FALSE(send("hello").has_value());
}

TEST_P(FakeNetworkTest, TellsOfEachChangeOnce) {
  int told = 0;
  a_.on_change([&] { ++told; });
  a_.attach("lte0", {GetParam().a_new});
  EXPECT_EQ(told, 1);
  a_.detach("wifi0");
  EXPECT_EQ(told, 2);
}

TEST_P(FakeNetworkTest, NatLetsInOnlyWhoWasCalled) {
  const bool v4 = ip(GetParam().a).is_v4();
  const auto outer = ip(v4 ? "198.51.100.1" : "2001:db8:ff::1");
  a_.set_link("wifi0", {.delay = 25ms, .nat = outer});
  ASSERT_TRUE(send("hello").has_value());
  time_.run_for(1s);
  EXPECT_EQ(heard_from_.address, outer);
  ASSERT_TRUE(b_.send(to_, {}, heard_from_, "answer").has_value());
  const auto stranger = *b_.bind({ip(GetParam().b), 0}, [](const FakePacket&) {});
  ASSERT_TRUE(b_.send(stranger, {}, heard_from_, "stranger").has_value());
  ASSERT_TRUE(b_.send(to_, {}, at(GetParam().a_any_port), "inner address").has_value());
  time_.run_for(1s);
  EXPECT_THAT(answers_, ElementsAre("answer"));
}

INSTANTIATE_TEST_SUITE_P(Families, FakeNetworkTest, ::testing::Values(kHostsV4, kHostsV6),
                         [](const auto& row) { return row.index == 0 ? "v4" : "v6"; });

class FakeLinkTest : public ::testing::Test {
 protected:
  std::vector<std::string> carry(const LinkOptions& link, int packets, std::uint64_t seed = 3) {
    VirtualTime time;
    SeededRandom random(seed);
    FakeNetwork network(time, random);
    auto& a = network.add_host("a");
    auto& b = network.add_host("b");
    a.add_interface("eth0", link);
    a.attach("eth0", {"10.1.0.2"});
    b.add_interface("eth0", {});
    b.attach("eth0", {"10.3.0.2"});
    std::vector<std::string> heard;
    (void)b.bind(at("10.3.0.2:1000"),
                 [&](const FakePacket& packet) { heard.push_back(packet.bytes); });
    const auto socket = *a.bind(at("10.1.0.2:1000"), [](const FakePacket&) {});
    for (int i = 0; i < packets; ++i) {
      (void)a.send(socket, {}, at("10.3.0.2:1000"), std::to_string(i));
      time.run_for(1ms);
    }
    time.run_for(10s);
    return heard;
  }
};

TEST_F(FakeLinkTest, LosesAboutTheShareItIsTold) {
  const auto heard = carry({.loss = 0.2}, 1000);
  EXPECT_GT(heard.size(), 740U);
  EXPECT_LT(heard.size(), 860U);
}

TEST_F(FakeLinkTest, DoublesAboutTheShareItIsTold) {
  const auto heard = carry({.duplication = 0.1}, 1000);
  EXPECT_GT(heard.size(), 1060U);
  EXPECT_LT(heard.size(), 1140U);
}

TEST_F(FakeLinkTest, JitterLetsPacketsOvertake) {
  const auto heard = carry({.delay = 25ms, .jitter = 10ms}, 100);
  EXPECT_EQ(heard.size(), 100U);
  EXPECT_FALSE(std::is_sorted(heard.begin(), heard.end(), [](const auto& x, const auto& y) {
    return std::stoi(x) < std::stoi(y);
  }));
}

TEST_F(FakeLinkTest, SameSeedSameRun) {
  const LinkOptions rough{.delay = 25ms, .jitter = 10ms, .loss = 0.1, .duplication = 0.1};
  EXPECT_EQ(carry(rough, 200, 5), carry(rough, 200, 5));
  EXPECT_NE(carry(rough, 200, 5), carry(rough, 200, 6));
}

}  // namespace
}  // namespace godwit::test
