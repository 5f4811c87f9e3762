// SPDX-License-Identifier: Apache-2.0
#include "net/flow.h"

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

TEST(FlowTest, IsShownWithTransportAndBothEnds) {
  const Flow v4{FlowId{1}, Transport::udp, SocketAddress::parse("10.1.0.2:5060").value(),
                SocketAddress::parse("10.9.0.2:5060").value()};
  EXPECT_EQ(to_string(v4), "udp 10.1.0.2:5060 -> 10.9.0.2:5060");
  const Flow v6{FlowId{2}, Transport::tls, SocketAddress::parse("[2001:db8::2]:40112").value(),
                SocketAddress::parse("[2001:db8::9]:5061").value()};
  EXPECT_EQ(to_string(v6), "tls [2001:db8::2]:40112 -> [2001:db8::9]:5061");
}

TEST(FlowTest, IsNamedByItsLocalAddressUnlessAnotherIsAdvertised) {
  Flow flow;
  flow.local = SocketAddress::parse("10.1.0.2:40112").value();
  flow.remote = SocketAddress::parse("10.9.0.2:5060").value();
  EXPECT_EQ(flow.named(), flow.local);
  flow.advertised = SocketAddress::parse("192.0.2.1:5060");
  EXPECT_EQ(flow.named(), *flow.advertised);
  EXPECT_EQ(to_string(flow), "udp 10.1.0.2:40112 named 192.0.2.1:5060 -> 10.9.0.2:5060");
}

TEST(FlowTest, TransportsHaveALowerCaseNameAndAViaName) {
  EXPECT_EQ(to_string(Transport::udp), "udp");
  EXPECT_EQ(to_string(Transport::tcp), "tcp");
  EXPECT_EQ(to_string(Transport::tls), "tls");
  EXPECT_EQ(via_transport(Transport::udp), "UDP");
  EXPECT_EQ(via_transport(Transport::tcp), "TCP");
  EXPECT_EQ(via_transport(Transport::tls), "TLS");
}

TEST(FlowTest, TheDefaultPortIsThatOfTheTransport) {
  EXPECT_EQ(default_port(Transport::udp), 5060);
  EXPECT_EQ(default_port(Transport::tcp), 5060);
  EXPECT_EQ(default_port(Transport::tls), 5061);
}

TEST(FlowTest, FlowsOfDifferentSocketsDifferThoughTheirAddressesAgree) {
  Flow a;
  a.id = FlowId{1};
  Flow b = a;
  EXPECT_EQ(a, b);
  b.id = FlowId{2};
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace godwit::net
