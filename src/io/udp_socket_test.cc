// SPDX-License-Identifier: Apache-2.0
#include "io/udp_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/serve_until.h"

namespace godwit::io {
namespace {

using ::testing::SizeIs;

std::span<const std::byte> as_sent(std::string_view text) {
  return std::as_bytes(std::span(text));
}

struct Heard {
  net::SocketAddress local;
  net::SocketAddress remote;
  std::string text;
  TimePoint arrived;
};

// A socket with what it heard.
struct Ear {
  explicit Ear(Loop& l) : loop(l) {}

  Loop& loop;
  std::vector<Heard> heard;
  std::vector<std::pair<net::SocketAddress, std::error_code>> unreachable;
  std::optional<UdpSocket> socket;

  Result<void> open(const net::SocketAddress& local) {
    UdpHandlers handlers;
    handlers.on_datagram = [this](const Datagram& datagram) {
      heard.push_back(
          {datagram.local,
           datagram.remote,
           {reinterpret_cast<const char*>(datagram.bytes.data()), datagram.bytes.size()},
           datagram.arrived});
    };
    handlers.on_unreachable = [this](const net::SocketAddress& remote, std::error_code code) {
      unreachable.emplace_back(remote, code);
    };
    auto opened = UdpSocket::open(loop, local, {}, std::move(handlers));
    if (!opened) return tl::unexpected<Error>(std::move(opened.error()));
    socket.emplace(std::move(*opened));
    return {};
  }
};

class UdpSocketTest : public ::testing::TestWithParam<net::Family> {
 protected:
  void SetUp() override {
    if (!a_.open({loopback_, 0}) || !b_.open({loopback_, 0})) {
      GTEST_SKIP() << "no loopback address of this family";
    }
  }

  net::IpAddress loopback_ =
      *net::IpAddress::parse(GetParam() == net::Family::v4 ? "127.0.0.1" : "::1");
  Loop loop_;
  Ear a_{loop_};
  Ear b_{loop_};
};

INSTANTIATE_TEST_SUITE_P(Families, UdpSocketTest,
                         ::testing::Values(net::Family::v4, net::Family::v6));

TEST_P(UdpSocketTest, DatagramArrivesWithBothAddresses) {
  EXPECT_FALSE(a_.socket->send(loopback_, b_.socket->local(), as_sent("hello")));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !b_.heard.empty(); }));
  EXPECT_EQ(b_.heard[0].text, "hello");
  EXPECT_EQ(b_.heard[0].remote, a_.socket->local());
  EXPECT_EQ(b_.heard[0].local, b_.socket->local());
}

TEST_P(UdpSocketTest, SocketOnEveryAddressTellsAndSelectsTheOneInUse) {
  Ear wildcard{loop_};
  ASSERT_TRUE(wildcard.open({net::IpAddress::any(GetParam()), 0}));
  const net::SocketAddress its_address{loopback_, wildcard.socket->local().port};

  a_.socket->send(loopback_, its_address, as_sent("in"));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !wildcard.heard.empty(); }));
  EXPECT_EQ(wildcard.heard[0].local, its_address);

  EXPECT_FALSE(wildcard.socket->send(loopback_, a_.socket->local(), as_sent("out")));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !a_.heard.empty(); }));
  EXPECT_EQ(a_.heard[0].remote, its_address);
}

TEST_P(UdpSocketTest, ArrivedWhenTheKernelGotItRatherThanWhenItIsRead) {
  // The kernel begins to stamp a while after it is asked.
  for (int attempt = 0; attempt < 200; ++attempt) {
    b_.heard.clear();
    a_.socket->send(loopback_, b_.socket->local(), as_sent("x"));
    const TimePoint sent = loop_.now();
    while (loop_.now() < sent + std::chrono::milliseconds{3}) {
    }
    ASSERT_TRUE(test::serve_until(loop_, [&] { return !b_.heard.empty(); }));
    EXPECT_LE(b_.heard[0].arrived, loop_.now());
    if (b_.heard[0].arrived <= sent + std::chrono::milliseconds{1}) return;
  }
  FAIL() << "arrivals are those of reading";
}

// Dual-stack tests T74 and T78.
TEST_P(UdpSocketTest, T74_OnePortNumberServesBothFamiliesEachBySocketsOfItsOwn) {
  const auto other = GetParam() == net::Family::v4 ? net::Family::v6 : net::Family::v4;
  Ear both[] = {Ear{loop_}, Ear{loop_}};
  ASSERT_TRUE(both[0].open({net::IpAddress::any(GetParam()), 0}));
  const std::uint16_t port = both[0].socket->local().port;
  if (!both[1].open({net::IpAddress::any(other), port}))
    GTEST_SKIP() << "the other family is missing";
  a_.socket->send(loopback_, {loopback_, port}, as_sent("mine"));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !both[0].heard.empty(); }));
  EXPECT_EQ(both[0].heard[0].remote, a_.socket->local()) << "no mapped address";
  EXPECT_THAT(both[1].heard, SizeIs(0));
}

