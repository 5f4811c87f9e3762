// SPDX-License-Identifier: Apache-2.0
#include "io/sockaddr.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace godwit::io {
namespace {

// From here on every address is as it came in: API, logs, RTCP and the comparison of sources see none
// other.
TEST(SockaddrTest, T78_ASourceInMappedFormIsTheIpv4AddressThatItIs) {
  SystemAddress system;
  system.size = sizeof(sockaddr_in6);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&system.storage);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(40000);
  v6->sin6_scope_id = 2;
  v6->sin6_addr.s6_addr[10] = v6->sin6_addr.s6_addr[11] = 0xff;
  const unsigned char four[] = {192, 0, 2, 7};
  std::memcpy(&v6->sin6_addr.s6_addr[12], four, sizeof four);
  const auto address = from_system(system);
  ASSERT_TRUE(address);
  EXPECT_EQ(net::to_string(*address), "192.0.2.7:40000");
  EXPECT_EQ(*address, *net::SocketAddress::parse("192.0.2.7:40000"));
}

TEST(SockaddrTest, ReadsBackBothFamiliesAndKeepsTheScopeOfLinkLocalAddresses) {
  for (const char* const text : {"192.0.2.7:5060", "[2001:db8::7]:5060"}) {
    const auto address = *net::SocketAddress::parse(text);
    EXPECT_EQ(from_system(to_system(address)), address);
  }
  const auto link_local = to_in6_addr(*net::IpAddress::parse("fe80::1"));
  EXPECT_EQ(from_in6_addr(link_local, 3).scope(), 3U);
  EXPECT_EQ(from_in6_addr(to_in6_addr(*net::IpAddress::parse("2001:db8::1")), 3).scope(), 0U);
}

TEST(SockaddrTest, KnowsNoOtherFamily) {
  SystemAddress system;
  system.storage.ss_family = AF_UNIX;
  EXPECT_FALSE(from_system(system));
}

}  // namespace
}  // namespace godwit::io
