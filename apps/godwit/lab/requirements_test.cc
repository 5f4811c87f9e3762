// SPDX-License-Identifier: Apache-2.0
#include "lab/requirements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::lab {
namespace {

using ::testing::HasSubstr;

TEST(LabOptions, AreGoodByDefault) {
  EXPECT_TRUE(check_options({}));
}

TEST(LabOptions, ThatDoNotExistAreNamed) {
  const auto detail_of = [](const LabOptions& options) {
    const auto checked = check_options(options);
    return checked ? std::string() : checked.error().detail;
  };
  EXPECT_THAT(detail_of({.scenario = "teleport"}), HasSubstr("\"teleport\"; try: godwit lab list"));
  EXPECT_THAT(detail_of({.server = "asterisk"}), HasSubstr("embedded or kamailio"));
  EXPECT_THAT(detail_of({.peer = "linphone"}), HasSubstr("godwit or baresip"));
  EXPECT_THAT(detail_of({.transport = "pigeon"}), HasSubstr("udp"));
  EXPECT_THAT(detail_of({.scenario = "flood", .transport = "tls"}), HasSubstr("only udp"));
  EXPECT_THAT(detail_of({.scenario = "v6-hole", .peer = "baresip"}), HasSubstr("only godwit"));
  EXPECT_THAT(detail_of({.scenario = "behind-nat", .server = "kamailio"}),
              HasSubstr("only embedded"));
  EXPECT_THAT(detail_of({.scenario = "nat64", .server = "kamailio"}), HasSubstr("only embedded"));
  EXPECT_THAT(detail_of({.scenario = "silent-wifi", .server = "kamailio"}), HasSubstr("only embedded"));
  for (const char* const scenario : {"both-move", "catch-up"}) {
    EXPECT_THAT(detail_of({.scenario = scenario, .peer = "baresip"}), HasSubstr("only godwit"));
  }
  EXPECT_THAT(detail_of({.scenario = "nat-rebind", .server = "kamailio"}),
              HasSubstr("nat-rebind only embedded"));
  EXPECT_TRUE(check_options({.scenario = "v6-hole", .transport = "tls"}));
  EXPECT_THAT(detail_of({.runs = 0}), HasSubstr("at least 1"));
}

}  // namespace
}  // namespace godwit::lab
