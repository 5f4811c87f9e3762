// SPDX-License-Identifier: Apache-2.0
#include "sdp/rtcp_port.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

TEST(RtcpPortTest, ReadsAPortAloneAndOneWithAnAddress) {
  EXPECT_EQ(parse_rtcp_port("53020"), (RtcpPort{53020, std::nullopt}));
  EXPECT_EQ(parse_rtcp_port("53020 IN IP4 126.16.64.4"),
            (RtcpPort{53020, *net::IpAddress::parse("126.16.64.4")}));
  EXPECT_EQ(to_string(*parse_rtcp_port("1 IN IP4 2001:DB8::1")), "1 IN IP6 2001:db8::1");
  test::expect_good(parse_rtcp_port, {"0", " 9  IN IP4 0.0.0.0 ", "9 IN IP6 held.invalid"});
}

TEST(RtcpPortTest, SaysWhatIsWrong) {
  test::expect_bad(parse_rtcp_port, {{"", 0, "expected a port of 0 to 65535"},
                                     {"65536", 0, "expected a port of 0 to 65535"},
                                     {"1 IN", 4, "expected an address type: IP4 or IP6"},
                                     {"1 IN IP4", 8, "expected an address"},
                                     {"1 IN IP4 h x", 11, "expected nothing after the address"}});
}

TEST(RtcpPortTest, ReadsBackWhateverItHolds) {
  SeededRandom random(5);
  for (int i = 0; i < 300; ++i) {
    RtcpPort rtcp{static_cast<std::uint16_t>(random.below(65'536)), std::nullopt};
    if (i % 3 == 1) {
      std::array<std::uint8_t, 16> bytes{};
      random.fill(std::as_writable_bytes(std::span(bytes)));
      rtcp.address = net::IpAddress::v6(bytes);
    }
    if (i % 3 == 2) rtcp.address = NamedAddress{"IN", "IP6", random.token(4) + ".invalid"};
    test::expect_reads_back(parse_rtcp_port, rtcp);
  }
}

}  // namespace
}  // namespace godwit::sdp
