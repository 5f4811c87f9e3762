// SPDX-License-Identifier: Apache-2.0
#include "lab/progress.h"

#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

TEST(Progress, PutsEventsIntoWords) {
  EXPECT_EQ(in_words({{"type", "call.media"}}), "talking");
  EXPECT_EQ(in_words({{"type", "net.change.step"}, {"kind", "refresh_target"}, {"status", "done"}}),
            "refreshed: the peer knows the new address");
  EXPECT_EQ(in_words({{"type", "call.handover.done"}, {"report", {{"gap_in_ms", 119.6}}}}),
            "talking again; the peer was silent for 120 ms");
}

TEST(Progress, HasNoWordsForTheRest) {
  EXPECT_EQ(in_words({{"type", "reg.sending"}}), "");
  EXPECT_EQ(in_words({{"type", 7}}), "");
  EXPECT_EQ(in_words({{"type", "net.change.step"}, {"kind", "register"}, {"status", "started"}}),
            "");
}

}  // namespace
}  // namespace godwit::lab
