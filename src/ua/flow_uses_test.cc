// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_uses.h"

#include <gtest/gtest.h>

namespace godwit::ua {
namespace {

TEST(FlowUsesTest, AFlowIsIdleBeforeItsFirstUserAndAfterItsLast) {
  constexpr net::FlowId kFlow{7};
  FlowUses uses;
  uses.on_opened(kFlow);
  EXPECT_EQ(uses.idle(), std::set{kFlow});
  uses.add(kFlow);
  uses.add(kFlow);
  uses.on_opened(kFlow);
  uses.remove(kFlow);
  EXPECT_TRUE(uses.any(kFlow));
  EXPECT_TRUE(uses.idle().empty());
  uses.remove(kFlow);
  EXPECT_FALSE(uses.any(kFlow));
  EXPECT_EQ(uses.idle(), std::set{kFlow});
  uses.on_gone(kFlow);
  EXPECT_TRUE(uses.idle().empty());
}

TEST(FlowUsesTest, NoFlowIsNotCounted) {
  FlowUses uses;
  uses.add({});
  uses.remove({});
  EXPECT_FALSE(uses.any({}));
  EXPECT_TRUE(uses.idle().empty());
}

}  // namespace
}  // namespace godwit::ua
