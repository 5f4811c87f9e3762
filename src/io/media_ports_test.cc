// SPDX-License-Identifier: Apache-2.0
#include "io/media_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "audio/memory_port.h"
#include "audio/tone_source.h"
#include "io/file_descriptor.h"
#include "io/sockaddr.h"
#include "io/system_random.h"
#include "io/udp_control.h"
#include "support/serve_until.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

constexpr ua::MediaId kAlice{1};
constexpr ua::MediaId kBob{2};

// Plays a tone, keeps what was heard.
class ToneAudio final : public ua::AudioFactory {
 public:
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource&) override {
    return std::make_unique<audio::ToneSource>(440);
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string&, audio::Channels) override {
    return std::make_unique<audio::MemorySink>(heard);
  }

  std::shared_ptr<audio::MemorySink::Recording> heard =
      std::make_shared<audio::MemorySink::Recording>();
};

// The byte of the next packet's header that its DSCP stands in; empty when there is no packet.
std::optional<int> mark_of_next(int fd) {
  ControlBuffer control;
  msghdr message{};
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  if (::recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC) < 0) return std::nullopt;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_type == IP_TOS) return *CMSG_DATA(header);
    int value = 0;
    std::memcpy(&value, CMSG_DATA(header), sizeof value);
    if (header->cmsg_type == IPV6_TCLASS) return value;
  }
  return -1;
}

class MediaPortsTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<MediaPorts> make(PortRange range = {}) {
    return std::make_unique<MediaPorts>(loop_, audio_, random_, MediaSocketOptions{range, hook_},
                                        [this] { ++activity_; });
  }

  static std::vector<ua::Input> open(MediaPorts& ports, ua::MediaId media, ua::PathId path,
                                     const net::IpAddress& local) {
    ports.execute(ua::OpenMediaPath{media, path, local});
    return ports.take_inputs();
  }

  net::SocketAddress opened(MediaPorts& ports, ua::MediaId media, ua::PathId path) {
    const auto inputs = open(ports, media, path, loopback_);
    const auto* told = inputs.empty() ? nullptr : std::get_if<ua::MediaPathOpened>(&inputs[0]);
    return told != nullptr ? told->local_rtp : net::SocketAddress{};
  }

  net::IpAddress loopback_ = *net::IpAddress::parse(GetParam());
  Loop loop_;
  ToneAudio audio_;
  SystemRandom random_;
  SocketHook hook_;
  int activity_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Families, MediaPortsTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(MediaPortsTest, RtpIsOnAnEvenPortAndTheNextOneIsTaken) {
  const auto ports = make();
  for (std::uint64_t id = 1; id <= 8; ++id) {
    const auto local = opened(*ports, kAlice, ua::PathId{id});
    EXPECT_EQ(local.address, loopback_);
    EXPECT_NE(local.port, 0);
    EXPECT_EQ(local.port % 2, 0);
    const auto rtcp =
        UdpSocket::open(loop_, {loopback_, static_cast<std::uint16_t>(local.port + 1)}, {}, {});
    EXPECT_FALSE(rtcp);
  }
}

TEST_P(MediaPortsTest, PortsComeFromTheRangeUntilItIsFull) {
  // A range that was free a moment ago.
  const auto probe = make();
  const std::uint16_t first = opened(*probe, kBob, ua::PathId{99}).port;
  probe->execute(ua::CloseMediaPath{kBob, ua::PathId{99}});
  probe->execute(ua::CreateMedia{kBob, {}, {}});
  probe->execute(ua::EndMedia{kBob});

  const auto ports = make({first, static_cast<std::uint16_t>(first + 1)});
  EXPECT_EQ(opened(*ports, kAlice, ua::PathId{1}).port, first);
  const auto inputs = open(*ports, kAlice, ua::PathId{2}, loopback_);
  ASSERT_THAT(inputs, SizeIs(1));
  const auto& failed = std::get<ua::MediaPathFailed>(inputs[0]);
  EXPECT_EQ(failed.path, ua::PathId{2});
  EXPECT_EQ(failed.error.code, Errc::address_in_use);
}

TEST_P(MediaPortsTest, RangeWithoutAnEvenPortIsRefused) {
  const auto ports = make({40001, 40001});
  const auto inputs = open(*ports, kAlice, ua::PathId{1}, loopback_);
  EXPECT_EQ(std::get<ua::MediaPathFailed>(inputs.at(0)).error.code, Errc::invalid_argument);
}

