// SPDX-License-Identifier: Apache-2.0
#include "lab/fragments.h"

#include <gtest/gtest.h>

#include "lab/sip_bytes.h"
#include "support/address_of.h"
#include "support/packet_maker.h"

namespace godwit::lab {
namespace {

using Bytes = std::vector<std::uint8_t>;
using test::at;

// Cuts what an IP packet carries after `cut` bytes, a multiple of 8.
std::vector<CapturedPacket> in_two(const CapturedPacket& packet, std::size_t cut) {
  const bool v4 = packet.bytes[0] >> 4 == 4;
  const std::size_t head = v4 ? 20 : 40;
  std::vector<CapturedPacket> pieces(2, packet);
  for (int i = 0; i < 2; ++i) {
    Bytes& bytes = pieces[static_cast<std::size_t>(i)].bytes;
    const auto body = packet.bytes.begin() + static_cast<std::ptrdiff_t>(head);
    const auto from = i == 0 ? body : body + static_cast<std::ptrdiff_t>(cut);
    const auto to = i == 0 ? body + static_cast<std::ptrdiff_t>(cut) : packet.bytes.end();
    const Bytes part(from, to);
    const std::size_t offset = i == 0 ? 0 : cut;
    bytes.resize(head);
    std::size_t length = part.size();
    if (v4) {
      length += head;
      bytes[5] = 7;
      bytes[6] = static_cast<std::uint8_t>((offset / 8) >> 8 | (i == 0 ? 0x20U : 0U));
      bytes[7] = static_cast<std::uint8_t>(offset / 8);
    } else {
      length += 8;
      const auto place = static_cast<std::uint16_t>(offset | (i == 0 ? 1U : 0U));
      bytes.insert(bytes.end(), {17, 0, static_cast<std::uint8_t>(place >> 8),
                                 static_cast<std::uint8_t>(place), 0, 0, 0, 7});
      bytes[6] = 44;
    }
    bytes[v4 ? 2 : 4] = static_cast<std::uint8_t>(length >> 8);
    bytes[v4 ? 3 : 5] = static_cast<std::uint8_t>(length);
    bytes.insert(bytes.end(), part.begin(), part.end());
    pieces[static_cast<std::size_t>(i)].time_ns += i;
  }
  return pieces;
}

class FragmentsTest : public ::testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  [[nodiscard]] static std::string message() {
    return "OPTIONS sip:a SIP/2.0\r\nX: " + std::string(2000, 'x') + "\r\n\r\n";
  }
  [[nodiscard]] static std::vector<CapturedPacket> pieces() {
    return in_two(make_udp({5, PacketWay::sent, at(GetParam().first), at(GetParam().second)},
                           message()),
                  1400);
  }
};
INSTANTIATE_TEST_SUITE_P(Families, FragmentsTest,
                         ::testing::Values(std::pair{"10.1.0.2:5060", "10.8.0.2:5060"},
                                           std::pair{"[2001:db8::1]:5060", "[2001:db8::2]:5060"}));

TEST_P(FragmentsTest, AreOneMessageInWhateverOrderTheyCame) {
  auto packets = pieces();
  for (int i = 0; i < 2; ++i) {
    const auto seen = sip_in(packets);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].text, message());
    EXPECT_EQ(seen[0].at.source, at(GetParam().first));
    std::swap(packets[0], packets[1]);
  }
}

TEST_P(FragmentsTest, OfWhichOneIsMissingAreNothing) {
  const auto packets = pieces();
  EXPECT_TRUE(joined_fragments({packets[0]}).empty());
  EXPECT_TRUE(joined_fragments({packets[1]}).empty());
}

}  // namespace
}  // namespace godwit::lab
