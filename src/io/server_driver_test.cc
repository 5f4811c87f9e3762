// SPDX-License-Identifier: Apache-2.0
#include "io/server_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "io/udp_socket.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

net::IpAddress ip(std::string_view text) {
  return *net::IpAddress::parse(text);
}

// A client's socket that keeps the last thing it heard.
class Client {
 public:
  explicit Client(const net::IpAddress& local) {
    UdpHandlers handlers;
    handlers.on_datagram = [this](const Datagram& datagram) {
      heard.assign(reinterpret_cast<const char*>(datagram.bytes.data()), datagram.bytes.size());
    };
    handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
    socket.emplace(*UdpSocket::open(loop, {local, 0}, {}, std::move(handlers)));
  }

  Loop loop;
  std::string heard;
  std::optional<UdpSocket> socket;
};

// A port that was free in both families a moment ago.
std::uint16_t free_port() {
  const Client probe(ip("::1"));
  return probe.socket->local().port;
}

server::ServerOptions options_on(std::uint16_t port) {
  server::ServerOptions options;
  options.domain = "example.org";
  options.port = port;
  options.users = {{"alice", "secret"}};
  return options;
}

class ServerDriverTest : public ::testing::TestWithParam<std::string_view> {};

INSTANTIATE_TEST_SUITE_P(Families, ServerDriverTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(ServerDriverTest, AnswersRequestsOfBothFamilies) {
  const auto port = free_port();
  const auto driver = ServerDriver::start(options_on(port));
  ASSERT_TRUE(driver) << driver.error().detail;

  Client client(ip(GetParam()));
  const std::string here = to_string(client.socket->local());
  const std::string request = "OPTIONS sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP " + here +
                              ";branch=z9hG4bK1;rport\r\nFrom: <sip:a@example.org>;tag=1\r\n"
                              "To: <sip:example.org>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
                              "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
  ASSERT_FALSE(client.socket->send({}, {ip(GetParam()), port}, std::as_bytes(std::span(request))));
  const auto deadline = client.loop.now() + 5s;
  while (client.heard.empty() && client.loop.now() < deadline) {
    (*driver)->poll(1ms);
    client.loop.poll({});
  }
  EXPECT_THAT(client.heard, HasSubstr("SIP/2.0 200"));
}

TEST_P(ServerDriverTest, TakenPortIsNamedWhenNoFamilyIsLeft) {
  const auto port = free_port();
  const auto first = ServerDriver::start(options_on(port));
  ASSERT_TRUE(first);
  const auto second = ServerDriver::start(options_on(port));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::address_in_use);
  EXPECT_THAT(second.error().detail, HasSubstr(std::to_string(port)));
}

TEST_P(ServerDriverTest, StopEndsRun) {
  const auto driver = ServerDriver::start(options_on(free_port()));
  ASSERT_TRUE(driver);
  (*driver)->post([&] { (*driver)->stop(); });
  (*driver)->run();
}

}  // namespace
}  // namespace godwit::io
