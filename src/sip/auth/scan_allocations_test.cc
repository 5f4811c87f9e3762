// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sip/auth/challenge.h"
#include "sip/auth/digest_credentials.h"
#include "support/allocation_count.h"

namespace godwit::sip {
namespace {

TEST(ScanAllocationsTest, ScanningAllocatesNothing) {
  const auto before = allocation_count;
  const auto credentials = scan_digest_credentials(
      R"(Digest username="alice", realm="sip.example.test", nonce="awD0LWsA8wEkhW54EeZt9S7zoDtOTJ",)"
      R"( uri="sip:sip.example.test", response="3d68d7006e70e1616400df40801c9996", algorithm=MD5,)"
      R"( cnonce="f9f2a576343e439ea2c5defce82a02c4", qop=auth, nc=00000002, x="\"")");
  const auto challenge = scan_challenge(
      R"(Digest realm="a \"long enough\" realm", nonce="awD0LWsA8wEkhW54EeZt9S7zoDtOTJ", x=y)");
  const auto wrong = scan_digest_credentials("Digest username=\"alice\" realm=\"x\"");
  EXPECT_EQ(allocation_count, before);
  EXPECT_TRUE(credentials && challenge && !wrong);
}

}  // namespace
}  // namespace godwit::sip
