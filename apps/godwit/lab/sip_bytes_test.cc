// SPDX-License-Identifier: Apache-2.0
#include "lab/sip_bytes.h"

#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/packet_maker.h"

namespace godwit::lab {
namespace {

using test::at;

const net::SocketAddress kA6 = at("[2001:db8:1::2]:40000");
const net::SocketAddress kCore6 = at("[2001:db8:8::2]:5060");
constexpr std::string_view kRequest = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\n\r\nbody";
constexpr std::string_view kResponse = "SIP/2.0 200 OK\r\nl: 0\r\n\r\n";

TEST(SipInCaptures, OverUdpIsADatagram) {
  const auto seen = sip_in({make_udp({1, PacketWay::sent, kA6, kCore6}, kRequest),
                            make_udp({2, PacketWay::sent, kA6, kCore6}, "\r\n\r\n")});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].text, kRequest);
  EXPECT_EQ(seen[0].at.transport, net::Transport::udp);
}

TEST(SipInCaptures, OverTcpIsCutByItsLength) {
  const PacketWays out{1, PacketWay::sent, kA6, kCore6};
  const PacketWays out_later{5, PacketWay::sent, kA6, kCore6};
  const PacketWays back{2, PacketWay::to_us, kCore6, kA6};
  const PacketWays back_later{7, PacketWay::to_us, kCore6, kA6};
  const std::string two = "\r\n\r\n" + std::string(kRequest) + std::string(kRequest);
  const auto seen = sip_in({
      make_tcp(out, {1, kTcpSyn}),
      make_tcp(back, {1, kTcpSyn | kTcpAck}),
      make_tcp(out, {2}, two.substr(0, 10)),
      make_tcp(out_later, {12}, two.substr(10)),
      make_tcp(back, {2}, kResponse.substr(0, 9)),
      make_tcp(back_later, {11}, kResponse.substr(9)),
  });
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].text, kRequest);
  EXPECT_EQ(seen[0].at.time_ns, 1 * kNsPerMs) << "sent: its first byte";
  EXPECT_EQ(seen[1].text, kRequest);
  EXPECT_EQ(seen[2].text, kResponse);
  EXPECT_EQ(seen[2].at.time_ns, 7 * kNsPerMs) << "received: its last byte";
  EXPECT_EQ(seen[2].at.transport, net::Transport::tcp);
}

}  // namespace
}  // namespace godwit::lab
