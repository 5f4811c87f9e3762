// SPDX-License-Identifier: Apache-2.0
#include "sdp/packet_time.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

using std::chrono::microseconds;

TEST(PacketTimeTest, ReadsMillisecondsAndFractionsOfThem) {
  EXPECT_EQ(parse_packet_time("20")->length, microseconds(20'000));
  EXPECT_EQ(parse_packet_time("2.5")->length, microseconds(2'500));
  EXPECT_EQ(parse_packet_time("0.125")->length, microseconds(125));
  EXPECT_EQ(parse_packet_time("1.33333")->length, microseconds(1'333));
  EXPECT_EQ(parse_packet_time(" 4294967295 ")->length, microseconds(4'294'967'295'000));
  test::expect_good(parse_packet_time, {"20", "2.5", "0.001", "10.050"});
}

TEST(PacketTimeTest, WritesNoDecimalsThatSayNothing) {
  EXPECT_EQ(to_string(PacketTime{microseconds(20'000)}), "20");
  EXPECT_EQ(to_string(PacketTime{microseconds(2'500)}), "2.5");
  EXPECT_EQ(to_string(PacketTime{microseconds(5)}), "0.005");
}

TEST(PacketTimeTest, SaysWhatIsWrong) {
  test::expect_bad(parse_packet_time, {{"", 0, "expected a number of milliseconds"},
                                       {"-20", 0, "expected a number of milliseconds"},
                                       {"4294967296", 0, "expected a number of milliseconds"},
                                       {"20.", 3, "expected digits after \".\""},
                                       {"20.x", 3, "expected digits after \".\""},
                                       {"0", 0, "expected a packet time above 0"},
                                       {"0.0001", 0, "expected a packet time above 0"},
                                       {"20 ms", 3, "expected nothing after the packet time"}});
}

TEST(PacketTimeTest, ReadsBackWhateverItHolds) {
  SeededRandom random(4);
  for (int i = 0; i < 500; ++i) {
    const auto length =
        static_cast<std::int64_t>(1 + random.below(std::uint64_t{1} << (1 + i % 40)));
    test::expect_reads_back(parse_packet_time, PacketTime{microseconds(length)});
  }
}

TEST(PacketTimeTest, SendsAsTheFarEndLikesToReceiveWithinWhatBothCan) {
  using std::chrono::milliseconds;
  const auto to = [](std::initializer_list<Attribute> attributes, int usual = 20) {
    Media line;
    line.attributes = attributes;
    return packet_time_to(line, milliseconds{usual}).count();
  };
  EXPECT_EQ(to({}), 20);
  EXPECT_EQ(to({}, 40), 40);
  EXPECT_EQ(to({{"ptime", "30"}}), 30);
  EXPECT_EQ(to({{"ptime", "30"}, {"maxptime", "20"}}), 20);
  EXPECT_EQ(to({{"maxptime", "10"}}), 10);
  EXPECT_EQ(to({{"maxptime", "150"}}), 20);
  EXPECT_EQ(to({{"ptime", "45"}}), 40) << "in steps of 10 ms";
  EXPECT_EQ(to({{"ptime", "2.5"}}), 10);
  EXPECT_EQ(to({{"maxptime", "5"}}), 10) << "there is nothing shorter";
  EXPECT_EQ(to({{"ptime", "200"}}), 60);
  EXPECT_EQ(to({{"ptime", "nonsense"}}), 20);
}

}  // namespace
}  // namespace godwit::sdp
