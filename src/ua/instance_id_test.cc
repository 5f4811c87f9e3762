// SPDX-License-Identifier: Apache-2.0
#include "ua/instance_id.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

constexpr auto kSomeInstance = "urn:uuid:00000000-0000-1000-8000-000A95A0E128";

TEST(InstanceIdTest, IsAUuidOrNothing) {
  EXPECT_TRUE(check_instance_id(""));
  EXPECT_TRUE(check_instance_id(kSomeInstance));
  EXPECT_TRUE(check_instance_id("URN:UUID:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  for (const char* bad : {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:", "urn:uuid:1",
                          "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>",
                          "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bfg",
                          "urn:uuid:f81d4fae07dec011d00a765000a0c91e6bf6"}) {
    const auto read = check_instance_id(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    EXPECT_EQ(read.error().detail.rfind("instance_id: ", 0), 0U) << read.error().detail;
  }
}

TEST(InstanceIdTest, ByItselfItIsToldOverTlsOnly) {
  const auto asks = [](Outbound wish, net::Transport transport) {
    return asks_for_outbound(wish, kSomeInstance, transport);
  };
  EXPECT_TRUE(asks(Outbound::automatic, net::Transport::tls));
  EXPECT_FALSE(asks(Outbound::automatic, net::Transport::tcp));
  EXPECT_FALSE(asks(Outbound::automatic, net::Transport::udp));
  EXPECT_TRUE(asks(Outbound::always, net::Transport::udp));
  EXPECT_FALSE(asks(Outbound::never, net::Transport::tls));
  EXPECT_FALSE(asks_for_outbound(Outbound::always, "", net::Transport::tls)) << "nothing to tell";
}

}  // namespace
}  // namespace godwit::ua