TEST_P(MediaPortsTest, AddressThatIsNotOursFailsThePath) {
  const auto ports = make();
  const auto gone = *net::IpAddress::parse(loopback_.is_v4() ? "198.51.100.7" : "2001:db8::7");
  const auto inputs = open(*ports, kAlice, ua::PathId{1}, gone);
  EXPECT_EQ(std::get<ua::MediaPathFailed>(inputs.at(0)).error.code,
            std::errc::address_not_available);
}

TEST_P(MediaPortsTest, ClosedPathGivesItsPortsBack) {
  const auto ports = make();
  const auto local = opened(*ports, kAlice, ua::PathId{1});
  ports->execute(ua::CloseMediaPath{kAlice, ua::PathId{1}});
  EXPECT_TRUE(UdpSocket::open(loop_, local, {}, {}));
}

// Two sessions of one rack that talk to each other.
class MediaTalkTest : public MediaPortsTest {
 protected:
  void SetUp() override {
    ports_ = make();
    for (const auto media : {kAlice, kBob}) {
      ports_->execute(ua::CreateMedia{media, {.kind = PlaySource::Kind::tone}, "recording"});
    }
    alice_ = opened(*ports_, kAlice, ua::PathId{1});
    bob_ = opened(*ports_, kBob, ua::PathId{2});
  }

  void talk() {
    connect(kAlice, ua::PathId{1}, bob_);
    connect(kBob, ua::PathId{2}, alice_);
    ports_->flush();
  }
  void connect(ua::MediaId media, ua::PathId path, const net::SocketAddress& remote) {
    configure(media, remote);
    ports_->execute(ua::SendMediaOn{media, path, remote});
  }
  void configure(ua::MediaId media, const net::SocketAddress& remote, bool rtcp_mux = false) {
    const sdp::Format pcmu{.payload_type = 0, .name = "PCMU", .clock_rate = 8000};
    ports_->execute(ua::ConfigureMedia{
        media, {.remote = remote, .send = pcmu, .receive = pcmu, .rtcp_mux = rtcp_mux}});
  }
  bool is_free(const net::SocketAddress& local) {
    return UdpSocket::open(loop_, local, {}, {}).has_value();
  }
  std::uint64_t received(ua::MediaId media) const {
    const auto statistics = ports_->statistics(media);
    return statistics ? statistics->packets_received : 0;
  }

  std::unique_ptr<MediaPorts> ports_;
  net::SocketAddress alice_, bob_;
};

INSTANTIATE_TEST_SUITE_P(Families, MediaTalkTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(MediaTalkTest, SpeechGoesBothWaysAtItsPace) {
  talk();
  const auto start = loop_.now();
  ASSERT_TRUE(
      test::serve_until(loop_, [&] { return received(kAlice) >= 11 && received(kBob) >= 11; }));
  EXPECT_GE(loop_.now() - start, 180ms) << "20 ms from frame to frame, whatever the machine does";
  EXPECT_GT(activity_, 0);
}

TEST_P(MediaTalkTest, FirstPacketsAreReported) {
  talk();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return received(kAlice) > 0 && received(kBob) > 0; }));
  const auto inputs = ports_->take_inputs();
  const auto count = [&](auto is_it) {
    return std::count_if(inputs.begin(), inputs.end(), [&](const ua::Input& input) {
      const auto* report = std::get_if<ua::MediaReport>(&input);
      return report != nullptr && is_it(report->notice);
    });
  };
  EXPECT_EQ(count([](const auto& n) { return std::holds_alternative<media::FirstPacketSent>(n); }),
            2);
  EXPECT_EQ(
      count([](const auto& n) { return std::holds_alternative<media::FirstPacketReceived>(n); }),
      2);
}

TEST_P(MediaTalkTest, EndedMediaIsSilentAndItsPortsAreFree) {
  talk();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return received(kBob) > 0; }));
  ports_->execute(ua::EndMedia{kAlice});
  EXPECT_TRUE(UdpSocket::open(loop_, alice_, {}, {}));
  EXPECT_TRUE(audio_.heard->closed);
}

net::SocketAddress next_port(net::SocketAddress address) {
  ++address.port;
  return address;
}

TEST_P(MediaTalkTest, TheSocketOfRtcpIsGivenBackWhileItGoesByThatOfRtp) {
  configure(kAlice, bob_, true);
  EXPECT_TRUE(is_free(next_port(alice_)));
  EXPECT_FALSE(is_free(next_port(bob_))) << "of another call";
  configure(kAlice, bob_, false);
  EXPECT_FALSE(is_free(next_port(alice_)));
}

TEST_P(MediaTalkTest, WhereThePortOfRtcpIsTakenMeanwhileTheCallGoesOn) {
  configure(kAlice, bob_, true);
  const auto taken = UdpSocket::open(loop_, next_port(alice_), {}, {});
  talk();
  EXPECT_TRUE(test::serve_until(loop_, [&] { return received(kAlice) > 1 && received(kBob) > 1; }));
}

