// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/attachment.h"

#include <gtest/gtest.h>

#include "support/snapshot_builder.h"

namespace godwit::sip {
namespace {

using test::Mark;
using test::SnapshotBuilder;

SnapshotBuilder home() {
  return SnapshotBuilder()
      .has("wifi0", "10.1.0.2")
      .has("wifi0", "2001:db8::2")
      .has("wifi0", "fe80::2")
      .default_via("wifi0", "10.1.0.1")
      .default_via("wifi0", "fe80::1");
}

TEST(AttachmentTest, TheSameNetworkHasTheSameName) {
  EXPECT_EQ(attachment_of(home()), attachment_of(home()));
}

TEST(AttachmentTest, AnotherAddressOfTheSamePrefixIsTheSameNetwork) {
  EXPECT_EQ(attachment_of(home()), attachment_of(home().has("wifi0", "10.1.0.77")));
  EXPECT_EQ(attachment_of(home()),
            attachment_of(home().has("wifi0", "2001:d00::2", Mark::tentative)));
  EXPECT_EQ(attachment_of(home()),
            attachment_of(home().has("wifi0", "2001:d00::2", Mark::deprecated)));
  EXPECT_EQ(attachment_of(home()), attachment_of(home().has("wifi0", "fe80::77")));
}

TEST(AttachmentTest, AnInterfaceThatIsDownSaysNothing) {
  EXPECT_EQ(attachment_of(home()), attachment_of(home().has("eth0", "10.3.0.2").down("eth0")));
}

TEST(AttachmentTest, DestinationsInUseSayNothing) {
  EXPECT_EQ(attachment_of(home()), attachment_of(home().way("10.9.0.2", "10.1.0.2")));
}

TEST(AttachmentTest, AnotherPrefixIsAnotherNetwork) {
  EXPECT_NE(attachment_of(home()), attachment_of(home().has("wifi0", "10.2.0.2")));
  EXPECT_NE(attachment_of(home()), attachment_of(home().has("eth0", "10.1.0.3")));
}

TEST(AttachmentTest, AnotherDefaultRouteIsAnotherNetwork) {
  const auto lan = [] { return SnapshotBuilder().has("wifi0", "10.1.0.2"); };
  EXPECT_NE(attachment_of(lan()), attachment_of(lan().default_via("wifi0", "10.1.0.1")));
  EXPECT_NE(attachment_of(lan().default_via("wifi0", "10.1.0.9")),
            attachment_of(lan().default_via("wifi0", "10.1.0.1")));
  EXPECT_NE(attachment_of(lan().default_via("wifi0", "10.1.0.1", 50)),
            attachment_of(lan().default_via("wifi0", "10.1.0.1")));
}

TEST(AttachmentTest, PrefixesAreCutAtAnyBit) {
  const auto with = [](const char* address, int length) {
    net::NetworkSnapshot snapshot = SnapshotBuilder().has("wifi0", address);
    snapshot.interfaces.front().addresses.front().prefix_length = length;
    return attachment_of(snapshot);
  };
  EXPECT_EQ(with("10.1.0.2", 24), "10.1.0.0/24 dev wifi0\n");
  EXPECT_EQ(with("10.1.0.255", 25), "10.1.0.128/25 dev wifi0\n");
  EXPECT_EQ(with("10.1.0.2", 32), "10.1.0.2/32 dev wifi0\n");
  EXPECT_EQ(with("10.1.0.2", 0), "0.0.0.0/0 dev wifi0\n");
  EXPECT_EQ(with("2001:db8:0:ffff::2", 63), "2001:db8:0:fffe::/63 dev wifi0\n");
  EXPECT_EQ(with("2001:db8::2", 128), "2001:db8::2/128 dev wifi0\n");
}

TEST(AttachmentTest, NoNetworkHasAnEmptyName) {
  EXPECT_EQ(attachment_of(net::NetworkSnapshot{}), "");
}

}  // namespace
}  // namespace godwit::sip
