// SPDX-License-Identifier: Apache-2.0
#include "io/server_driver.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "io/built_transports.h"
#include "io/core_ports.h"
#include "io/file_descriptor.h"
#include "io/sockaddr.h"
#include "io/udp_socket.h"
#include "support/address_of.h"
#include "support/certificates.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using test::ip;
using ::testing::HasSubstr;

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

bool can_listen(net::Family family, std::uint16_t port) {
  const FileDescriptor fd(::socket(system_family(family), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == net::Family::v6) {
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  const SystemAddress local = to_system({net::IpAddress::any(family), port});
  return ::bind(fd.get(), local.get(), local.size) == 0;
}

// A port that was free a moment ago, in both families, for datagrams and connections: earlier
// clients may still hold theirs while they close.
std::uint16_t free_port(std::uint16_t other_than = 0) {
  for (;;) {
    const Client probe(ip("::1"));
    const auto port = probe.socket->local().port;
    const bool free = can_listen(net::Family::v4, port) && can_listen(net::Family::v6, port);
    if (free && port != other_than) return port;
  }
}

server::ServerOptions options_on(std::uint16_t port) {
  server::ServerOptions options;
  options.domain = "example.org";
  options.port = port;
  options.users = {{"alice", "secret"}};
  return options;
}

std::string options_request(const std::string& transport, const net::SocketAddress& here) {
  return "OPTIONS sip:example.org SIP/2.0\r\nVia: SIP/2.0/" + transport + ' ' + to_string(here) +
         ";branch=z9hG4bK1;rport\r\nFrom: <sip:a@example.org>;tag=1\r\n"
         "To: <sip:example.org>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
         "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
}

class ServerDriverTest : public ::testing::TestWithParam<std::string_view> {};

INSTANTIATE_TEST_SUITE_P(Families, ServerDriverTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(ServerDriverTest, AnswersRequestsOfBothFamilies) {
  const auto port = free_port();
  const auto driver = ServerDriver::start(options_on(port));
  ASSERT_TRUE(driver) << driver.error().detail;

  Client client(ip(GetParam()));
  const std::string request = options_request("UDP", client.socket->local());
  ASSERT_FALSE(client.socket->send({}, {ip(GetParam()), port}, std::as_bytes(std::span(request))));
  const auto deadline = client.loop.now() + 5s;
  while (client.heard.empty() && client.loop.now() < deadline) {
    (*driver)->poll(1ms);
    client.loop.poll({});
  }
  EXPECT_THAT(client.heard, HasSubstr("SIP/2.0 200"));
}

/// A client's connection that keeps all it heard.
class StreamClient {
 public:
  void connect(net::Transport transport, const net::SocketAddress& server) {
    sip::OpenStream open;
    open.flow = kFlow;
    open.transport = transport;
    open.local = {net::IpAddress::any(server.address.family()), 0};
    open.remote = server;
    if (transport == net::Transport::tls) {
      open.server_name = "sip.example.org";
      open.tls = std::make_shared<const TlsOptions>(test::Certificates::get().trusting());
    }
    ports_.execute(open);
  }
  void send(const net::SocketAddress& server, std::string bytes) {
    ports_.execute(sip::SendMessage{kFlow, local->address, server,
                                    std::make_shared<const std::string>(std::move(bytes))});
  }
  void poll() {
    loop_.poll({});
    for (const sip::IoInput& input : ports_.take_answers()) on_input(input);
  }

  std::optional<net::SocketAddress> local;  // once it is open
  std::string heard;
  std::string failed;

 private:
  static constexpr net::FlowId kFlow{1};

  void on_input(const sip::IoInput& input) {
    if (const auto* const opened = std::get_if<sip::FlowOpened>(&input)) local = opened->local;
    if (const auto* const bytes = std::get_if<sip::StreamReceived>(&input)) heard += bytes->bytes;
    if (const auto* const end = std::get_if<sip::FlowFailed>(&input)) failed = end->error.detail;
  }

  Loop loop_;
  CorePorts ports_{loop_, {}, [this](const sip::IoInput& input) { on_input(input); }};
};

TEST_P(ServerDriverTest, F59_AnswersRequestsByTcpAndTls) {
  if (!kTlsBuilt) GTEST_SKIP() << "this build has no TLS";
  const auto port = free_port();
  server::ServerOptions options = options_on(port);
  options.tls_port = free_port(port);
  options.tls_options = test::Certificates::get().showing("server");
  const auto driver = ServerDriver::start(options);
  ASSERT_TRUE(driver) << driver.error().detail;
  for (const auto transport : {net::Transport::tcp, net::Transport::tls}) {
    const net::SocketAddress server{ip(GetParam()), port_of(options, transport)};
    StreamClient client;
    client.connect(transport, server);
    bool sent = false;
    const auto deadline = (*driver)->now() + 5s;
    while (client.heard.empty() && client.failed.empty() && (*driver)->now() < deadline) {
      (*driver)->poll(1ms);
      client.poll();
      if (!client.local || std::exchange(sent, true)) continue;
      client.send(server, options_request(std::string(via_transport(transport)), *client.local));
    }
    EXPECT_EQ(client.failed, "");
    EXPECT_THAT(client.heard, HasSubstr("SIP/2.0 200"));
  }
}

TEST_P(ServerDriverTest, ACertificateThatCannotBeReadIsTold) {
  if (!kTlsBuilt) GTEST_SKIP() << "this build has no TLS";
  server::ServerOptions options = options_on(free_port());
  options.tls_port = free_port();
  options.tls_options.certificate_file = "/nowhere.pem";
  options.tls_options.private_key_file = "/nowhere.key";
  const auto driver = ServerDriver::start(options);
  ASSERT_FALSE(driver);
  EXPECT_THAT(driver.error().detail, HasSubstr("/nowhere"));
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

/// A file on a disk that may be full.
class FakeStore : public BindingStore {
 public:
  explicit FakeStore(bool& full) : full_(full) {}

  std::vector<server::StoredBindings> take_stored() override {
    return {{"alice", {{"<sip:alice@192.0.2.1>", "1", 1, 1, 0, {}, {}, {}}}}};  // long ago
  }
  Result<void> write(const std::vector<server::StoredBindings>&) override {
    if (full_) return fail(Errc::limit_reached, "the disk is full");
    return {};
  }

 private:
  bool& full_;
};

TEST_P(ServerDriverTest, ServesOnWhenItsFileTakesNothingAndTriesAgain) {
  const auto port = free_port();
  auto options = options_on(port);
  std::string log;
  options.log = [&log](const LogRecord& record) { log += record.message + '\n'; };
  bool full = true;
  ServerDriverOptions surroundings;
  surroundings.bindings = std::make_unique<FakeStore>(full);
  const auto driver = ServerDriver::start(options, std::move(surroundings));
  ASSERT_TRUE(driver) << driver.error().detail;
  EXPECT_EQ((*driver)->restored(), 0U);
  EXPECT_THAT(log, HasSubstr("bindings are not kept: the disk is full"));
  full = false;
  Client client(ip(GetParam()));
  const std::string request = options_request("UDP", client.socket->local());
  const auto deadline = client.loop.now() + 5s;
  while (log.find("are kept again") == std::string::npos && client.loop.now() < deadline) {
    (void)client.socket->send({}, {ip(GetParam()), port}, std::as_bytes(std::span(request)));
    (*driver)->poll(50ms);
    client.loop.poll({});
  }
  EXPECT_THAT(log, HasSubstr("bindings are kept again"));
  EXPECT_THAT(client.heard, HasSubstr("SIP/2.0 200"));
}

TEST_P(ServerDriverTest, StopEndsRun) {
  const auto driver = ServerDriver::start(options_on(free_port()));
  ASSERT_TRUE(driver);
  (*driver)->post([&] { (*driver)->stop(); });
  (*driver)->run();
}

}  // namespace
}  // namespace godwit::io
