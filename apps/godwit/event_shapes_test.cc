// SPDX-License-Identifier: Apache-2.0
#include "event_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using testing::Contains;
using testing::IsSupersetOf;

TEST(EventShapesTest, KnowsEveryType) {
  EXPECT_THAT(event_types(), IsSupersetOf({"reg.ok", "reg.failed", "reg.removed", "call.ended",
                                           "call.handover.failed", "message.received"}));
}

TEST(EventShapesTest, KnowsTheFieldsOfAType) {
  EXPECT_THAT(field_names(event_shape("call.ended")), IsSupersetOf({"call", "status", "reason"}));
  EXPECT_THAT(field_names(event_shape("call.handover.done")), Contains("report.gap_in_ms"));
  EXPECT_TRUE(event_shape("call.nothing").is_null());
}

TEST(EventShapesTest, LooksInsideOfFields) {
  const Json event = {{"call", 1}, {"report", {{"retries", 2}}}};
  EXPECT_EQ(field_of(event, "call"), 1);
  EXPECT_EQ(field_of(event, "report.retries"), 2);
  EXPECT_TRUE(field_of(event, "report.other").is_null());
  EXPECT_TRUE(field_of(event, "call.other").is_null());
}

}  // namespace
}  // namespace godwit::cli
