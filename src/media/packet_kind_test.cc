// SPDX-License-Identifier: Apache-2.0
#include "media/packet_kind.h"

#include <gtest/gtest.h>

#include <array>

#include "crypto/dtls_record.h"

namespace godwit::media {
namespace {

TEST(PacketKindTest, TheFirstByteTells) {
  for (unsigned first = 0; first < 256; ++first) {
    PacketKind kind = PacketKind::other;  // ZRTP, TURN and what nobody has given a meaning
    if (first <= 3) kind = PacketKind::stun;
    if (first >= 20 && first <= 63) kind = PacketKind::dtls;
    if (first >= 128 && first <= 191) kind = PacketKind::rtp;
    const std::array packet{static_cast<std::byte>(first), std::byte{0}};
    EXPECT_EQ(kind_of(packet), kind) << first;
    EXPECT_EQ(crypto::is_dtls(packet), kind == PacketKind::dtls) << first;
  }
  EXPECT_EQ(kind_of({}), PacketKind::other);
}

}  // namespace
}  // namespace godwit::media
