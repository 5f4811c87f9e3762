// SPDX-License-Identifier: Apache-2.0
#include "lab/trunk_figures.h"

#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

constexpr std::int64_t kGoneNs = 500 * kNsPerSecond;

ChangeMark uplink_gone() {
  ChangeMark mark;
  mark.from = *net::IpAddress::parse("10.1.0.2");
  mark.to = *net::IpAddress::parse("10.2.0.2");
  mark.begun.wall_ns = mark.coming.wall_ns = mark.t0.wall_ns = kGoneNs;
  mark.from_gone = mark.begun;
  mark.end_wall_ns = kGoneNs + 3 * kNsPerSecond;
  return mark;
}

// Frames from B to A, every 20 ms; those of `silent_ms` after the change went to the old address.
void add_stream(Evidence& seen, std::uint32_t ssrc, int silent_ms, int until_ms = 3000) {
  for (int ms = -2000; ms < until_ms; ms += 20) {
    SeenRtp rtp;
    rtp.at.time_ns = kGoneNs + (ms + 1) * kNsPerMs;
    rtp.at.source.address = *net::IpAddress::parse("10.9.0.2");
    rtp.at.destination.address = ms < silent_ms ? uplink_gone().from : uplink_gone().to;
    rtp.ssrc = ssrc;
    rtp.timestamp = static_cast<std::uint32_t>((ms + 2000) / 20 * 160);
    seen.a.rtp.push_back(rtp);
  }
}

TEST(TrunkFigures, CountEachCallByItself) {
  Evidence seen;
  add_stream(seen, 1, 100);
  add_stream(seen, 2, 200);
  const auto streams = read_streams(seen, uplink_gone(), StreamWay::to_a);
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_NEAR(*streams[0].first_ms, 101, 1);
  EXPECT_EQ(streams[0].lost, 5);
  EXPECT_NEAR(*streams[1].first_ms, 201, 1);
  EXPECT_EQ(streams[1].lost, 10);
  EXPECT_TRUE(streams[0].alive && streams[1].alive);
}

TEST(TrunkFigures, ACallThatFallsSilentIsNotAlive) {
  Evidence seen;
  add_stream(seen, 1, 5000);
  add_stream(seen, 2, 100, 1000);
  const auto streams = read_streams(seen, uplink_gone(), StreamWay::to_a);
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_FALSE(streams[0].alive);
  EXPECT_FALSE(streams[0].first_ms);
  EXPECT_FALSE(streams[1].alive);
}

TEST(TrunkFigures, TheOtherWayIsReadWhereItArrives) {
  Evidence seen;
  add_stream(seen, 1, 100);
  for (SeenRtp& rtp : seen.a.rtp) std::swap(rtp.at.source, rtp.at.destination);
  std::swap(seen.a, seen.b);
  const auto streams = read_streams(seen, uplink_gone(), StreamWay::to_b);
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_TRUE(streams[0].alive);
  EXPECT_TRUE(read_streams(seen, uplink_gone(), StreamWay::to_a).empty());
}

}  // namespace
}  // namespace godwit::lab
