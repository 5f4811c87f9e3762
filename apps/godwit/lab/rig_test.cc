// SPDX-License-Identifier: Apache-2.0
#include "lab/rig.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>

#include "lab/capture.h"
#include "lab/observation.h"

namespace godwit::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kPort = 4000;

UniqueFd udp_socket(const NetNamespace& where, const net::IpAddress& bound, std::uint16_t port) {
  UniqueFd fd;
  const auto opened = where.inside([&]() -> Result<void> {
    fd = UniqueFd(::socket(bound.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (bound.is_v4()) {
      sockaddr_in a{};
      a.sin_family = AF_INET;
      a.sin_port = htons(port);
      std::copy_n(bound.bytes().data(), 4, reinterpret_cast<std::uint8_t*>(&a.sin_addr));
      ::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), sizeof a);
    } else {
      sockaddr_in6 a{};
      a.sin6_family = AF_INET6;
      a.sin6_port = htons(port);
      std::copy_n(bound.bytes().data(), 16, reinterpret_cast<std::uint8_t*>(&a.sin6_addr));
      ::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), sizeof a);
    }
    return {};
  });
  EXPECT_TRUE(opened);
  return fd;
}

bool send_to(const UniqueFd& from, const char* address) {
  const bool v4 = lab_address(address).is_v4();
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(kPort);
  sockaddr_in6 b{};
  b.sin6_family = AF_INET6;
  b.sin6_port = htons(kPort);
  ::inet_pton(v4 ? AF_INET : AF_INET6, address,
              v4 ? static_cast<void*>(&a.sin_addr) : static_cast<void*>(&b.sin6_addr));
  // A SIP message, so that the observation sees it.
  constexpr std::string_view kText =
      "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n";
  return ::sendto(
             from.get(), kText.data(), kText.size(), 0,
             v4 ? reinterpret_cast<const sockaddr*>(&a) : reinterpret_cast<const sockaddr*>(&b),
             v4 ? sizeof a : sizeof b) > 0;
}

bool arrives(const UniqueFd& at, int limit_ms) {
  pollfd wait{at.get(), POLLIN, 0};
  char buffer[256];
  return ::poll(&wait, 1, limit_ms) > 0 && ::recv(at.get(), buffer, sizeof buffer, 0) > 0;
}

class RigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto built = Rig::build({.delay = 25ms}, 1);
    if (!built) GTEST_SKIP() << "no rig here: " << built.error().detail;
    rig_ = std::move(*built);
  }
  Moment attach(const Attachment& to, std::uint32_t metric = 100) {
    NetlinkBatch batch;
    auto done = rig_->commit(rig_->attach(batch, to, metric));
    EXPECT_TRUE(done) << done.error().detail;
    return done.value_or(Moment{});
  }
  Moment move(const Attachment& from, const Attachment& to) {
    NetlinkBatch batch;
    rig_->detach(batch, from, 100);
    auto done = rig_->commit(rig_->attach(batch, to, 100));
    EXPECT_TRUE(done) << done.error().detail;
    return done.value_or(Moment{});
  }
  std::unique_ptr<Rig> rig_;
};

TEST_F(RigTest, DelaysEachAccessLinkByWhatItWasTold) {
  Capture at_a;
  Capture at_b;
  ASSERT_TRUE(at_a.start(rig_->a()));
  ASSERT_TRUE(at_b.start(rig_->b()));
  attach(wifi_v4());
  const UniqueFd b = udp_socket(rig_->b(), lab_address(kPeerV4), kPort);
  const UniqueFd a = udp_socket(rig_->a(), wifi_v4().address, 0);
  constexpr std::size_t kCount = 20;
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(send_to(a, kPeerV4));
    ASSERT_TRUE(arrives(b, 1000));
  }
  at_a.stop();
  at_b.stop();
  const auto left = observe(at_a.packets()).sip;
  const auto came = observe(at_b.packets()).sip;
  ASSERT_EQ(left.size(), kCount);
  ASSERT_EQ(came.size(), kCount);
  std::vector<double> delays;
  for (std::size_t i = 0; i < kCount; ++i) {
    delays.push_back(static_cast<double>(came[i].at.time_ns - left[i].at.time_ns) / kNsPerMs);
  }
  std::sort(delays.begin(), delays.end());
  RecordProperty("median_us", static_cast<int>(delays[kCount / 2] * 1000));
  EXPECT_GE(delays.front(), 50.0);
  EXPECT_LT(delays[kCount / 2], 50.6);
}

