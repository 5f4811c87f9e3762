// SPDX-License-Identifier: Apache-2.0
#include "lab/net_namespace.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace godwit::lab {
namespace {

TEST(NetNamespaceName, TellsWhoseItIs) {
  EXPECT_EQ(owner_of_namespace(namespace_name("core")), ::getpid());
}

TEST(NetNamespaceName, OfOthersHasNoOwner) {
  EXPECT_EQ(owner_of_namespace("vpn"), 0);
  EXPECT_EQ(owner_of_namespace("godwit-12"), 0);
  EXPECT_EQ(owner_of_namespace("godwit-x-a"), 0);
}

}  // namespace
}  // namespace godwit::lab