TEST_P(UdpSocketTest, PortUnreachableIsToldWithItsRemote) {
  const auto nobody = b_.socket->local();
  b_.socket.reset();
  EXPECT_FALSE(a_.socket->send(loopback_, nobody, as_sent("anyone?")));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !a_.unreachable.empty(); }));
  EXPECT_EQ(a_.unreachable[0].first, nobody);
  EXPECT_EQ(a_.unreachable[0].second, std::errc::connection_refused);
}

TEST_P(UdpSocketTest, ErrorOfOneDestinationDoesNotFailTheSendToAnother) {
  const auto nobody = b_.socket->local();
  b_.socket.reset();
  Ear c{loop_};
  ASSERT_TRUE(c.open({loopback_, 0}));
  EXPECT_FALSE(a_.socket->send(loopback_, nobody, as_sent("lost")));
  // On loopback the ICMP error is there before this call.
  EXPECT_FALSE(a_.socket->send(loopback_, c.socket->local(), as_sent("good")));
  EXPECT_TRUE(a_.unreachable.empty()) << "never from inside a call";
  EXPECT_TRUE(
      test::serve_until(loop_, [&] { return c.heard.size() == 1 && a_.unreachable.size() == 1; }));
}

TEST_P(UdpSocketTest, SourceThatIsNotOursIsRefused) {
  const auto gone =
      *net::IpAddress::parse(GetParam() == net::Family::v4 ? "198.51.100.7" : "2001:db8:dead::7");
  const auto error = a_.socket->send(gone, b_.socket->local(), as_sent("x"));
  EXPECT_TRUE(error == std::errc::invalid_argument || error == std::errc::address_not_available ||
              error == std::errc::network_unreachable)
      << error.message();
}

TEST_P(UdpSocketTest, TakenPortIsNamed) {
  Ear second{loop_};
  const auto opened = second.open(a_.socket->local());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::address_in_use);
  EXPECT_THAT(opened.error().detail, ::testing::HasSubstr(to_string(a_.socket->local())));
}

TEST_P(UdpSocketTest, BurstLongerThanABatchArrivesWhole) {
  constexpr int kCount = 40;
  for (int i = 0; i < kCount; ++i) {
    EXPECT_FALSE(a_.socket->send(loopback_, b_.socket->local(), as_sent(std::to_string(i))));
  }
  EXPECT_TRUE(test::serve_until(loop_, [&] { return b_.heard.size() == kCount; }));
  EXPECT_EQ(b_.heard.back().text, "39");
}

TEST_P(UdpSocketTest, EmptyAndLargestDatagramsAreWhole) {
  const std::string largest(60000, 'x');
  a_.socket->send(loopback_, b_.socket->local(), {});
  a_.socket->send(loopback_, b_.socket->local(), as_sent(largest));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return b_.heard.size() == 2; }));
  EXPECT_EQ(b_.heard[0].text, "");
  EXPECT_EQ(b_.heard[1].text, largest);
}

TEST_P(UdpSocketTest, MayBeDestroyedByItsOwnHandler) {
  std::optional<UdpSocket> socket;
  int heard = 0;
  UdpHandlers handlers;
  handlers.on_datagram = [&](const Datagram&) {
    ++heard;
    socket.reset();
  };
  handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
  handlers.on_drained = [] { FAIL() << "the socket is gone"; };
  socket.emplace(*UdpSocket::open(loop_, {loopback_, 0}, {}, std::move(handlers)));
  const auto to = socket->local();
  a_.socket->send(loopback_, to, as_sent("one"));
  a_.socket->send(loopback_, to, as_sent("two"));
  ASSERT_TRUE(test::serve_until(loop_, [&] { return !socket; }));
  loop_.poll({});
  EXPECT_EQ(heard, 1);
}

TEST_P(UdpSocketTest, DestroyedSocketHearsNothingMore) {
  a_.socket->send(loopback_, b_.socket->local(), as_sent("late"));
  b_.socket.reset();
  loop_.poll(std::chrono::milliseconds{5});
  EXPECT_THAT(b_.heard, SizeIs(0));
}

}  // namespace
}  // namespace godwit::io
