// SPDX-License-Identifier: Apache-2.0
#include "lab/tcp_stream.h"

#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/packet_maker.h"

namespace godwit::lab {
namespace {

using test::at;

const net::SocketAddress kA = at("10.1.0.2:40000");
const net::SocketAddress kCore = at("10.8.0.2:5060");

std::string all_of(const TcpStream& stream) {
  std::string text;
  for (const StreamPiece& piece : stream.pieces) text += piece.bytes;
  return text;
}

CapturedPacket from_a(double ms, const TcpSpec& spec, std::string_view payload = {}) {
  return make_tcp({ms, PacketWay::sent, kA, kCore}, spec, payload);
}

TEST(TcpStreams, AreInOrderHoweverTheSegmentsCame) {
  const std::uint32_t start = 0xfffffffe;  // the numbers wrap
  const auto streams = tcp_streams({from_a(0, {start, kTcpSyn}), from_a(1, {start + 1}, "ab"),
                                    from_a(2, {start + 6}, "fg"), from_a(3, {start + 1}, "abcd"),
                                    from_a(4, {start + 5}, "e")});
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_EQ(all_of(streams[0]), "abcdefg");
  EXPECT_TRUE(streams[0].opened_here);
  ASSERT_EQ(streams[0].pieces.size(), 3U);
  EXPECT_EQ(streams[0].pieces[2].bytes, "efg");
  EXPECT_EQ(streams[0].pieces[2].time_ns, 4 * kNsPerMs);
}

TEST(TcpStreams, OfTwoDirectionsAndTwoConnectionsAreApart) {
  const PacketWays back{1, PacketWay::to_us, kCore, kA};
  const auto streams = tcp_streams(
      {from_a(0, {10, kTcpSyn}), make_tcp(back, {70, kTcpSyn | kTcpAck}), from_a(2, {11}, "one"),
       make_tcp(back, {71}, "yes"), from_a(3, {500, kTcpSyn}), from_a(4, {501}, "two")});
  ASSERT_EQ(streams.size(), 3U);
  EXPECT_EQ(all_of(streams[0]), "one");
  EXPECT_EQ(all_of(streams[1]), "yes");
  EXPECT_FALSE(streams[1].opened_here);
  EXPECT_EQ(all_of(streams[2]), "two");
}

TEST(TcpStreams, RepeatedSynsAreOneAttempt) {
  const auto streams = tcp_streams({from_a(0, {10, kTcpSyn}), from_a(1000, {10, kTcpSyn})});
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_FALSE(streams[0].established);
}

}  // namespace
}  // namespace godwit::lab