TEST_F(RigTest, CarriesBothFamiliesOverEveryUplinkAfterAMove) {
  const UniqueFd b4 = udp_socket(rig_->b(), lab_address(kPeerV4), kPort);
  const UniqueFd b6 = udp_socket(rig_->b(), lab_address(kPeerV6), kPort);
  const UniqueFd c6 = udp_socket(rig_->core(), lab_address(kCoreV6), kPort);
  attach(wifi_v4());
  move(wifi_v4(), lte_v4());
  EXPECT_TRUE(send_to(udp_socket(rig_->a(), net::IpAddress::any(net::Family::v4), 0), kPeerV4));
  EXPECT_TRUE(arrives(b4, 1000));
  move(lte_v4(), wifi_v6());
  const UniqueFd a6 = udp_socket(rig_->a(), net::IpAddress::any(net::Family::v6), 0);
  EXPECT_TRUE(send_to(a6, kPeerV6) && send_to(a6, kCoreV6));
  EXPECT_TRUE(arrives(b6, 1000));
  EXPECT_TRUE(arrives(c6, 1000));
  EXPECT_FALSE(send_to(udp_socket(rig_->a(), net::IpAddress::any(net::Family::v4), 0), kPeerV4));
  move(wifi_v6(), lte_v4_again());
  EXPECT_TRUE(send_to(udp_socket(rig_->a(), net::IpAddress::any(net::Family::v4), 0), kPeerV4));
  EXPECT_TRUE(arrives(b4, 1000));
}

TEST_F(RigTest, HasASecondSubnetAndASecondPrefixOnWifi) {
  const UniqueFd b4 = udp_socket(rig_->b(), lab_address(kPeerV4), kPort);
  const UniqueFd b6 = udp_socket(rig_->b(), lab_address(kPeerV6), kPort);
  attach(roamed_wifi_v4());
  EXPECT_TRUE(send_to(udp_socket(rig_->a(), roamed_wifi_v4().address, 0), kPeerV4));
  EXPECT_TRUE(arrives(b4, 1000));
  attach(renumbered_wifi_v6());
  EXPECT_TRUE(send_to(udp_socket(rig_->a(), renumbered_wifi_v6().address, 0), kPeerV6));
  EXPECT_TRUE(arrives(b6, 1000));
}

TEST_F(RigTest, ADeprecatedAddressIsNoSourceForAnythingNew) {
  const UniqueFd b = udp_socket(rig_->b(), lab_address(kPeerV6), kPort);
  attach(wifi_v6());
  NetlinkBatch batch;
  RouteSpec any_source = rig_->default_route(renumbered_wifi_v6(), 100);
  any_source.source = net::IpAddress::any(net::Family::v6);
  rig_->attach(batch, renumbered_wifi_v6(), 100)
      .deprecate_address(rig_->device("wifi0"), wifi_v6().address, 64)
      .add_route(any_source);
  ASSERT_TRUE(rig_->commit(batch));
  Capture at_b;
  ASSERT_TRUE(at_b.start(rig_->b()));
  ASSERT_TRUE(send_to(udp_socket(rig_->a(), wifi_v6().address, 0), kPeerV6));
  ASSERT_TRUE(arrives(b, 1000));
  ASSERT_TRUE(send_to(udp_socket(rig_->a(), net::IpAddress::any(net::Family::v6), 0), kPeerV6));
  ASSERT_TRUE(arrives(b, 1000));
  at_b.stop();
  const auto came = observe(at_b.packets()).sip;
  ASSERT_EQ(came.size(), 2U);
  EXPECT_EQ(came[0].at.source.address, wifi_v6().address);
  EXPECT_EQ(came[1].at.source.address, renumbered_wifi_v6().address);
}

TEST_F(RigTest, WhoIsBehindANatIsSeenAsItsOutsideAndReachedByAnswersAlone) {
  const Attachment lte = lte_behind_nat();
  attach(lte);
  if (auto hidden = rig_->put_behind_nat(lte); !hidden) GTEST_SKIP() << hidden.error().detail;
  Capture at_b;
  ASSERT_TRUE(at_b.start(rig_->b()));
  const UniqueFd a = udp_socket(rig_->a(), lte.address, kPort);
  const UniqueFd b = udp_socket(rig_->b(), lab_address(kPeerV4), kPort);
  const UniqueFd core = udp_socket(rig_->core(), lab_address(kCoreV4), kPort);
  EXPECT_TRUE(send_to(a, kPeerV4));
  EXPECT_TRUE(arrives(b, 1000));
  EXPECT_TRUE(send_to(b, "10.77.0.1"));
  EXPECT_TRUE(arrives(a, 1000));
  EXPECT_TRUE(send_to(core, "10.77.0.1"));
  EXPECT_FALSE(arrives(a, 200)) << "nobody asked there";
  at_b.stop();
  const auto came = observe(at_b.packets()).sip;
  ASSERT_FALSE(came.empty());
  EXPECT_EQ(came[0].at.source.address, lte.outside);
}

