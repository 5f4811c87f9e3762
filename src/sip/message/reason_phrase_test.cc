// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sip/message/message.h"

namespace godwit::sip {
namespace {

TEST(ReasonPhraseTest, KnownCodesHaveTheirRegisteredPhrase) {
  EXPECT_EQ(default_reason(100), "Trying");
  EXPECT_EQ(default_reason(200), "OK");
  EXPECT_EQ(default_reason(202), "Accepted");
  EXPECT_EQ(default_reason(407), "Proxy Authentication Required");
  EXPECT_EQ(default_reason(422), "Session Interval Too Small");
  EXPECT_EQ(default_reason(423), "Interval Too Brief");
  EXPECT_EQ(default_reason(430), "Flow Failed");
  EXPECT_EQ(default_reason(439), "First Hop Lacks Outbound Support");
  EXPECT_EQ(default_reason(481), "Call/Transaction Does Not Exist");
  EXPECT_EQ(default_reason(486), "Busy Here");
  EXPECT_EQ(default_reason(489), "Bad Event");
  EXPECT_EQ(default_reason(494), "Security Agreement Required");
  EXPECT_EQ(default_reason(606), "Not Acceptable");
  EXPECT_EQ(default_reason(608), "Rejected");
}

TEST(ReasonPhraseTest, EveryCodeOfRfc3261HasOneOfItsOwn) {
  for (const int status :
       {100, 180, 181, 182, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406,
        407, 408, 410, 413, 414, 415, 416, 420, 421, 423, 480, 481, 482, 483, 484, 485,
        486, 487, 488, 491, 493, 500, 501, 502, 503, 504, 505, 513, 600, 603, 604, 606}) {
    EXPECT_NE(default_reason(status), default_reason(status / 100 * 100 + 99)) << status;
  }
}

TEST(ReasonPhraseTest, OthersAreNamedAfterTheirClass) {
  EXPECT_EQ(default_reason(299), "OK");
  EXPECT_EQ(default_reason(499), "Request Failure");
  EXPECT_EQ(default_reason(599), "Server Failure");
  EXPECT_EQ(default_reason(42), "");
}

}  // namespace
}  // namespace godwit::sip
