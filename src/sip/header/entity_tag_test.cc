// SPDX-License-Identifier: Apache-2.0
#include "sip/header/entity_tag.h"

#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

TEST(EntityTagTest, IsOneToken) {
  EXPECT_EQ(scan_entity_tag("dx200xyz"), "dx200xyz");
  EXPECT_EQ(scan_entity_tag("").error(), (Fault{"expected an entity tag", 0}));
  EXPECT_EQ(scan_entity_tag("\"quoted\"").error(), (Fault{"expected an entity tag", 0}));
  EXPECT_EQ(scan_entity_tag("a, b").error(), (Fault{"expected nothing after the token", 1}));
}

}  // namespace
}  // namespace godwit::sip