TEST_P(MediaTalkTest, WithoutASocketOfItsOwnRtcpLeavesByThatOfRtp) {
  std::vector<net::SocketAddress> reporters;
  UdpHandlers handlers;
  handlers.on_datagram = [&](const Datagram& datagram) {
    const auto type = datagram.bytes.size() > 1 ? std::to_integer<int>(datagram.bytes[1]) : 0;
    if (type == 200 || type == 201) reporters.push_back(datagram.remote);
  };
  ports_->execute(ua::CloseMediaPath{kBob, ua::PathId{2}});
  auto rtp = UdpSocket::open(loop_, bob_, {}, handlers);
  auto rtcp = UdpSocket::open(loop_, next_port(bob_), {}, handlers);
  ASSERT_TRUE(rtp && rtcp);
  configure(kAlice, bob_, true);
  ports_->execute(ua::SendMediaOn{kAlice, ua::PathId{1}, bob_});
  ports_->flush();  // who has never said anything says no BYE (RFC 3550 §6.3.7)
  ports_->execute(ua::EndMedia{kAlice});
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !reporters.empty(); })) << "at least its BYE";
  EXPECT_EQ(reporters[0], alice_);
}

TEST_P(MediaTalkTest, EveryPacketAsksForExpeditedForwardingAlsoAfterAMove) {
  const int family = loopback_.is_v4() ? AF_INET : AF_INET6;
  const FileDescriptor ear(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  const int on = 1;
  const auto [level, option] = loopback_.is_v4() ? std::pair{IPPROTO_IP, IP_RECVTOS}
                                                 : std::pair{IPPROTO_IPV6, IPV6_RECVTCLASS};
  ASSERT_EQ(::setsockopt(ear.get(), level, option, &on, sizeof on), 0);
  const SystemAddress any = to_system({loopback_, 0});
  ASSERT_EQ(::bind(ear.get(), any.get(), any.size), 0);
  const net::SocketAddress remote = *local_address(ear.get());
  for (const ua::PathId path : {ua::PathId{1}, ua::PathId{3}}) {
    if (path == ua::PathId{3}) {
      ASSERT_NE(opened(*ports_, kAlice, path).port, 0);
    }
    connect(kAlice, path, remote);
    ports_->flush();
    std::optional<int> mark;
    ASSERT_TRUE(test::serve_until(loop_, [&] {
      if (!mark) mark = mark_of_next(ear.get());
      return mark.has_value();
    }));
    EXPECT_EQ(*mark, kExpeditedForwarding << 2);
  }
}

// Dual-stack test T79.
TEST_P(MediaTalkTest, T79_SoundFollowsToTheOtherFamilyAndItsNumbersRunOn) {
  talk();
  ASSERT_TRUE(test::serve_until(loop_, [&] { return received(kAlice) > 2 && received(kBob) > 2; }));
  loopback_ = *net::IpAddress::parse(loopback_.is_v4() ? "::1" : "127.0.0.1");
  alice_ = opened(*ports_, kAlice, ua::PathId{3});
  bob_ = opened(*ports_, kBob, ua::PathId{4});
  if (alice_.port == 0) GTEST_SKIP() << "the other family is missing";
  connect(kAlice, ua::PathId{3}, bob_);
  connect(kBob, ua::PathId{4}, alice_);
  for (const auto& [media, path] : {std::pair{kAlice, 1U}, std::pair{kBob, 2U}}) {
    ports_->execute(ua::CloseMediaPath{media, ua::PathId{path}});
  }
  ports_->flush();
  const std::uint64_t before = received(kBob);
  ASSERT_TRUE(test::serve_until(loop_, [&] { return received(kBob) >= before + 5; }));
  const auto heard = *ports_->statistics(kBob);
  EXPECT_LE(heard.packets_lost, 1U) << "what lay in the socket that was closed";
  EXPECT_EQ(heard.packets_dropped, 0U) << "the same source all along";
}

TEST_P(MediaTalkTest, PeerWithoutASocketDoesNotStopUs) {
  connect(kAlice, ua::PathId{1}, bob_);
  ports_->execute(ua::CloseMediaPath{kBob, ua::PathId{2}});
  ports_->flush();
  ASSERT_TRUE(test::serve_until(loop_, [&] {
    const auto statistics = ports_->statistics(kAlice);
    return statistics && statistics->packets_sent >= 4;
  })) << "ICMP errors of earlier packets do not hold back later ones";
}

}  // namespace
}  // namespace godwit::io
