// SPDX-License-Identifier: Apache-2.0
#include "server/server_options.h"

#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using net::Transport;

TEST(ServerOptions, UdpAndTcpShareAPort) {
  ServerOptions options;
  EXPECT_EQ(port_of(options, Transport::udp), 5060);
  EXPECT_EQ(port_of(options, Transport::tcp), 5060);
  options.port = 5070;
  options.udp = false;
  EXPECT_EQ(port_of(options, Transport::udp), 0);
  EXPECT_EQ(port_of(options, Transport::tcp), 5070);
  options.tcp = false;
  EXPECT_EQ(port_of(options, Transport::tcp), 0);
}

TEST(ServerOptions, TlsNeedsACertificateAndItsKey) {
  ServerOptions options;
  EXPECT_EQ(port_of(options, Transport::tls), 0);
  options.tls_options.certificate_file = "server.pem";
  EXPECT_EQ(port_of(options, Transport::tls), 0);
  options.tls_options.private_key_file = "server.key";
  EXPECT_EQ(port_of(options, Transport::tls), 5061);
  options.tls_port = 443;
  EXPECT_EQ(port_of(options, Transport::tls), 443);
  options.tls = false;
  EXPECT_EQ(port_of(options, Transport::tls), 0);
}

}  // namespace
}  // namespace godwit::server