TEST_F(RigTest, ANatThatStartsAnewForgetsWhoAskedAndShowsAnotherOutside) {
  const Attachment wifi = wifi_behind_nat();
  attach(wifi);
  if (auto hidden = rig_->put_behind_nat(wifi); !hidden) GTEST_SKIP() << hidden.error().detail;
  Capture at_b;
  ASSERT_TRUE(at_b.start(rig_->b()));
  const UniqueFd a = udp_socket(rig_->a(), wifi.address, kPort);
  const UniqueFd b = udp_socket(rig_->b(), lab_address(kPeerV4), kPort);
  EXPECT_TRUE(send_to(a, kPeerV4));
  EXPECT_TRUE(arrives(b, 1000));
  ASSERT_TRUE(rig_->restart_nat(wifi_behind_nat_anew()));
  EXPECT_TRUE(send_to(b, "10.77.0.1"));
  EXPECT_FALSE(arrives(a, 200)) << "that mapping is gone";
  EXPECT_TRUE(send_to(a, kPeerV4));
  EXPECT_TRUE(arrives(b, 1000));
  EXPECT_TRUE(send_to(b, "10.77.0.2"));
  EXPECT_TRUE(arrives(a, 1000));
  at_b.stop();
  auto came = observe(at_b.packets()).sip;
  std::erase_if(came, [](const SeenSip& sip) { return sip.at.sent; });
  ASSERT_EQ(came.size(), 2U);
  EXPECT_EQ(came[0].at.source.address, wifi.outside);
  EXPECT_EQ(came[1].at.source.address, wifi_behind_nat_anew().outside);
}

TEST_F(RigTest, RoutesByTheSourceAddressWhileTwoUplinksAreUp) {
  Capture at_a;
  ASSERT_TRUE(at_a.start(rig_->a()));
  const UniqueFd b = udp_socket(rig_->b(), lab_address(kPeerV4), kPort);
  attach(wifi_v4(), 100);
  attach(lte_v4(), 200);
  EXPECT_TRUE(send_to(udp_socket(rig_->a(), lte_v4().address, 0), kPeerV4));
  EXPECT_TRUE(arrives(b, 1000));
  at_a.stop();
  const auto packets = at_a.packets();
  const auto sent = std::find_if(packets.begin(), packets.end(), [](const CapturedPacket& p) {
    return p.way == PacketWay::sent && p.protocol == 0x0800;
  });
  ASSERT_NE(sent, packets.end());
  EXPECT_EQ(static_cast<int>(sent->interface), rig_->device("lte0"));
}

TEST_F(RigTest, DropsASourceThatIsNotTheUplinks) {
  for (const bool v4 : {true, false}) {
    SCOPED_TRACE(v4 ? "v4" : "v6");
    const Attachment wifi = v4 ? wifi_v4() : wifi_v6();
    const UniqueFd b = udp_socket(rig_->b(), lab_address(v4 ? kPeerV4 : kPeerV6), kPort);
    attach(wifi);
    // The address of another uplink, sent over Wi-Fi all the same.
    const net::IpAddress stolen = lab_address(v4 ? "10.2.0.77" : "2001:db8:2::77");
    NetlinkBatch batch;
    batch.add_address(rig_->device("wifi0"), stolen, v4 ? 32 : 128);
    ASSERT_TRUE(rig_->commit(batch));
    EXPECT_TRUE(send_to(udp_socket(rig_->a(), stolen, 0), v4 ? kPeerV4 : kPeerV6));
    EXPECT_TRUE(send_to(udp_socket(rig_->a(), wifi.address, 0), v4 ? kPeerV4 : kPeerV6));
    EXPECT_TRUE(arrives(b, 1000));
    EXPECT_FALSE(arrives(b, 30));
  }
}

TEST(RigRemoval, LeavesNoNamespaceBehind) {
  if (auto rig = Rig::build({}, 1); !rig) GTEST_SKIP() << rig.error().detail;
  EXPECT_FALSE(std::filesystem::exists("/run/netns/" + namespace_name("a")));
}

}  // namespace
}  // namespace godwit::lab
